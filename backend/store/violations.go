package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/cespare/xxhash/v2"

	"sidetrack/backend/event"
	"sidetrack/backend/plan"
	"sidetrack/backend/schema"
)

const (
	maxViolations    = 5_000 // kinds that are told apart
	maxViolationText = 1_000 // bytes of a name or a path
	heldViolations   = 5_000 // days kept in memory between transactions
)

// violationBook sums up how events depart from the plan, in the transactions
// that change what is found of events: as they arrive, are judged again, are
// deleted or pruned. So it never lags behind the log. It belongs to the writer's
// goroutine.
type violationBook struct {
	conn   *sql.Conn // of the writer
	loaded bool
	ids    map[plan.ViolationKey]int64
	last   int64 // highest id
	before int64 // events from this Seq on are counted
	days   map[violationDay]*violationSum
	fresh  []plan.ViolationKey // not in the database yet
	dirty  map[violationDay]bool
	put    *statement // for arrivals
	name   *statement
	drop   *statement
}

// violationDay names what is summed together.
type violationDay struct{ id, sourceN, day int64 }

// violationSum is a row of violation_days.
type violationSum struct {
	n, muted    int64
	first, last int64
	examples    [3]violationExample // newest first
}

// violationExample is an event, and a hash of the value it had.
type violationExample struct{ seq, value int64 }

// anyViolation counts events that depart from the plan in any way.
var anyViolation = plan.ViolationKey{}

// restOf counts the kinds of a code beyond those that are told apart.
func restOf(k plan.ViolationKey) plan.ViolationKey { return plan.ViolationKey{Code: k.Code} }

// add counts a record, or takes it off again.
func (b *violationBook) add(r *event.Record, sourceN, sign int64) (err error) {
	if !departs(r) {
		return nil
	}
	if err := b.load(); err != nil {
		return err
	}
	if r.Seq < b.before {
		return nil // counted later, as it is then
	}
	open := false
	plan.EachViolation(r, func(k plan.ViolationKey, f *event.Finding) {
		open = open || !f.Muted
		if err == nil {
			err = b.count(k, r, f, sourceN, sign)
		}
	})
	if err == nil && open {
		err = b.count(anyViolation, r, &event.Finding{}, sourceN, sign)
	}
	return err
}

// departs reports whether anything of a record may have to be counted.
func departs(r *event.Record) bool {
	for i := range r.Findings {
		if plan.Own(&r.Findings[i]) {
			return true
		}
	}
	return false
}

func (b *violationBook) count(k plan.ViolationKey, r *event.Record, f *event.Finding, sourceN, sign int64) error {
	at := violationDay{b.id(k, sign), sourceN, schema.DayOf(r.ReceivedAt)}
	if at.id == 0 {
		return nil
	}
	sum, err := b.sum(at)
	if err != nil {
		return err
	}
	b.dirty[at] = true
	moment := r.ReceivedAt.UnixMicro()
	if sign > 0 && (sum.n+sum.muted == 0 || moment < sum.first) {
		sum.first = moment
	}
	if sign > 0 && moment > sum.last {
		sum.last = moment
	}
	switch {
	case f.Muted:
		sum.muted = max(sum.muted+sign, 0)
	case sign > 0:
		sum.n++
		sum.show(violationExample{r.Seq, int64(xxhash.Sum64String(f.Sent))})
	default:
		sum.n = max(sum.n-1, 0)
		sum.hide(r.Seq)
	}
	return nil
}

// id finds a kind, or makes it when there is room. What is taken off from a kind
// that was never told apart is taken off from the rest.
func (b *violationBook) id(k plan.ViolationKey, sign int64) int64 {
	if id := b.ids[k]; id != 0 {
		return id
	}
	room := len(b.ids) < maxViolations && len(k.Event) <= maxViolationText && len(k.Path) <= maxViolationText
	if rest := restOf(k); k != rest && (!room || sign < 0) {
		return b.id(rest, sign)
	}
	if sign < 0 {
		return 0
	}
	b.last++
	b.ids[k] = b.last
	b.fresh = append(b.fresh, k)
	return b.last
}

// show keeps the newest events with different values.
func (v *violationSum) show(e violationExample) {
	at := len(v.examples)
	for i, have := range v.examples {
		if have.seq != 0 && have.value == e.value {
			if have.seq > e.seq {
				return
			}
			at = i
		}
	}
	if at == len(v.examples) { // a new value takes the place of the oldest
		at--
		if v.examples[at].seq > e.seq {
			return
		}
	}
	copy(v.examples[1:at+1], v.examples[:at])
	v.examples[0] = e
	for i := 0; i+1 < len(v.examples) && v.examples[i].seq < v.examples[i+1].seq; i++ {
		v.examples[i], v.examples[i+1] = v.examples[i+1], v.examples[i]
	}
}

// hide forgets an event.
func (v *violationSum) hide(seq int64) {
	kept := v.examples[:0]
	for _, e := range v.examples {
		if e.seq != seq {
			kept = append(kept, e)
		}
	}
	clear(v.examples[len(kept):])
}

// load reads which kinds there are. Counts under other keys are thrown away.
func (b *violationBook) load() error {
	if b.loaded {
		return nil
	}
	ctx := context.Background()
	b.ids, b.last = map[plan.ViolationKey]int64{}, 0
	b.days, b.dirty, b.fresh = map[violationDay]*violationSum{}, map[violationDay]bool{}, nil
	if err := b.conn.QueryRowContext(ctx, "SELECT before_seq FROM violation_progress").Scan(&b.before); err != nil {
		return err
	}
	rows, err := b.conn.QueryContext(ctx, "SELECT id, code, call, event, version, path FROM violations")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var k plan.ViolationKey
		var id int64
		if err := rows.Scan(&id, &k.Code, &k.Call, &k.Event, &k.Version, &k.Path); err != nil {
			return err
		}
		b.ids[k], b.last = id, max(b.last, id)
	}
	b.loaded = rows.Err() == nil
	return rows.Err()
}

// forget drops what is in memory, as after a transaction that failed.
func (b *violationBook) forget() { b.loaded = false }

// sum returns a day as it is in this transaction.
func (b *violationBook) sum(at violationDay) (*violationSum, error) {
	if v := b.days[at]; v != nil {
		return v, nil
	}
	v := &violationSum{}
	e := &v.examples
	err := b.conn.QueryRowContext(context.Background(), `SELECT n, muted, first_at, last_at, seq_1, seq_2, seq_3, value_1, value_2, value_3 FROM violation_days
		WHERE violation_id = ? AND source_n = ? AND day = ?`, at.id, at.sourceN, at.day).
		Scan(&v.n, &v.muted, &v.first, &v.last, &e[0].seq, &e[1].seq, &e[2].seq, &e[0].value, &e[1].value, &e[2].value)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	b.days[at] = v
	return v, nil
}

const (
	insertViolation    = "INSERT INTO violations (id, code, call, event, version, path) VALUES (?,?,?,?,?,?)"
	replaceViolation   = "INSERT OR REPLACE INTO violation_days (violation_id, source_n, day, n, muted, first_at, last_at, seq_1, seq_2, seq_3, value_1, value_2, value_3) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)"
	deleteViolationDay = "DELETE FROM violation_days WHERE violation_id = ? AND source_n = ? AND day = ?"
)

// prepare makes the statements for arrivals.
func (b *violationBook) prepare(d *direct) (err error) {
	if b.name, err = d.prepare(insertViolation); err == nil {
		b.put, err = d.prepare(replaceViolation)
	}
	if err == nil {
		b.drop, err = d.prepare(deleteViolationDay)
	}
	return err
}

// writeArrivals writes what a commit of arrivals changed.
func (b *violationBook) writeArrivals() error {
	return b.write(func(k plan.ViolationKey, id int64) error {
		return b.name.int(id).text(k.Code).text(k.Call).text(k.Event).int(int64(k.Version)).text(k.Path).run()
	}, func(at violationDay, v *violationSum) error {
		if v == nil {
			return b.drop.int(at.id).int(at.sourceN).int(at.day).run()
		}
		e := v.examples
		b.put.int(at.id).int(at.sourceN).int(at.day).int(v.n).int(v.muted).int(v.first).int(v.last).int(e[0].seq).int(e[1].seq).int(e[2].seq)
		return b.put.int(e[0].value).int(e[1].value).int(e[2].value).run()
	})
}

// writeChange writes what another change of the log changed.
func (b *violationBook) writeChange(ctx context.Context, conn *sql.Conn) error {
	return b.write(func(k plan.ViolationKey, id int64) error {
		_, err := conn.ExecContext(ctx, insertViolation, id, k.Code, k.Call, k.Event, k.Version, k.Path)
		return err
	}, func(at violationDay, v *violationSum) error {
		if v == nil {
			_, err := conn.ExecContext(ctx, deleteViolationDay, at.id, at.sourceN, at.day)
			return err
		}
		e := v.examples
		_, err := conn.ExecContext(ctx, replaceViolation, at.id, at.sourceN, at.day, v.n, v.muted, v.first, v.last, e[0].seq, e[1].seq, e[2].seq, e[0].value, e[1].value, e[2].value)
		return err
	})
}

// write hands out what changed in this transaction; a day without events as nil.
func (b *violationBook) write(name func(plan.ViolationKey, int64) error, put func(violationDay, *violationSum) error) error {
	if !b.loaded || len(b.dirty) == 0 {
		return nil
	}
	for _, k := range b.fresh {
		if err := name(k, b.ids[k]); err != nil {
			return err
		}
	}
	b.fresh = b.fresh[:0]
	for at := range b.dirty {
		v := b.days[at]
		if v.n+v.muted == 0 {
			v = nil
			delete(b.days, at)
		}
		if err := put(at, v); err != nil {
			return err
		}
	}
	clear(b.dirty)
	if len(b.days) > heldViolations {
		clear(b.days)
	}
	return nil
}
