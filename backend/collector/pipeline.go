package collector

import (
	"bytes"
	"context"
	"errors"
	"unicode/utf8"

	"sidetrack/backend/event"
	"sidetrack/backend/fault"
	"sidetrack/backend/rawjson"
	"sidetrack/backend/source"
	"sidetrack/backend/spec"
)

// Accept takes events of our own tools in by the road every other event takes.
// kind is the last part of a path: track, batch. A body nobody can read is
// kept as rejected, and is a fault.Invalid.
func (c *Collector) Accept(ctx context.Context, src source.Source, kind string, body []byte) ([]event.Record, error) {
	rt := routeOf("/v1/" + kind)
	if rt.door != single && rt.door != batch {
		return nil, fault.New(fault.Invalid, "There is no call named %q. Send track, identify, page, screen, group, alias or batch.", clip(kind, 40))
	}
	a, err := c.accept(ctx, &incoming{
		route: rt, received: c.Now().UTC(), own: &src, body: body, literal: true,
		request: event.Request{Method: "POST", Path: "/v1/" + kind, Remote: "sidetrack", Headers: [][2]string{}, WireSize: len(body), BodySize: len(body)},
	})
	var bad *refusal
	if errors.As(err, &bad) {
		return nil, &fault.Error{Kind: fault.Invalid, Message: bad.finding.Message, Cause: bad}
	}
	if err != nil {
		return nil, err
	}
	return a.Records, nil
}

// accept is the road in: decode, normalise, check, judge, append. The error is
// a *refusal when nobody can read the request, and the log's otherwise. The
// arrival is never nil.
func (c *Collector) accept(ctx context.Context, in *incoming) (*event.Arrival, error) {
	if in.refused != nil {
		return c.refuse(ctx, in, envelope{}, in.refused)
	}
	env, refused := decode(in.body, in.route.door == batch)
	if refused != nil {
		return c.refuse(ctx, in, env, refused)
	}
	a := in.arrival()
	a.Request.Items = len(env.items)
	if len(env.items) == 0 {
		return a, c.keepEmptyBatch(ctx, in, &env, a)
	}
	a.Records = make([]event.Record, 0, len(env.items))
	a.Spans = make([]event.Span, 0, len(env.items))
	keys := keyring{c: c, in: in, env: &env}
	for i, span := range env.items {
		rec, err := c.record(ctx, &keys, i, span.Of(in.body))
		if errors.As(err, &refused) {
			return c.refuse(ctx, in, env, refused)
		}
		if err != nil {
			return a, err
		}
		a.Records = append(a.Records, rec)
		a.Spans = append(a.Spans, in.span(i, span))
	}
	return a, c.keep(ctx, a)
}

// keep appends an arrival to the log. A batch far beyond Segment's limit goes
// in parts, since everybody else waits while one is committed; the parts of its
// body, one after another, are the body.
func (c *Collector) keep(ctx context.Context, a *event.Arrival) error {
	if len(a.Records) <= maxTogether {
		return c.Log.Append(ctx, a)
	}
	from := 0
	for first := 0; first < len(a.Records); first += partItems {
		last, to := min(first+partItems, len(a.Records)), len(a.Body)
		if last < len(a.Spans) {
			to = a.Spans[last].Offset
		}
		part := event.Arrival{Request: a.Request, Body: a.Body[from:to:to], Records: a.Records[first:last:last]}
		for _, s := range a.Spans[first:last] {
			part.Spans = append(part.Spans, event.Span{Offset: s.Offset - from, Length: s.Length, Index: s.Index})
		}
		if err := c.Log.Append(ctx, &part); err != nil {
			return err
		}
		from = to
	}
	return nil
}

// record makes one item into a record, judged.
func (c *Collector) record(ctx context.Context, keys *keyring, i int, item []byte) (event.Record, error) {
	in, env := keys.in, keys.env
	if rawjson.KindOf(item) != rawjson.Object {
		src, err := keys.source(ctx, "")
		rec := c.rejectedRecord(in, src, spec.Found("request.item_not_object", "",
			"Item %d of the batch is no object, so it was left out; its neighbours were taken. Send messages as {…}.", i))
		rec.Message, rec.Size = env.readable(item), len(item)
		return rec, err
	}
	sent := item
	item = env.readable(sent)
	f := spec.ReadFields(item)
	key, tooLong := readKey(f.WriteKey)
	_, headerTooLong := usable(in.key)
	src, err := keys.source(ctx, key)
	if err != nil {
		return event.Record{}, err
	}
	rec, err := c.normalise(in, env, &f, item)
	if err != nil {
		return rec, err
	}
	rec.Source, rec.Size = refOf(src), len(sent)
	rec.Findings = spec.Check(&rec, spec.Context{
		PathType:     in.route.call,
		Batch:        in.route.door == batch,
		BodySize:     len(in.body),
		Items:        len(env.items),
		BadEnvelope:  env.bad,
		KeysDiffer:   keys.conflict(key),
		TooManyKeys:  keys.over,
		KeyTooLong:   max(tooLong, env.keyTooLong, headerTooLong),
		KeyNotText:   oddKey(f.WriteKey, env.keySent),
		FromLoopback: in.loopback,
	})
	if env.notUTF8 && !utf8.Valid(sent) {
		rec.Findings = append(rec.Findings, notUTF8(sent))
	}
	c.twice.check(&rec, &f)
	if c.Plans != nil {
		rec.Findings = append(rec.Findings, c.Plans.Check(&rec)...)
	}
	if c.Names != nil {
		rec.Findings = append(rec.Findings, c.Names.Check(&rec, &f)...)
	}
	c.judge(&rec)
	return rec, nil
}

func notUTF8(item []byte) event.Finding {
	at := 0
	for {
		r, n := utf8.DecodeRune(item[at:])
		if r == utf8.RuneError && n <= 1 {
			break
		}
		at += n
	}
	return spec.Found("lens.not_utf8", "", "The message is not UTF-8, first at its byte %d. Such bytes are shown as \ufffd; the raw request has them. Send UTF-8.", at)
}

// judge decides what becomes of a record. Findings never keep one out.
func (c *Collector) judge(rec *event.Record) {
	rec.Disposition = event.Accepted
	rec.Verdict = event.VerdictOf(rec.Findings)
	c.Mutes.Apply(rec)
}

// keepEmptyBatch makes a batch of nothing visible. It is no message, so it is
// filed as rejected, though the sender hears 200 as from Segment.
func (c *Collector) keepEmptyBatch(ctx context.Context, in *incoming, env *envelope, a *event.Arrival) error {
	keys := keyring{c: c, in: in, env: env}
	src, err := keys.source(ctx, "")
	if err != nil {
		return err
	}
	a.Records = []event.Record{c.rejectedRecord(in, src, spec.Found("segment.empty_batch", "/batch",
		"The batch is empty. Segment answers yes and stores nothing. Send it only when there is something in it."))}
	a.Spans = []event.Span{{}}
	return c.Log.Append(ctx, a)
}

// refuse keeps a request nobody can read, filed under the source whose key it
// carried, if any. The sender hears why whether or not it could be kept.
func (c *Collector) refuse(ctx context.Context, in *incoming, env envelope, why *refusal) (*event.Arrival, error) {
	a := in.arrival()
	a.Body = bytes.Clone(a.Body[:min(len(a.Body), maxKept)]) // lets go of the rest
	keys := keyring{c: c, in: in, env: &env}
	src, err := keys.source(ctx, "")
	if err == nil {
		a.Records = []event.Record{c.rejectedRecord(in, src, why.finding)}
		a.Spans = []event.Span{{Length: len(a.Body)}}
		err = c.Log.Append(ctx, a)
	}
	if err != nil {
		c.Logger.Warn("could not keep a rejected request", "path", in.request.Path, "error", err)
	}
	return a, why
}

// arrival begins the arrival of a request.
func (in *incoming) arrival() *event.Arrival {
	a := &event.Arrival{Request: in.request}
	if in.literal {
		a.Body = in.body
	}
	return a
}

func (in *incoming) span(i int, s rawjson.Span) event.Span {
	if !in.literal {
		return event.Span{Index: i}
	}
	return event.Span{Offset: s.Start, Length: s.End - s.Start, Index: i}
}
