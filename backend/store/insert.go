package store

import (
	"encoding/json"
	"errors"
	"net"
	"time"

	"github.com/cespare/xxhash/v2"

	"sidetrack/backend/event"
)

// duplicateWindow is how far back a message id counts as sent before
// (Segment looks back at least 24 hours, guides/duplicate-data).
const duplicateWindow = 24 * time.Hour

// inserter holds the hot statements. They go neither through gorm nor through
// database/sql; see direct.
type inserter struct {
	begin, commit, rollback, event, id, seen, finding, block, rollup, minute, sighting, counters, idsThrough *statement
}

func (in *inserter) prepare(d *direct) error {
	for _, p := range []struct {
		stmt **statement
		text string
	}{
		{&in.begin, "BEGIN IMMEDIATE"},
		{&in.commit, "COMMIT"},
		{&in.rollback, "ROLLBACK"},
		{&in.event, `INSERT INTO events (seq, received_at, source_n, type, name, user_id, anonymous_id, message_id, happened_at, disposition, verdict,
			findings, added, masked, summary, size, run_id, block_id, request_at, message_at, span_offset, span_length, item)
			VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`},
		{&in.id, "INSERT INTO message_ids (hash, seq) VALUES (?,?)"},
		{&in.idsThrough, "UPDATE message_ids_progress SET through = ?"},
		{&in.seen, `SELECT e.seq FROM message_ids m CROSS JOIN events e ON e.seq = m.seq
			WHERE m.hash = ? AND e.message_id = ? AND e.source_n = ? AND e.received_at >= ? AND e.deletion IS NULL ORDER BY m.seq LIMIT 1`},
		{&in.finding, "INSERT OR IGNORE INTO findings (code, seq) VALUES (?,?)"},
		{&in.block, insertBlock},
		{&in.rollup, upsertRollup},
		{&in.minute, `INSERT INTO minutes (minute, first_seq, last_seq) VALUES (?,?,?)
			ON CONFLICT DO UPDATE SET first_seq = min(first_seq, excluded.first_seq), last_seq = max(last_seq, excluded.last_seq)`},
		{&in.sighting, `INSERT INTO sightings (source_n, library, version, origin, n, last_seen) VALUES (?,?,?,?,?,?)
			ON CONFLICT DO UPDATE SET n = n + excluded.n, last_seen = excluded.last_seen`},
		{&in.counters, "UPDATE counters SET stored = stored + ?, rejected = rejected + ?, head = ?, last_received = max(last_received, ?)"},
	} {
		stmt, err := d.prepare(p.text)
		if err != nil {
			return err
		}
		*p.stmt = stmt
	}
	return nil
}

// group is one commit while it is put together.
type group struct {
	jobs          []*job
	records       []event.Record
	events, bytes int
	block         []byte           // the one being filled
	packed        []byte           // the one being written
	blockID       int64            // of the one being filled
	first         int              // index of the block's first record
	ids           map[idKey]heldID // message ids of this commit
	idRows        []idRow
	idsWritten    bool
	rollups       map[rollupKey]int64
	minutes       map[int64]stretch
	sightings     map[sightingKey]int64
}

// row is where a record's bytes stand.
type row struct {
	requestAt, messageAt int
	span                 event.Span
	sourceN, block       int64
}

// stretch is a part of the log, both ends included.
type stretch struct{ first, last int64 }

type rollupKey struct {
	step, slot, sourceN int64
	kind, name, verdict string
}

type sightingKey struct {
	sourceN                  int64
	library, version, origin string
}

// newGroup begins a commit with what the last one needed no longer. The jobs and
// the records are handed on, so they are new.
func (w *writer) newGroup(jobs []*job) *group {
	g, events := &w.group, 0
	for _, j := range jobs {
		events += j.events
	}
	clear(g.ids)
	clear(g.rollups)
	clear(g.minutes)
	clear(g.sightings)
	if cap(g.block) > 2*blockBytes { // one request may be larger than a block
		g.block = nil
	}
	*g = group{records: make([]event.Record, 0, max(events, min(g.events, groupEvents))), block: g.block[:0], packed: g.packed[:0],
		ids: g.ids, idRows: g.idRows[:0], rollups: g.rollups, minutes: g.minutes, sightings: g.sightings}
	return g
}

// insertJobs writes the rows of some arrivals.
func (w *writer) insertJobs(g *group, jobs []*job) error {
	g.jobs = append(g.jobs, jobs...)
	for _, j := range jobs {
		g.events, g.bytes = g.events+j.events, g.bytes+j.bytes
		if err := w.insertArrival(g, j.arrival); err != nil {
			return err
		}
	}
	return nil
}

// endGroup writes the last block, the sums and what else is due, and commits.
func (w *writer) endGroup(g *group) error {
	if err := w.flushBlock(g); err != nil {
		return err
	}
	if len(g.records) > 0 {
		if err := errors.Join(w.insertSums(g), w.writeIDs(g)); err != nil {
			return err
		}
	}
	if err := w.violations.writeArrivals(); err != nil {
		return err
	}
	return w.insert.commit.run()
}

// insertArrival gives the records of an arrival their numbers, packs its bytes
// and writes its rows.
func (w *writer) insertArrival(g *group, a *event.Arrival) error {
	if len(a.Records) == 0 {
		return nil
	}
	if err := w.makeRoom(g, a); err != nil {
		return err
	}
	var requestAt int
	var err error
	if g.block, requestAt, err = appendRequest(g.block, a.Request, a.Body); err != nil {
		return err
	}
	sources := w.s.sources.Load()
	for i := range a.Records {
		rec, span := &a.Records[i], a.Spans[i]
		rec.Seq = w.head + int64(len(g.records)) + 1
		rec.ReceivedAt, rec.Timestamp = asStored(rec.ReceivedAt), asStored(rec.Timestamp)
		rw := row{requestAt: requestAt, span: span, sourceN: sources.number(rec.Source.ID), block: g.blockID}
		g.block, rw.messageAt = appendMessage(g.block, a.Body[span.Offset:span.Offset+span.Length], rec.Message)
		if err := w.markDuplicate(g, rec, rw.sourceN, a.Imported); err != nil {
			return err
		}
		if err := w.insertRow(rec, rw); err != nil {
			return err
		}
		g.sum(rec, rw.sourceN, a)
		if err := w.violations.add(rec, rw.sourceN, 1); err != nil {
			return err
		}
		g.records = append(g.records, *rec)
	}
	return nil
}

// makeRoom begins a block where the one being filled has no room for an arrival.
func (w *writer) makeRoom(g *group, a *event.Arrival) error {
	events := len(g.records) - g.first
	if events > 0 && (events+len(a.Records) > blockEvents || len(g.block)+len(a.Body) > blockBytes) {
		if err := w.flushBlock(g); err != nil {
			return err
		}
		events = 0
	}
	if events == 0 {
		g.blockID = w.newBlockID()
	}
	return nil
}

// asStored is a time as it comes back from the database.
func asStored(t time.Time) time.Time { return time.UnixMicro(t.UnixMicro()).UTC() }

// flushBlock writes the block that is being filled.
func (w *writer) flushBlock(g *group) error {
	if len(g.records) == g.first {
		return nil
	}
	g.packed = w.s.blocks.enc.EncodeAll(g.block, g.packed[:0])
	err := w.insert.block.int(g.blockID).int(g.records[g.first].Seq).int(g.records[len(g.records)-1].Seq).blob(g.packed).run()
	g.block, g.first = g.block[:0], len(g.records)
	return err
}

// hashOf is stable: it is kept in the database.
func hashOf(messageID string) int64 { return int64(xxhash.Sum64String(messageID)) }

// markDuplicate looks whether this source sent the message id before. An
// imported event was looked at where it arrived.
func (w *writer) markDuplicate(g *group, rec *event.Record, sourceN int64, imported bool) error {
	if rec.MessageID == "" {
		return nil
	}
	g.idRows = append(g.idRows, idRow{hashOf(rec.MessageID), rec.Seq})
	if rec.Disposition == event.Rejected {
		return nil
	}
	key := idKey{sourceN, rec.MessageID}
	var first int64
	var err error
	if !imported {
		first, err = w.firstWithID(g, key, rec.ReceivedAt)
	}
	if err != nil {
		return err
	}
	if first == 0 {
		w.hold(g, key, heldID{rec.Seq, rec.ReceivedAt.UnixMicro()})
		return nil
	}
	if w.s.o.SentDuplicate != nil {
		w.s.o.SentDuplicate(rec, first)
		rec.Verdict = event.VerdictOf(rec.Findings)
	}
	return nil
}

func (w *writer) insertRow(r *event.Record, rw row) error {
	st := w.insert.event
	st.int(r.Seq).int(r.ReceivedAt.UnixMicro()).int(rw.sourceN).text(r.Type).text(r.Name).text(r.UserID).text(r.AnonymousID).text(r.MessageID)
	st.int(r.Timestamp.UnixMicro()).text(string(r.Disposition)).text(string(r.Verdict))
	for _, list := range []struct {
		n int
		v any
	}{{len(r.Findings), r.Findings}, {len(r.Added), r.Added}, {len(r.Masked), r.Masked}} {
		if list.n == 0 {
			st.null()
			continue
		}
		b, err := json.Marshal(list.v)
		if err != nil {
			st.again()
			return err
		}
		st.text(string(b))
	}
	st.text(r.Summary).int(int64(r.Size)).text(r.RunID).int(rw.block).int(int64(rw.requestAt)).int(int64(rw.messageAt))
	st.int(int64(rw.span.Offset)).int(int64(rw.span.Length)).int(int64(rw.span.Index))
	if err := st.run(); err != nil {
		return err
	}
	for _, f := range r.Findings {
		if err := w.insert.finding.text(f.Code).int(r.Seq).run(); err != nil {
			return err
		}
	}
	return nil
}

const upsertRollup = `INSERT INTO rollups (step, slot, source_n, type, name, verdict, n) VALUES (?,?,?,?,?,?,?)
	ON CONFLICT DO UPDATE SET n = n + excluded.n`

// rollupSteps are the widths of the sums, in seconds: fine ones for the last
// minutes, coarse ones for days.
var rollupSteps = [...]int64{10, 600}

// sum notes a record in the sums of its commit.
func (g *group) sum(r *event.Record, sourceN int64, a *event.Arrival) {
	minute := minuteOf(r.ReceivedAt)
	part, known := g.minutes[minute]
	if !known {
		part.first = r.Seq
	}
	part.last = r.Seq
	g.minutes[minute] = part
	if r.Disposition == event.Rejected {
		return
	}
	for _, step := range rollupSteps {
		g.rollups[rollupKey{step, slotOf(r.ReceivedAt, step), sourceN, r.Type, r.Name, string(r.Verdict)}]++
	}
	if a.Imported {
		return
	}
	origin := a.Request.Origin
	if origin == "" {
		if host, _, err := net.SplitHostPort(a.Request.Remote); err == nil {
			origin = host
		}
	}
	g.sightings[sightingKey{sourceN, r.Library.Name, r.Library.Version, origin}]++
}

func minuteOf(t time.Time) int64 { return t.UnixMicro() / 60_000_000 }

func slotOf(t time.Time, step int64) int64 { return t.Unix() - t.Unix()%step }

// insertSums writes what a commit adds to the sums, a few rows each.
func (w *writer) insertSums(g *group) error {
	for k, n := range g.rollups {
		if err := w.insertRollup(k, n); err != nil {
			return err
		}
	}
	for minute, part := range g.minutes {
		if err := w.insert.minute.int(minute).int(part.first).int(part.last).run(); err != nil {
			return err
		}
	}
	last := &g.records[len(g.records)-1]
	for k, n := range g.sightings {
		if err := w.insert.sighting.int(k.sourceN).text(k.library).text(k.version).text(k.origin).int(n).int(last.ReceivedAt.UnixMicro()).run(); err != nil {
			return err
		}
	}
	stored, rejected := tally(g.records)
	return w.insert.counters.int(stored).int(rejected).int(last.Seq).int(last.ReceivedAt.UnixMicro()).run()
}

func (w *writer) insertRollup(k rollupKey, n int64) error {
	return w.insert.rollup.int(k.step).int(k.slot).int(k.sourceN).text(k.kind).text(k.name).text(k.verdict).int(n).run()
}
