package rawjson_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"sidetrack/backend/rawjson"
)

func FuzzValue(f *testing.F) {
	for _, s := range []string{
		`{"a":[1,2.50,{"b":null}],"":"é\u0000\ud83d\ude00","t":true,"f":false,"a":-1e400}`, ` [ ] `, `{}`, `"x"`, `12345678901234567890`,
		strings.Repeat("[", 500) + strings.Repeat("]", 500), `{"a" : {"b" : [ ] , "c":{ } } }`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got := rawjson.Value(data) // must not panic on anything
		if rawjson.Check(data, 1000) != nil {
			return
		}
		d := json.NewDecoder(strings.NewReader(string(data)))
		d.UseNumber()
		var want any
		if err := d.Decode(&want); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %#v, want %#v (%v)", data, got, want, err)
		}
	})
}
