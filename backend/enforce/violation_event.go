package enforce

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"unicode"

	"sidetrack/backend/event"
	"sidetrack/backend/rawjson"
)

// PlanRef names a plan in the events about its violations.
type PlanRef struct{ ID, Name string }

// ViolationEvents makes the events Segment forwards about the violations of
// another one, one each (protocols/validate/forward-violations). The same event
// always gives the same ones, ids included.
func ViolationEvents(r *event.Record, violations []ViolationNote, p PlanRef) []json.RawMessage {
	list := make([]json.RawMessage, len(violations))
	for i := range violations {
		list[i] = violationEvent(r, &violations[i], p, i)
	}
	return list
}

// zeroTime is what Segment writes where the offender has no time.
const zeroTime = "0001-01-01T00:00:00Z"

type violationMessage struct {
	Type         string              `json:"type"`
	Event        string              `json:"event"`
	UserID       string              `json:"userId"`
	MessageID    string              `json:"messageId"`
	Forwarded    string              `json:"forwardedFromProject"`
	Context      violationContext    `json:"context"`
	Properties   violationProperties `json:"properties"`
	Integrations struct{}            `json:"integrations"`
}

type violationContext struct {
	App     json.RawMessage `json:"app,omitempty"`
	Library json.RawMessage `json:"library,omitempty"`
}

type violationProperties struct {
	AppVersion     string `json:"appVersion"`
	EventMessageID string `json:"eventMessageID"`
	EventName      string `json:"eventName"`
	EventType      string `json:"eventType"`
	EventSentAt    string `json:"eventSentAt"`
	EventTimestamp string `json:"eventTimestamp"`
	SourceID       string `json:"sourceID"`
	SourceName     string `json:"sourceName"`
	SourceSlug     string `json:"sourceSlug"`
	PlanID         string `json:"trackingPlanID"`
	PlanName       string `json:"trackingPlanName"`
	Type           string `json:"violationType"`
	Field          string `json:"violationField"`
	Description    string `json:"violationDescription"`
}

func violationEvent(r *event.Record, v *ViolationNote, p PlanRef, n int) json.RawMessage {
	at := func(steps ...string) string {
		s, _ := rawjson.String(rawjson.At(r.Message, steps))
		return s
	}
	when := func(name string) string {
		if s := at(name); s != "" {
			return s
		}
		return zeroTime
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{r.Source.ID, r.MessageID, v.Type, v.Field, strconv.Itoa(n)}, "\x00")))
	out := violationMessage{
		Type: "track", Event: "Violation Generated", UserID: "schema-violations", MessageID: "sch-" + hex.EncodeToString(sum[:16]), Forwarded: r.Source.ID,
		Context: violationContext{rawjson.At(r.Message, []string{"context", "app"}), rawjson.At(r.Message, []string{"context", "library"})},
		Properties: violationProperties{
			AppVersion: at("context", "app", "version"), EventMessageID: r.MessageID, EventName: r.Name, EventType: r.Type,
			EventSentAt: when("sentAt"), EventTimestamp: when("timestamp"),
			SourceID: r.Source.ID, SourceName: r.Source.Name, SourceSlug: slug(r.Source.Name),
			PlanID: p.ID, PlanName: p.Name, Type: v.Type, Field: v.Field, Description: v.Description,
		},
	}
	text, err := json.Marshal(out)
	if err != nil { // a context that is no JSON; a stored message always is
		return nil
	}
	return text
}

// slug writes a name as Segment does in addresses: small letters and _.
func slug(name string) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(name) {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			gap = b.Len() > 0
			continue
		}
		if gap {
			b.WriteByte('_')
			gap = false
		}
		b.WriteRune(r)
	}
	return b.String()
}
