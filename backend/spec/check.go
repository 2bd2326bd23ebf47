package spec

import (
	"strings"
	"time"
	"unicode/utf8"

	"sidetrack/backend/event"
	"sidetrack/backend/rawjson"
)

// Context is what a check needs to know beside the message.
type Context struct {
	PathType     string // the type the path names; empty on a batch path
	Batch        bool   // came on a batch path
	BodySize     int    // bytes of the body, unpacked
	Items        int    // messages in the request
	BadEnvelope  []BadPart
	KeysDiffer   [2]string // two different write keys, masked; empty when they agree
	KeyTooLong   int       // bytes of a write key that is too long to be one
	KeyNotText   []byte    // a write key that is no text; nil when there is none
	TooManyKeys  bool      // more keys nobody knows than one request can make sources for
	FromLoopback bool
}

// BadPart is a member beside a batch that should be an object and is not.
type BadPart struct {
	Name  string
	Value []byte
}

// Check returns what is wrong with a message by Segment's rules. It never
// returns nil, and looks at nothing but its arguments.
func Check(r *event.Record, c Context) []event.Finding {
	f := ReadFields(r.Message)
	k := checker{r: r, c: &c, f: &f, out: []event.Finding{}}
	k.size()
	k.batch()
	k.kind()
	k.ids()
	k.call()
	k.shape()
	k.context()
	k.unify()
	k.reserved()
	k.times()
	k.key()
	k.unlisted()
	return k.out
}

// DuplicateID adds to a record that its messageId was seen before, in the
// event with the number firstSeq.
func DuplicateID(rec *event.Record, firstSeq int64) {
	rec.Findings = append(rec.Findings, Found("segment.duplicate_id", "/messageId",
		"Event %d has the same messageId. Segment keeps the first and drops this one. Give every call an id of its own.", firstSeq))
	rec.Verdict = event.VerdictOf(rec.Findings)
}

type checker struct {
	r     *event.Record
	c     *Context
	f     *Fields
	out   []event.Finding
	alike map[string]int // findings of a code, listed or not
}

// add lists a finding. Of one kind only the first few are: a message can hold a
// million wrong values, and nobody reads a million sentences.
func (k *checker) add(code, path, format string, args ...any) {
	if k.alike == nil {
		k.alike = map[string]int{}
	}
	if k.alike[code]++; k.alike[code] <= maxAlike {
		k.out = append(k.out, Found(code, path, format, args...))
	}
}

// unlisted says how many findings add left out.
func (k *checker) unlisted() {
	for i := range Rules {
		if more := k.alike[Rules[i].Code] - maxAlike; more > 0 {
			k.add("lens.more_findings", "", "%s more findings of %s are not listed. Mend the first %d, and the rest will likely go with them.",
				thousands(more), Rules[i].Code, maxAlike)
		}
	}
}

func (k *checker) size() {
	switch {
	case k.r.Size > MaxMessage:
		path, part := biggestPart(k.r.Message)
		k.add("segment.too_big", "", "%s, Segment takes 32 KB. It would be dropped without a word. Biggest part: `%s`, %s.",
			kilobytes(k.r.Size, MaxMessage), path, kilobytes(part, 0))
	case k.r.Size > NearMessage:
		k.add("segment.near_limit", "", "%s bytes, close to the 32,768 Segment takes. Several SDKs drop a message above 32,000 before it leaves. Make it smaller.",
			thousands(k.r.Size))
	}
}

func (k *checker) batch() {
	if !k.c.Batch {
		return
	}
	if k.c.BodySize > MaxBatch {
		k.add("segment.batch_too_big", "", "The batch is %s, Segment takes 500 KB. All of it would be refused. Send fewer messages at once.",
			kilobytes(k.c.BodySize, MaxBatch))
	}
	if k.c.Items > MaxBatchItems {
		k.add("segment.batch_too_long", "", "The batch holds %s messages, Segment takes 2,500. All of them would be dropped. Send fewer at once.",
			thousands(k.c.Items))
	}
	for _, part := range k.c.BadEnvelope {
		k.add("segment."+part.Name+"_not_object", "", "`%s` beside the batch is %s, Segment wants an object to lay beneath every message. It would refuse them. Send {…} or leave it out.",
			part.Name, kindWord(part.Value))
	}
}

func (k *checker) kind() {
	sent, isText := rawjson.String(k.f.Type)
	if k.c.PathType != "" {
		if !missing(k.f.Type) && sent != k.c.PathType {
			k.add("segment.type_differs_from_path", "/type", "The message says %s, the path says `%s`. The path decides. Make them agree.",
				shown(k.f.Type), k.c.PathType)
		}
		return
	}
	switch {
	case missing(k.f.Type):
		k.add("segment.missing_type", "/type", "The message has no `type`. In a batch nothing else tells what it is, so it would be dropped. Add track, identify, page, screen, group or alias.")
	case !isText || !KnownType(sent):
		k.add("segment.unknown_type", "/type", "The type is %s, Segment knows identify, track, page, screen, group and alias. It would be dropped. Send one of them, in lower case.",
			shown(k.f.Type))
	}
}

// KnownType reports whether Segment has a call of this name.
func KnownType(t string) bool {
	switch t {
	case "identify", "track", "page", "screen", "group", "alias":
		return true
	}
	return false
}

func (k *checker) ids() {
	k.id("userId", k.f.UserID)
	k.id("anonymousId", k.f.AnonymousID)
	k.id("messageId", k.f.MessageID)
	k.id("groupId", k.f.GroupID)
	k.id("previousId", k.f.PreviousID)
	if id, ok := rawjson.String(k.f.MessageID); ok && utf8.RuneCountInString(id) > MaxMessageID {
		k.add("segment.id_too_long", "/messageId", "The `messageId` has %d characters, Segment takes 100. The message may be refused. Send a shorter one.",
			utf8.RuneCountInString(id))
	}
	if k.r.Type != "alias" && missing(k.f.UserID) && missing(k.f.AnonymousID) {
		k.add("segment.no_user_or_anonymous_id", "", "Neither `userId` nor `anonymousId` is there. Segment cannot tell whose event it is and drops it. Send one of them.")
	}
}

func (k *checker) id(name string, value []byte) {
	if missing(value) {
		return
	}
	s, ok := rawjson.String(value)
	switch {
	case !ok:
		k.add("segment.id_not_string", "/"+name, "`%s` is %s, Segment wants text. It would drop the message. Put the id in quotes.", name, kindWord(value))
	case s == "":
		k.add("segment.id_not_string", "/"+name, "`%s` is empty. Segment would drop the message. Send the id or leave the key out.", name)
	}
}

// call checks what one type of call needs.
func (k *checker) call() {
	switch k.r.Type {
	case "track":
		k.event()
		k.object("properties", k.f.Properties)
	case "page", "screen":
		k.text("name", k.f.Name)
		k.text("category", k.f.Category)
		k.object("properties", k.f.Properties)
	case "identify":
		k.object("traits", k.f.Traits)
	case "group":
		k.object("traits", k.f.Traits)
		if missing(k.f.GroupID) {
			k.add("segment.group_id_missing", "/groupId", "The group call has no `groupId`. Segment cannot tell which group it is. Send one.")
		}
	case "alias":
		if missing(k.f.UserID) {
			k.add("segment.alias_user_id_missing", "/userId", "The alias call has no `userId`. There is nothing to join the old id to. Send the new id.")
		}
		if missing(k.f.PreviousID) {
			k.add("segment.previous_id_missing", "/previousId", "The alias call has no `previousId`. Nothing is joined to the new id. Send the old id.")
		}
	}
}

func (k *checker) event() {
	s, ok := rawjson.String(k.f.Event)
	switch {
	case missing(k.f.Event):
		k.add("segment.event_missing", "/event", "The track call has no `event`. Segment drops it. Name what happened, such as Order Completed.")
	case !ok:
		k.add("segment.event_not_string", "/event", "`event` is %s, Segment wants text. It would drop the call. Put the name in quotes.", kindWord(k.f.Event))
	case s == "":
		k.add("segment.event_missing", "/event", "`event` is empty. Segment drops the call. Name what happened, such as Order Completed.")
	}
}

func (k *checker) text(name string, value []byte) {
	if missing(value) {
		return
	}
	s, ok := rawjson.String(value)
	switch {
	case !ok:
		k.add("segment."+name+"_not_string", "/"+name, "`%s` is %s, Segment wants text. It would drop the %s call. Put it in quotes or leave it out.", name, kindWord(value), k.r.Type)
	case s == "":
		k.add("segment."+name+"_not_string", "/"+name, "`%s` is empty. Segment would drop the %s call, though no `%s` at all is fine. Leave it out.", name, k.r.Type, name)
	}
}

func (k *checker) object(name string, value []byte) bool {
	if missing(value) {
		return false
	}
	if rawjson.KindOf(value) != rawjson.Object {
		k.add("segment."+name+"_not_object", "/"+name, "`%s` is %s, Segment wants an object. It would drop the message. Send {…}.", name, kindWord(value))
		return false
	}
	return true
}

// shape checks what every call may carry.
func (k *checker) shape() {
	k.object("context", k.f.Context)
	k.object("integrations", k.f.Integrations)
	k.count("properties", k.f.Properties)
	k.count("traits", k.f.Traits)
}

// count looks only into values long enough to hold that many members.
func (k *checker) count(name string, value []byte) {
	if len(value) < 4*MaxProperties {
		return
	}
	if n := rawjson.Count(value); rawjson.KindOf(value) == rawjson.Object && n > MaxProperties {
		k.add("segment.too_many_properties", "/"+name, "`%s` has %s keys, Segment keeps 10,000. The rest is cut. Send fewer.", name, thousands(n))
	}
}

func (k *checker) times() {
	k.time("timestamp", k.f.Timestamp)
	k.time("originalTimestamp", k.f.OriginalTimestamp)
	k.time("sentAt", k.f.SentAt)
	if ahead := k.r.Timestamp.Sub(k.r.ReceivedAt); ahead > futureTolerance*time.Minute {
		k.add("segment.timestamp_in_future", "/timestamp", "It happened %s after it arrived. Reports would show it on a later day or hour. Check the sender's clock, or the `timestamp`.",
			span(ahead))
	}
}

func (k *checker) time(name string, value []byte) {
	if missing(value) {
		return
	}
	if _, ok := ParseTime(value); !ok {
		instead := "The time of arrival stands in."
		if name == "sentAt" {
			instead = "So the sender's clock is not corrected."
		}
		k.add("segment.timestamp_unreadable", "/"+name, "`%s` is %s, which is no date. %s Send ISO 8601, such as 2026-01-31T12:00:00.000Z.", name, shown(value), instead)
	}
}

func (k *checker) key() {
	if k.c.KeysDiffer[0] != "" {
		k.add("segment.write_key_conflict", "/writeKey", "Two write keys came with it: %s and %s. It is filed under the first. Send one.", k.c.KeysDiffer[0], k.c.KeysDiffer[1])
	}
	if k.c.KeyTooLong > 0 {
		k.add("segment.write_key_too_long", "/writeKey", "A write key has %s bytes, more than the 200 a key can have, so it was ignored. Copy the key from Sources.", thousands(k.c.KeyTooLong))
	}
	if k.c.KeyNotText != nil {
		k.add("segment.write_key_not_string", "/writeKey", "The `writeKey` is %s, Segment wants text, so it was ignored. Put the key in quotes.", kindWord(k.c.KeyNotText))
	}
	if k.c.TooManyKeys {
		k.add("lens.too_many_keys", "/writeKey", "More than 50 write keys nobody knows came in one request, so this is filed under No write key. Send the key of a source; Sources lists them.")
	}
	if k.c.FromLoopback && k.r.Source.Label != nil && *k.r.Source.Label == "prod" {
		k.add("lens.prod_key_on_localhost", "", "%s is a prod source, and this came from this machine. Test events would land among real ones. Use a dev key here.", strings.TrimSpace(k.r.Source.Name))
	}
}
