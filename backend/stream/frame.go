package stream

import (
	"bytes"
	"encoding/json"

	"sidetrack/backend/event"
)

type changedFrame struct {
	Type  string   `json:"type"`
	Topic string   `json:"topic"`
	IDs   []string `json:"ids"`
}

type byeFrame struct {
	Type   string `json:"type"`
	Reason string `json:"reason"`
	After  int64  `json:"after"`
}

// eventsFrame writes the list columns of the records.
func eventsFrame(records []event.Record, last int64) []byte {
	rows := make([]event.Record, len(records))
	for i, r := range records {
		r.Message = nil
		if r.Findings == nil {
			r.Findings = []event.Finding{}
		}
		if r.Added == nil {
			r.Added = []string{}
		}
		if r.Masked == nil {
			r.Masked = []string{}
		}
		rows[i] = r
	}
	return marshal(struct {
		Type    string         `json:"type"`
		Records []event.Record `json:"records"`
		Last    int64          `json:"last"`
	}{"events", rows, last})
}

// marshal leaves <, > and & as they are; nothing here ends up in HTML.
func marshal(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(v) != nil {
		return nil
	}
	return bytes.TrimSpace(b.Bytes())
}
