package demo

import (
	"bytes"
	"encoding/json"
	"time"
)

// object is a JSON object that keeps its order, as libraries write theirs.
type object []member

type member struct {
	key   string
	value any
}

// obj makes an object of key, value pairs.
func obj(pairs ...any) object {
	o := make(object, 0, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		o = append(o, member{pairs[i].(string), pairs[i+1]})
	}
	return o
}

// with returns the object with more members at its end.
func (o object) with(pairs ...any) object {
	return append(o[:len(o):len(o)], obj(pairs...)...)
}

// ago stands for a moment before the request is sent.
type ago time.Duration

// stamp is how libraries write a time.
const stamp = "2006-01-02T15:04:05.000Z"

// at puts the times in.
func at(v any, now time.Time) any {
	switch v := v.(type) {
	case ago:
		return now.Add(-time.Duration(v)).UTC().Format(stamp)
	case object:
		out := make(object, len(v))
		for i, m := range v {
			out[i] = member{m.key, at(m.value, now)}
		}
		return out
	case []object:
		out := make([]object, len(v))
		for i := range v {
			out[i] = at(v[i], now).(object)
		}
		return out
	}
	return v
}

// MarshalJSON writes the members in their order.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		key, err := json.Marshal(m.key)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, err
		}
		b.Write(key)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}
