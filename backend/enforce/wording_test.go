package enforce

import (
	"strings"
	"testing"

	"github.com/xeipuuv/gojsonschema"

	"sidetrack/backend/plan"
	"sidetrack/backend/planfile"
)

// gojsonschema is the validator whose words Segment's samples show; where ours
// are given as Segment's, they are its.
func TestWordingIsGojsonschemas(t *testing.T) {
	const schema = `{"type":"object","properties":{"properties":{"type":"object","required":["gone"],"properties":{
		"a":{"type":["string"]},"b":{"type":"number"},"c":{"enum":["x",2]},"d":{"const":"x"},"e":{"type":"string","pattern":"^a$"},
		"f":{"type":"string","format":"date-time"},"g":{"type":"array","items":{"type":"object","properties":{"n":{"type":"boolean"}}}},
		"h":{"minimum":5,"maximum":9},"i":{"maximum":5.5},"j":{"exclusiveMinimum":5},"k":{"exclusiveMaximum":5},"l":{"multipleOf":2.5},"m":{"minLength":3,"maxLength":9},"o":{"maxLength":2},
		"p":{"minItems":2},"q":{"maxItems":1},"r":{"minProperties":2},"s":{"maxProperties":1},"t":{"type":"object","additionalProperties":false}}}}}`
	const message = `{"type":"track","event":"A","properties":{"a":7,"b":"1","c":"y","d":"y","e":"b","f":"z","g":[{"n":null}],
		"h":1,"i":6,"j":5,"k":5,"l":1,"m":"a","o":"abc","p":[1],"q":[1,2],"r":{"a":1},"s":{"a":1,"b":2},"t":{"more":1}}}`
	result, err := gojsonschema.Validate(gojsonschema.NewStringLoader(schema), gojsonschema.NewStringLoader(message))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{}
	for _, e := range result.Errors() {
		want[strings.ToLower(strings.ReplaceAll(e.Type(), "_", " "))+"|"+e.Description()] = true
	}
	p, err := planfile.Read([]planfile.File{{Name: "plan.json", Data: []byte(`{"rules":[{"type":"TRACK","key":"A","version":1,"jsonSchema":` + schema + `}]}`)}})
	if err != nil {
		t.Fatal(err)
	}
	got, _ := Apply(recordOf(t, message), Settings{plan.NewJudge(p), website}, "")
	if len(got.Annotations.Violations) != len(want) || len(want) != 20 {
		t.Errorf("%d violations, %d by gojsonschema", len(got.Annotations.Violations), len(want))
	}
	for _, v := range got.Annotations.Violations {
		if key := strings.ToLower(v.Type) + "|" + v.Description; !want[key] {
			t.Errorf("%s is not among %v", key, want)
		}
	}
}
