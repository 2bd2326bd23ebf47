package spec

import "sidetrack/backend/rawjson"

// Fields are the values of a message that rules look at, as raw JSON; nil
// where the message has no such member, the last where it is repeated.
type Fields struct {
	Type, MessageID, UserID, AnonymousID, GroupID, PreviousID []byte
	Event, Name, Category                                     []byte
	Properties, Traits, Context, Integrations                 []byte
	Timestamp, OriginalTimestamp, SentAt, WriteKey            []byte

	ContextAt, IntegrationsAt rawjson.Span // their places in the message
}

// ReadFields walks a message once.
func ReadFields(message []byte) Fields {
	var f Fields
	for m := range rawjson.Members(message) {
		if p := f.field(m.Key); p != nil {
			*p = m.Of(message)
		}
		switch string(m.Key) {
		case "context":
			f.ContextAt = m.Span
		case "integrations":
			f.IntegrationsAt = m.Span
		}
	}
	return f
}

func (f *Fields) field(key []byte) *[]byte {
	switch string(key) {
	case "type":
		return &f.Type
	case "messageId":
		return &f.MessageID
	case "userId":
		return &f.UserID
	case "anonymousId":
		return &f.AnonymousID
	case "groupId":
		return &f.GroupID
	case "previousId":
		return &f.PreviousID
	case "event":
		return &f.Event
	case "name":
		return &f.Name
	case "category":
		return &f.Category
	case "properties":
		return &f.Properties
	case "traits":
		return &f.Traits
	}
	return f.envelopeField(key)
}

func (f *Fields) envelopeField(key []byte) *[]byte {
	switch string(key) {
	case "context":
		return &f.Context
	case "integrations":
		return &f.Integrations
	case "timestamp":
		return &f.Timestamp
	case "originalTimestamp":
		return &f.OriginalTimestamp
	case "sentAt":
		return &f.SentAt
	case "writeKey":
		return &f.WriteKey
	}
	return nil
}

// missing tells whether a value is absent; null counts as absent, since
// analytics-next sends it for an id that was reset.
func missing(value []byte) bool {
	k := rawjson.KindOf(value)
	return k == rawjson.None || k == rawjson.Null
}

// kindWord names a value's kind in a sentence.
func kindWord(value []byte) string {
	switch rawjson.KindOf(value) {
	case rawjson.Null:
		return "null"
	case rawjson.Bool:
		return "true or false"
	case rawjson.Number:
		return "a number"
	case rawjson.Text:
		return "text"
	case rawjson.Array:
		return "a list"
	case rawjson.Object:
		return "an object"
	}
	return "absent"
}
