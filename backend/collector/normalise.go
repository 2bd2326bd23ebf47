package collector

import (
	"crypto/sha256"
	"encoding/hex"

	"sidetrack/backend/event"
	"sidetrack/backend/rawjson"
	"sidetrack/backend/spec"
)

// stamp is how a time we add is written: as browsers do.
const stamp = "2006-01-02T15:04:05.000Z"

// normalise makes a record of an item: its bytes as sent plus what the
// envelope and we add, and beside it the columns a list needs. f is read from
// the item and learns what was added.
func (c *Collector) normalise(in *incoming, env *envelope, f *spec.Fields, item []byte) (event.Record, error) {
	rec := event.Record{
		ReceivedAt: in.received,
		RunID:      in.run,
		Type:       in.route.call,
		Masked:     []string{},
		Library:    libraryOf(f.Context, env.context),
	}
	if rec.Type == "" {
		rec.Type = column(f.Type)
	}
	if err := c.complete(&rec, in, env, f, item); err != nil {
		return rec, err
	}
	rec.UserID = column(f.UserID)
	rec.AnonymousID = column(f.AnonymousID)
	switch rec.Type {
	case "track":
		rec.Name = column(f.Event)
	case "page", "screen":
		rec.Name = column(f.Name)
	}
	rec.Timestamp = spec.When(f, in.received)
	rec.Summary = summary(&rec, f)
	return rec, nil
}

// complete adds what the message lacks. A null is something sent, so it stays
// and nothing is written beside it. The error is a *refusal, of a request that
// would grow out of bounds.
func (c *Collector) complete(rec *event.Record, in *incoming, env *envelope, f *spec.Fields, item []byte) error {
	add := rawjson.Add(item)
	add.Limit = maxAdded - env.added
	add.Beneath("context", f.ContextAt, env.context)
	add.Beneath("integrations", f.IntegrationsAt, env.integrations)
	if f.SentAt == nil && env.sentAt != nil {
		f.SentAt = env.sentAt
		add.Member("sentAt", env.sentAt)
	}
	if f.Type == nil && in.route.call != "" {
		add.Member("type", rawjson.Quote(in.route.call))
	}
	rec.MessageID = column(f.MessageID)
	if k := rawjson.KindOf(f.MessageID); k == rawjson.None || k == rawjson.Null {
		rec.MessageID = "sidetrack-" + c.NewID()
	}
	if f.MessageID == nil {
		add.Member("messageId", rawjson.Quote(rec.MessageID))
	}
	if !f.HasTime() {
		add.Member("timestamp", []byte(in.received.Format(`"`+stamp+`"`)))
	}
	if env.added += add.Size(); add.Over() {
		return overCap("request.inflated_too_large",
			"The batch's context, integrations and sentAt, laid beneath its %d messages, come to more than 64 MB with their paths. Send fewer at once, or less beside them.", len(env.items))
	}
	rec.Message, rec.Added = add.Bytes(), add.Pointers()
	return nil
}

// text decodes a value that is text, and is empty for any other.
func text(value []byte) string {
	s, _ := rawjson.String(value)
	return s
}

// column is the text that lists, searches and the look-out for repeated ids use.
// Lists carry it in every row, so one far too long is cut; what stands for the
// rest keeps different texts apart.
func column(value []byte) string {
	s := text(value)
	if len(s) <= maxColumn {
		return s
	}
	sum := sha256.Sum256([]byte(s))
	return clip(s, maxColumn) + "… " + hex.EncodeToString(sum[:8])
}

// libraryOf reads context.library, of the message or else of its batch: Go and
// Java name themselves only there.
func libraryOf(own, shared []byte) event.Library {
	for _, from := range [][]byte{own, shared} {
		if lib := rawjson.Get(from, "library"); lib != nil {
			return event.Library{Name: clip(text(rawjson.Get(lib, "name")), maxRun), Version: clip(text(rawjson.Get(lib, "version")), maxRun)}
		}
	}
	return event.Library{}
}
