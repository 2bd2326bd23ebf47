package repair

import (
	"math/rand/v2"
	"strings"
	"testing"

	"sidetrack/backend/event"
	"sidetrack/backend/rawjson"
)

// Whatever came, a change that is certain solves its finding and the ones named
// with it, and the changes are all that lies between before and after.
func TestFixDoesWhatItSays(t *testing.T) {
	rules := rulesOf(t, shop)
	certain, guesses := 0, 0
	for seed := range uint64(1500) {
		random := &random{rand.New(rand.NewPCG(seed, 7))}
		text := random.message()
		r := recordOf(&event.Record{Disposition: event.Accepted}, []byte(text))
		f := fixing{record: r, rules: rules}
		findings := f.findings(r.Message)
		got := Fix(r, findings, rules)
		if string(r.Message) != text || rawjson.Check(got.After, 64) != nil {
			t.Fatalf("seed %d: %s became %s", seed, text, got.After)
		}
		after := f.judge(got.After)
		moved := fixing{}
		for _, c := range got.Changes {
			if c.Action == Rename && c.From != "name" {
				moved.moves = append(moved.moves, move{c.At, c.At[:strings.LastIndexByte(c.At, '/')+1] + rawjson.Escape(c.To)})
			}
		}
		for _, c := range got.Changes {
			guesses += b2i(!c.Certain)
			certain += b2i(c.Certain)
			for _, ref := range append([]Ref{c.Ref}, c.Also...) {
				if again(ref.Code) && after[moved.moved(ref)] {
					t.Fatalf("seed %d: %v is still there after %+v\nbefore %s\n after %s", seed, ref, c, text, got.After)
				}
			}
		}
		replayed := []byte(text)
		for _, c := range got.Changes {
			replayed = replay(t, replayed, c)
		}
		if string(replayed) != string(got.After) {
			t.Fatalf("seed %d: the changes do not tell all\nbefore   %s\nafter    %s\nreplayed %s\n%+v", seed, text, got.After, replayed, got.Changes)
		}
		everyFinding(t, findings, &got)
	}
	if certain < 1000 || guesses < 100 {
		t.Errorf("only %d certain changes and %d guesses were made", certain, guesses)
	}
}

// everyFinding wants each finding told once: solved, or left.
func everyFinding(t *testing.T, findings []event.Finding, got *Result) {
	t.Helper()
	told := map[Ref]int{}
	for _, c := range got.Changes {
		told[c.Ref]++
		for _, ref := range c.Also {
			told[ref]++
		}
	}
	for _, l := range got.Left {
		told[l.Ref]++
	}
	for i := range findings {
		if n := told[Ref{findings[i].Code, findings[i].Path}]; n != 1 {
			t.Fatalf("%s at %s is told %d times in %+v", findings[i].Code, findings[i].Path, n, got)
		}
	}
}

// replay makes one change from what is told of it.
func replay(t *testing.T, text []byte, c Change) []byte {
	t.Helper()
	steps := rawjson.Steps(c.At)
	last := len(steps) - 1
	out, ok := text, false
	switch c.Action {
	case RenameEvent:
		out, ok = rawjson.Replace(text, steps, rawjson.Quote(c.To))
	case Set, ChangeType:
		if string(rawjson.At(text, steps)) != c.From {
			t.Fatalf("%s held %s, not %s", c.At, rawjson.At(text, steps), c.From)
		}
		out, ok = rawjson.Replace(text, steps, []byte(c.To))
	case Add:
		if out, ok = rawjson.Insert(text, steps[:last], steps[last], []byte(c.To)); !ok {
			out, ok = rawjson.Insert(text, nil, steps[0], []byte("{"+string(rawjson.Quote(steps[last]))+":"+c.To+"}"))
		}
	case Rename:
		out, ok = rawjson.Rename(text, steps, c.To)
		for _, place := range (&fixing{message: text}).alike(steps) { // in the other items of the list
			in := place[:len(place)-1]
			if strings.Contains(c.Words, "items of the list") && rawjson.Get(rawjson.At(out, in), c.To) == nil {
				out, _ = rawjson.Rename(out, place, c.To)
			}
		}
	}
	if !ok {
		t.Fatalf("%+v cannot be made in %s", c, text)
	}
	return out
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// random makes messages that are nearly right.
type random struct{ *rand.Rand }

func (r *random) of(list ...string) string { return list[r.IntN(len(list))] }

func (r *random) message() string {
	members := []string{`"anonymousId":"a-1"`}
	add := func(chance int, member string) {
		if r.IntN(100) < chance {
			members = append(members, member)
		}
	}
	add(90, `"type":`+r.of(`"track"`, `"track"`, `"track"`, `"track"`, `"identify"`, `"page"`, `"Track"`, `"trck"`))
	add(90, `"event":`+r.of(`"Order Completed"`, `"Order Completed"`, `"order_completed"`, `"Order Complted"`, `"Channel Chosen"`, `"songPlayed"`, `"Played Song"`, `"Song Played 20260102"`, `12`, `""`))
	add(20, `"userId":`+r.of(`"u-1"`, `12345678901234567890`, `null`, `""`, `true`))
	add(20, `"name":`+r.of(`"Order Completed"`, `"Home"`, `5`))
	add(90, `"properties":`+r.of(r.object(0), r.object(0), r.object(0), r.object(0), `null`, `"text"`, `"{\"total\":\"1.0\"}"`))
	add(20, `"traits":`+r.object(0))
	add(20, `"timestamp":`+r.of(`"2026-03-01T12:00:00Z"`, `1772366400000`, `"yesterday"`))
	r.Shuffle(len(members), func(a, b int) { members[a], members[b] = members[b], members[a] })
	return "{" + strings.Join(members, r.of(",", " , ", ",\n  ")) + "}"
}

func (r *random) object(depth int) string {
	var members []string
	for range r.IntN(6) {
		name := r.of("order_id", "orderId", "ordr_id", "total", "Total", "totl", "currency", "gift", "count", "placed_at", "size", "coupon",
			"products", "prodcts", "sku", "skuu", "price", "Price", "revenue", "email", "vip", "channel", "plan", "seats", "score_20240131", "fooBar", "a/b")
		members = append(members, string(rawjson.Quote(name))+r.of(":", " : ")+r.value(depth))
	}
	return "{" + strings.Join(members, ",") + "}"
}

func (r *random) value(depth int) string {
	if depth < 2 && r.IntN(4) == 0 {
		if r.IntN(2) == 0 {
			return r.object(depth + 1)
		}
		var items []string
		for range r.IntN(4) {
			items = append(items, r.object(depth+1))
		}
		return "[" + strings.Join(items, ",") + "]"
	}
	return r.of(`"281.90"`, `281.90`, `1e2`, `1.5`, `3`, `"true"`, `"False"`, `true`, `"EUR"`, `"eur"`, `"swiss franks"`, `null`, `"abc"`, `""`, `"ABC"`,
		`"2026-03-01"`, `"2026-03-01 12:30:00Z"`, `" ABC "`, `123456789012345678901234567890.10`, `"\ud800"`, `"[1.0]"`, `"{}"`)
}
