package collector

import (
	"bytes"
	"unicode/utf8"

	"sidetrack/backend/rawjson"
	"sidetrack/backend/source"
	"sidetrack/backend/spec"
)

// envelope is a readable body: its messages, and what it says about all of
// them. The spans are places in the body.
type envelope struct {
	items                 []rawjson.Span
	key                   source.WriteKey
	keyTooLong            int    // its bytes, when it is no key
	keySent               []byte // as it stands in the body
	sentAt                []byte
	context, integrations []byte         // nil unless they are objects
	bad                   []spec.BadPart // context, integrations where they are something else
	notUTF8               bool           // some bytes of the body are no characters
	added                 int            // bytes added to its messages so far
}

// decode finds the messages in a body. The envelope it returns with a refusal
// still names the write key, if that could be read.
func decode(body []byte, isBatch bool) (envelope, *refusal) {
	text := bytes.TrimPrefix(body, []byte("\ufeff"))
	offset := len(body) - len(text)
	if err := rawjson.Check(text, maxDepth); err != nil {
		return envelope{}, notJSON(body, offset, err)
	}
	if rawjson.KindOf(text) != rawjson.Object {
		return envelope{}, unreadable("request.not_object", "The body is JSON but no object, at byte %d. Send {…}.", offset)
	}
	env := envelope{notUTF8: !utf8.Valid(text)}
	if !isBatch {
		start := bytes.IndexByte(text, '{')
		end := bytes.LastIndexByte(text, '}') + 1
		env.items = []rawjson.Span{{Start: offset + start, End: offset + end}}
		return env, nil
	}
	return decodeBatch(env, text, offset)
}

func decodeBatch(env envelope, text []byte, offset int) (envelope, *refusal) {
	var list rawjson.Span
	for m := range rawjson.Members(text) {
		value := env.readable(m.Of(text))
		switch string(m.Key) {
		case "batch":
			list = m.Span
		case "writeKey":
			env.key, env.keyTooLong = readKey(value)
			env.keySent = value
		case "sentAt":
			env.sentAt = value
		case "context":
			env.context = value
		case "integrations":
			env.integrations = value
		}
	}
	env.context = env.shared("context", env.context)
	env.integrations = env.shared("integrations", env.integrations)
	if rawjson.KindOf(env.sentAt) == rawjson.Null {
		env.sentAt = nil
	}
	if refused := env.list(list, text, offset); refused != nil {
		return env, refused
	}
	return env, env.bounded()
}

// readable returns part of the body with � for what is no character. What we
// hand out is UTF-8, or one message would spoil every list it is in; the
// request's bytes keep what was sent.
func (e *envelope) readable(part []byte) []byte {
	if !e.notUTF8 {
		return part
	}
	return bytes.ToValidUTF8(part, []byte("\ufffd"))
}

// bounded keeps a large envelope from being copied into very many messages: a
// few megabytes sent could ask for gigabytes.
func (e *envelope) bounded() *refusal {
	if shared := len(e.context) + len(e.integrations) + len(e.sentAt); shared*len(e.items) > maxAdded {
		const mb = 1 << 20
		return overCap("request.inflated_too_large",
			"The batch's context, integrations and sentAt, laid beneath each of its %d messages, come to %d MB; the collector takes 64 MB. Send fewer at once, or less beside them.", len(e.items), shared*len(e.items)/mb)
	}
	return nil
}

// shared keeps an object to merge beneath every message.
func (e *envelope) shared(name string, value []byte) []byte {
	switch rawjson.KindOf(value) {
	case rawjson.Object:
		return value
	case rawjson.None, rawjson.Null:
	default:
		e.bad = append(e.bad, spec.BadPart{Name: name, Value: value})
	}
	return nil
}

// list finds the items of the batch.
func (e *envelope) list(at rawjson.Span, text []byte, offset int) *refusal {
	value := at.Of(text)
	switch rawjson.KindOf(value) {
	case rawjson.Array:
	case rawjson.None:
		return unreadable("request.batch_not_array", `The body has no "batch". Put the messages in it, as a list, or send one to /v1/track and its kin.`)
	default:
		return unreadable("request.batch_not_array", `"batch" is no list, at byte %d. Put the messages in [ ].`, offset+at.Start)
	}
	objects := 0
	for item := range rawjson.Elements(value) {
		if len(e.items) == maxItems {
			return overCap("request.too_many_items", "The batch holds %d items, the collector reads 50,000. Send fewer at once.", rawjson.Count(value))
		}
		if value[item.Start] == '{' {
			objects++
		}
		e.items = append(e.items, rawjson.Span{Start: offset + at.Start + item.Start, End: offset + at.Start + item.End})
	}
	if objects == 0 && len(e.items) > 0 {
		return unreadable("request.batch_without_objects", "Nothing in the batch is an object; the first item starts at byte %d. Send messages as {…}.", e.items[0].Start)
	}
	return nil
}

// readKey reads a write key. One that is far too long is no key, and its length
// is told.
func readKey(value []byte) (key source.WriteKey, tooLong int) {
	s, _ := rawjson.String(value)
	return usable(source.WriteKey(s))
}

// oddKey returns the first of some write keys that is there and no text.
func oddKey(sent ...[]byte) []byte {
	for _, value := range sent {
		switch rawjson.KindOf(value) {
		case rawjson.None, rawjson.Null, rawjson.Text:
		default:
			return value
		}
	}
	return nil
}

func usable(key source.WriteKey) (source.WriteKey, int) {
	if len(key) > spec.MaxWriteKey {
		return "", len(key)
	}
	return key, 0
}
