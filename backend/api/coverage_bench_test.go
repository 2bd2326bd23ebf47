package api

import (
	"encoding/json"
	"fmt"
	"testing"

	"sidetrack/backend/document"
	"sidetrack/backend/event"
	"sidetrack/backend/plan"
	"sidetrack/backend/schema"
)

// BenchmarkCoverage answers for a plan of a thousand events of eight
// properties, half of them seen: as the list of the screen asks, and whole.
func BenchmarkCoverage(b *testing.B) {
	d := thousandDoor(b)
	for _, target := range []string{"/api/plan/coverage?properties=false", "/api/plan/coverage?call=track&event=Event+5", "/api/plan/coverage"} {
		b.Run(target, func(b *testing.B) {
			b.ReportAllocs()
			size := 0
			for b.Loop() {
				w := d.ask("GET", target, "")
				if size = w.Body.Len(); w.Code != 200 {
					b.Fatal(w.Body)
				}
			}
			b.ReportMetric(float64(size), "answer-B")
		})
	}
}

func thousandDoor(b *testing.B) *door {
	shape := `{"type":"object","properties":{"properties":{"type":"object","properties":{`
	message := `{"properties":{`
	for i := range 8 {
		comma := ""
		if i > 0 {
			comma = ","
		}
		shape += fmt.Sprintf(`%s"p%d":{"type":"string"}`, comma, i)
		message += fmt.Sprintf(`%s"p%d":"v%d"`, comma, i, i)
	}
	n, err := document.JSON("plan.json", []byte(shape+"}}}}"))
	if err != nil {
		b.Fatal(err)
	}
	p, f := &plan.Plan{Name: "Large"}, &fakeSchema{}
	for i := range 1000 {
		node, name := *n, fmt.Sprint("Event ", i)
		p.Rules = append(p.Rules, &plan.Rule{Call: plan.Track, Name: name, Version: 1, Schema: &node})
		if i%2 == 0 {
			continue
		}
		e := schema.Event{Source: event.SourceRef{ID: "src_1"}, Call: "track", Name: name}
		e.Fold(&event.Record{Seq: 1, ReceivedAt: noon, Type: "track", Name: name, Disposition: event.Accepted, Message: json.RawMessage(message + "}}")})
		f.list = append(f.list, e)
	}
	f.judge = plan.NewJudge(p)
	d := open(b)
	d.API.Schema, d.API.Plans = f, fakePlans{judges: []*plan.Judge{f.judge}}
	return d
}
