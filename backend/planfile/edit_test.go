package planfile_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"sidetrack/backend/fault"
	"sidetrack/backend/plan"
	"sidetrack/backend/planfile"
)

// diff lists the lines that were taken away and those that came, as "-" and "+".
func diff(before, after string) string {
	a, b := strings.Split(before, "\n"), strings.Split(after, "\n")
	start := 0
	for start < len(a) && start < len(b) && a[start] == b[start] {
		start++
	}
	for len(a) > start && len(b) > start && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	// within what differs, the longest common lines stay
	a, b = a[start:], b[start:]
	var out []string
	table := make([][]int, len(a)+1)
	for i := range table {
		table[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			table[i][j] = max(table[i+1][j], table[i][j+1])
			if a[i] == b[j] {
				table[i][j] = table[i+1][j+1] + 1
			}
		}
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && table[i+1][j] >= table[i][j+1]:
			out = append(out, "-"+a[i])
			i++
		default:
			out = append(out, "+"+b[j])
			j++
		}
	}
	return strings.Join(out, "\n")
}

func fixture(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func raw(values ...string) []json.RawMessage {
	list := []json.RawMessage{}
	for _, v := range values {
		list = append(list, json.RawMessage(v))
	}
	return list
}

func ptr(b bool) *bool { return &b }

type edited struct {
	name string
	edit planfile.Edit
	want string // the lines that change
}

func runEdits(t *testing.T, file, format, before string, list []edited) {
	for _, c := range list {
		t.Run(c.name, func(t *testing.T) {
			after, err := planfile.Apply(planfile.File{Name: file, Data: []byte(before)}, format, c.edit)
			if err != nil {
				t.Fatal(err)
			}
			if got := diff(before, string(after)); got != strings.Trim(c.want, "\n") {
				t.Errorf("changed\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestEditsOfSegmentJSONChangeOnlyTheirLines(t *testing.T) {
	order := "Order Completed"
	runEdits(t, "plan.json", planfile.SegmentPublic, fixture(t, "segment-public/plan.json"), []edited{
		{"add a property", planfile.Edit{Action: planfile.Add, Event: order, Property: "tax", Schema: json.RawMessage(`{"type":["number"]}`)}, `
+              },
+              "tax": {
+                "type": [
+                  "number"
+                ]`},
		{"add a required one from a finding", planfile.Edit{Action: planfile.Add, Event: order, Property: "/properties/products/0/colour", Schema: json.RawMessage(`{"type":"string"}`), Required: ptr(true)}, `
-                "items": {"type": "object", "required": ["sku"], "properties": {"sku": {"type": ["string"]}, "price": {"type": ["number"]}}}
+                "items": {"type": "object", "required": ["sku", "colour"], "properties": {"sku": {"type": ["string"]}, "price": {"type": ["number"]}, "colour": {"type": "string"}}}`},
		{"change the type", planfile.Edit{Action: planfile.Change, Event: order, Property: "revenue", Types: []string{"number", "null"}}, `
-              "revenue": {"type": ["number"], "description": "In euros"},
+              "revenue": {"type": ["number", "null"], "description": "In euros"},`},
		{"change it to a time", planfile.Edit{Action: planfile.Change, Event: order, Property: "currency", Types: []string{"date-time"}, Enum: raw()}, `
-              "currency": {"enum": ["EUR", "USD"]},
+              "currency": {"type": ["string"], "format": "date-time"},`},
		{"change values", planfile.Edit{Action: planfile.Change, Event: order, Property: "currency", Enum: raw(`"EUR"`, `"USD"`, `"CHF"`)}, `
-              "currency": {"enum": ["EUR", "USD"]},
+              "currency": {"enum": ["EUR", "USD", "CHF"]},`},
		{"require", planfile.Edit{Action: planfile.Change, Event: order, Property: "coupon", Required: ptr(true)}, `
-            "required": ["order_id", "revenue"],
+            "required": ["order_id", "revenue", "coupon"],`},
		{"require nothing more", planfile.Edit{Action: planfile.Change, Event: "Signed Up", Property: "email", Required: ptr(false)}, `
-          "type": "object", "required": ["email"],
+          "type": "object",`},
		{"remove", planfile.Edit{Action: planfile.Remove, Event: order, Property: "revenue"}, `
-            "required": ["order_id", "revenue"],
+            "required": ["order_id"],
-              "revenue": {"type": ["number"], "description": "In euros"},`},
		{"rename", planfile.Edit{Action: planfile.Rename, Event: order, Property: "order_id", Name: "orderId"}, `
-            "required": ["order_id", "revenue"],
+            "required": ["orderId", "revenue"],
-              "order_id": {"type": ["string"], "id": "/properties/properties/properties/order_id", "key": "order_id"},
+              "orderId": {"type": ["string"], "id": "/properties/properties/properties/order_id", "key": "order_id"},`},
		{"a trait", planfile.Edit{Action: planfile.Change, Call: plan.Identify, Property: "age", Types: []string{"number"}}, `
-      "jsonSchema": {"type": "object", "properties": {"context": {}, "properties": {}, "traits": {"type": "object", "properties": {"email": {"type": ["string"]}, "age": {"type": ["integer"]}}}}}
+      "jsonSchema": {"type": "object", "properties": {"context": {}, "properties": {}, "traits": {"type": "object", "properties": {"email": {"type": ["string"]}, "age": {"type": ["number"]}}}}}`},
		{"rename an event", planfile.Edit{Action: planfile.Rename, Event: order, Name: "Order Paid"}, `
-      "key": "Order Completed",
+      "key": "Order Paid",`},
		{"remove a rule", planfile.Edit{Action: planfile.Remove, Call: plan.Page, Event: "Home"}, `
-    {
-      "type": "PAGE", "key": "Home", "version": 1,
-      "jsonSchema": {"type": "object", "properties": {"context": {}, "traits": {}, "properties": {"type": "object", "properties": {"path": {"type": ["string"]}}}}}
-    },`},
		{"add an event", planfile.Edit{Action: planfile.Add, Event: "Cart Viewed", Description: "A cart", Schema: json.RawMessage(`{"properties":{"id":{"type":"string"}},"required":["id"]}`)}, `
-    {"type": "TRACK", "key": "Signed Up", "version": 1, "jsonSchema": {"type": "object"}}
+    {"type": "TRACK", "key": "Signed Up", "version": 1, "jsonSchema": {"type": "object"}},
+    {"type": "TRACK", "key": "Cart Viewed", "version": 1, "jsonSchema": {"$schema": "http://json-schema.org/draft-07/schema#", "description": "A cart", "type": "object", "required": ["properties"], "properties": {"context": {}, "traits": {}, "properties": {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}}}}`},
	})
}

func TestEditsOfOtherJSON(t *testing.T) {
	tax := planfile.Edit{Action: planfile.Add, Event: "A", Property: "tax", Schema: json.RawMessage(`{"type":"number"}`), Required: ptr(true)}
	for before, want := range map[string]string{
		`{"rules":[{"type":"TRACK","key":"A","jsonSchema":{"type":"object"}}]}`:                                                                                       `{"rules":[{"type":"TRACK","key":"A","jsonSchema":{"type":"object","properties":{"properties":{"properties":{"tax":{"type":"number"}},"required":["tax"]}},"required":["properties"]}}]}`,
		"{\"rules\": [\r\n\t{\"key\": \"A\", \"jsonSchema\": {\"properties\": {\"properties\": {\r\n\t\t\"properties\": {\r\n\t\t}\r\n\t}}}}\r\n]}\r\n":               "{\"rules\": [\r\n\t{\"key\": \"A\", \"jsonSchema\": {\"properties\": {\"properties\": {\r\n\t\t\"properties\": {\r\n\t\t\t\"tax\": {\r\n\t\t\t\t\"type\": \"number\"\r\n\t\t\t}\r\n\t\t},\r\n\t\t\"required\": [\r\n\t\t\t\"tax\"\r\n\t\t]\r\n\t}}, \"required\": [\"properties\"]}}\r\n]}\r\n",
		`{"rules":{"events":[{"name":"A","rules":{"properties":{"properties":{"required":[],"properties":{}}},"required":["properties"]}}]}}`:                         `{"rules":{"events":[{"name":"A","rules":{"properties":{"properties":{"required":["tax"],"properties":{"tax":{"type":"number"}}}},"required":["properties"]}}]}}`,
		`{"rules":[{"key":"A","jsonSchema":{"eventMetadata":{"name":"A","type":"TRACK"},"properties":{"x":{}},"required":["x"]}}]}`:                                   `{"rules":[{"key":"A","jsonSchema":{"eventMetadata":{"name":"A","type":"TRACK"},"properties":{"x":{},"tax":{"type":"number"}},"required":["x","tax"]}}]}`,
		`{"$schema":"http://json-schema.org/draft-07/schema#","title":"A","properties":{"x":{}}}`:                                                                     `{"$schema":"http://json-schema.org/draft-07/schema#","title":"A","properties":{"x":{},"tax":{"type":"number"}},"required":["tax"]}`,
		`{"events":[{"name":"A","rules":{"properties":{"context":{},"properties":{"type":"object"}}}}]}`:                                                              `{"events":[{"name":"A","rules":{"properties":{"context":{},"properties":{"type":"object","properties":{"tax":{"type":"number"}},"required":["tax"]}},"required":["properties"]}}]}`,
		`{"$id":"a","self":{"vendor":"v","name":"A","format":"jsonschema","version":"1-0"},"properties":{"x":{"type":"string"}}}`:                                     `{"$id":"a","self":{"vendor":"v","name":"A","format":"jsonschema","version":"1-0"},"properties":{"x":{"type":"string"},"tax":{"type":"number"}},"required":["tax"]}`,
		`{"data":{"rules":[{"type":"TRACK","key":"A","version":1,"jsonSchema":{"properties":{"properties":{"properties":{"x":{}}}}}}],"pagination":{"next":"MTA="}}}`: `{"data":{"rules":[{"type":"TRACK","key":"A","version":1,"jsonSchema":{"properties":{"properties":{"properties":{"x":{},"tax":{"type":"number"}},"required":["tax"]}},"required":["properties"]}}],"pagination":{"next":"MTA="}}}`,
	} {
		f := planfile.File{Name: "a.json", Data: []byte(before)}
		after, err := planfile.Apply(f, read(t, f).Format, tax)
		if err != nil || string(after) != want {
			t.Errorf("%v\n%s\nbecame\n%s\nwant\n%s", err, before, after, want)
		}
	}
}

func TestEditsOfOurYAMLChangeOnlyTheirLines(t *testing.T) {
	order := "Order Completed"
	runEdits(t, "shop.plan.yaml", planfile.Sidetrack, fixture(t, "sidetrack/shop.plan.yaml"), []edited{
		{"add a property", planfile.Edit{Action: planfile.Add, Event: order, Property: "tax", Schema: json.RawMessage(`{"type":["number","null"]}`), Required: ptr(true)}, `
+      tax: number?!`},
		{"add within a list", planfile.Edit{Action: planfile.Add, Event: order, Property: "/properties/products/0/colour", Schema: json.RawMessage(`{"type":"string"}`)}, `
-          properties: {sku: string!, price: number}
+          properties: {sku: string!, price: number, colour: string}`},
		{"add beneath a short form", planfile.Edit{Action: planfile.Add, Event: order, Property: "free.kind", Schema: json.RawMessage(`{"enum":["a","b"]}`)}, `
-      free: any
+      free: {properties: {kind: [a, b]}}`},
		{"add to an event without properties", planfile.Edit{Action: planfile.Add, Call: plan.Screen, Property: "name", Schema: json.RawMessage(`{"type":"string","minLength":1}`)}, `
+  properties:
+    name:
+      type: string
+      minLength: 1`},
		{"change a short form", planfile.Edit{Action: planfile.Change, Event: order, Property: "revenue", Types: []string{"integer"}}, `
-      revenue: number!
+      revenue: integer!`},
		{"values for a short form", planfile.Edit{Action: planfile.Change, Event: order, Property: "revenue", Enum: raw("1", "2.50")}, `
-      revenue: number!
+      revenue: {type: number, required: true, enum: [1, 2.50]}`},
		{"change a list of values", planfile.Edit{Action: planfile.Change, Event: order, Property: "currency", Enum: raw(`"EUR"`)}, `
-      currency: [EUR, USD]
+      currency: [EUR]`},
		{"require a list of values", planfile.Edit{Action: planfile.Change, Event: order, Property: "currency", Required: ptr(true)}, `
-      currency: [EUR, USD]
+      currency: {required: true, enum: [EUR, USD]}`},
		{"change among keywords", planfile.Edit{Action: planfile.Change, Event: order, Property: "coupon", Types: []string{"string"}, Required: ptr(true)}, `
-        type: string?
+        type: string
+        required: true`},
		{"no longer require", planfile.Edit{Action: planfile.Change, Event: order, Property: "order_id", Required: ptr(false)}, `
-      order_id: {type: string, required: true}
+      order_id: {type: string}`},
		{"no longer require one on the list", planfile.Edit{Action: planfile.Change, Event: "Signed Up", Property: "email", Required: ptr(false)}, `
-      email:
+      email: any
-    required: [email]`},
		{"remove", planfile.Edit{Action: planfile.Remove, Event: order, Property: "coupon"}, `
-      coupon:
-        type: string?
-        pattern: ^[A-Z]+$`},
		{"remove from brackets", planfile.Edit{Action: planfile.Remove, Event: order, Property: "products.$.sku"}, `
-          properties: {sku: string!, price: number}
+          properties: {price: number}`},
		{"rename", planfile.Edit{Action: planfile.Rename, Event: "Signed Up", Property: "email", Name: "e-mail: address"}, `
-      email:
+      'e-mail: address':
-    required: [email]
+    required: ['e-mail: address']`},
		{"rename an event", planfile.Edit{Action: planfile.Rename, Event: order, Name: "Order Paid"}, `
-  Order Completed:
+  Order Paid:`},
		{"remove an event", planfile.Edit{Action: planfile.Remove, Event: "Signed Up"}, `
-  Signed Up:
-    properties:
-      email:
-      plan: {type: string, pattern: free|pro}
-    required: [email]`},
		{"add an event", planfile.Edit{Action: planfile.Add, Event: "Cart Viewed", Description: "A cart # was seen", Schema: json.RawMessage(`{"properties":{"id":{"type":"string"},"size":{"type":"integer","minimum":0}},"required":["id"]}`)}, `
+  Cart Viewed:
+    description: 'A cart # was seen'
+    properties:
+      id: string!
+      size:
+        type: integer
+        minimum: 0`},
		{"add to the common rule", planfile.Edit{Action: planfile.Add, Call: plan.Common, Property: "context.locale", Schema: json.RawMessage(`{"type":"string"}`)}, `
+        locale: {type: string}`},
	})
}

func TestYAMLWrittenInOtherWays(t *testing.T) {
	add := planfile.Edit{Action: planfile.Add, Event: "A", Property: "y", Schema: json.RawMessage(`{"type":"string"}`)}
	for before, want := range map[string]string{
		"sidetrack-plan: 1\nevents: {A: {properties: {x: \"a}\"}}}":                              "",
		"sidetrack-plan: 1\nevents: {A: {properties: {x: string}}} # all\n":                      "sidetrack-plan: 1\nevents: {A: {properties: {x: string, y: string}}} # all\n",
		"sidetrack-plan: 1\nevents:\n    A:\n        properties:\n            x: string":         "sidetrack-plan: 1\nevents:\n    A:\n        properties:\n            x: string\n            y: string",
		"sidetrack-plan: 1\nevents:\n    A:\n":                                                   "sidetrack-plan: 1\nevents:\n    A:\n        properties:\n            y: string\n",
		"sidetrack-plan: 1\nevents: {A: }\n":                                                     "sidetrack-plan: 1\nevents: {A: {properties: {y: string}} }\n",
		"sidetrack-plan: 1\nevents:\n  A:\n    properties: {}\n":                                 "sidetrack-plan: 1\nevents:\n  A:\n    properties: {y: string}\n",
		"sidetrack-plan: 1\r\nevents:\r\n  A:\r\n    properties:\r\n      x: string\r\nlint: {}": "sidetrack-plan: 1\r\nevents:\r\n  A:\r\n    properties:\r\n      x: string\r\n      y: string\r\nlint: {}",
		"sidetrack-plan: 1\nevents:\n  A:\n    properties:\n      x:\n        type: string\n        description: |\n          One\n          # two\n\n      # the end\n  B:\n": "sidetrack-plan: 1\nevents:\n  A:\n    properties:\n      x:\n        type: string\n        description: |\n          One\n          # two\n      y: string\n\n      # the end\n  B:\n",
		"sidetrack-plan: 1\nevents:\n  A:\n    versions:\n      1: {properties: {x: string}}\n      2: {properties: {x: number}}\n":                                            "sidetrack-plan: 1\nevents:\n  A:\n    versions:\n      1: {properties: {x: string}}\n      2: {properties: {x: number, y: string}}\n",
		"sidetrack-plan: 1\nevents:\n  A:\n    schema:\n      properties:\n        properties:\n          properties:\n            x: {type: string}\n":                        "sidetrack-plan: 1\nevents:\n  A:\n    schema:\n      properties:\n        properties:\n          properties:\n            x: {type: string}\n            y: {type: string}\n",
		"sidetrack-plan: 1\nevents:\n  A:\n    properties: {\n      x: {enum: ['it''s', \"a\\\"}\"]}, # }\n      z: a.b!\n    }\n":                                             "",
		"sidetrack-plan: 1\nevents:\n  A:\n    properties: {\n      x: {enum: ['it''s', \"a\\\"}\"]}, # }\n      z: string!\n    }\n":                                          "sidetrack-plan: 1\nevents:\n  A:\n    properties: {\n      x: {enum: ['it''s', \"a\\\"}\"]}, # }\n      z: string!, y: string\n    }\n",
		"sidetrack-plan: 1\nbase: &base\n  x: string\nevents:\n  A:\n    properties: *base\n":                                                                                  "by hand",
		"\ufeff{sidetrack-plan: 1, events: {Größe: {}, A: {properties: {größe: string}}}}\n":                                                                                   "\ufeff{sidetrack-plan: 1, events: {Größe: {}, A: {properties: {größe: string, y: string}}}}\n",
		"sidetrack-plan: 1\nevents:\n  A:\n    properties:\n      x: string\n      # y was here\n\n\n  # B is next\n  B:\n":                                                    "sidetrack-plan: 1\nevents:\n  A:\n    properties:\n      x: string\n      y: string\n      # y was here\n\n\n  # B is next\n  B:\n",
	} {
		f := planfile.File{Name: "a.yaml", Data: []byte(before)}
		if _, err := planfile.Read([]planfile.File{f}); err != nil && want == "" {
			continue // not a plan: nothing to change
		}
		after, err := planfile.Apply(f, planfile.Sidetrack, add)
		if want == "by hand" {
			if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "by hand") {
				t.Errorf("%q: %q %v", before, after, err)
			}
			continue
		}
		if err != nil || string(after) != want {
			t.Errorf("%v\n%q\nbecame\n%q\nwant\n%q", err, before, after, want)
		}
	}
}

func TestWhatCannotBeChanged(t *testing.T) {
	json, yaml, table := fixture(t, "segment-public/plan.json"), fixture(t, "sidetrack/shop.plan.yaml"), fixture(t, "segment-csv/shop-Shop--2026-03-01--12-30-utc.csv")
	for _, c := range []struct {
		data, format string
		edit         planfile.Edit
		kind         fault.Kind
	}{
		{json, planfile.SegmentPublic, planfile.Edit{Action: planfile.Add, Event: "Order Completed", Property: "revenue"}, fault.Conflict},
		{json, planfile.SegmentPublic, planfile.Edit{Action: planfile.Add, Event: "Order Completed"}, fault.Conflict},
		{json, planfile.SegmentPublic, planfile.Edit{Action: planfile.Change, Event: "Order Completed", Property: "tax"}, fault.NotFound},
		{json, planfile.SegmentPublic, planfile.Edit{Action: planfile.Remove, Event: "Order Paid"}, fault.NotFound},
		{json, planfile.SegmentPublic, planfile.Edit{Action: planfile.Change, Event: "Order Completed", Property: "revenue", Types: []string{"money"}}, fault.Invalid},
		{json, planfile.SegmentPublic, planfile.Edit{Action: planfile.Rename, Event: "Order Completed", Property: "revenue", Name: "coupon"}, fault.Conflict},
		{json, planfile.SegmentConfig, planfile.Edit{Action: planfile.Remove, Event: "Order Completed"}, fault.Invalid},
		{yaml, planfile.Sidetrack, planfile.Edit{Action: planfile.Add, Event: "Signed Up", Property: "email"}, fault.Conflict},
		{yaml, planfile.Sidetrack, planfile.Edit{Action: planfile.Add, Event: "Signed Up"}, fault.Conflict},
		{yaml, planfile.Sidetrack, planfile.Edit{Action: planfile.Rename, Event: "Signed Up", Name: "Order Completed"}, fault.Conflict},
		{yaml, planfile.Sidetrack, planfile.Edit{Action: planfile.Rename, Event: "Signed Up"}, fault.Invalid},
		{yaml, planfile.Sidetrack, planfile.Edit{Action: planfile.Change, Event: "Signed Up", Property: "x.y"}, fault.NotFound},
		{yaml, planfile.Sidetrack, planfile.Edit{Action: planfile.Remove, Event: "Signed Up", Version: 2}, fault.NotFound},
		{yaml, planfile.Sidetrack, planfile.Edit{Action: "turn", Event: "Signed Up", Property: "email"}, fault.Invalid},
		{table, planfile.SegmentCSV, planfile.Edit{Action: planfile.Remove, Event: "Signed Up"}, fault.Invalid},
	} {
		after, err := planfile.Apply(planfile.File{Name: "p", Data: []byte(c.data)}, c.format, c.edit)
		if err == nil || fault.KindOf(err) != c.kind {
			t.Errorf("%s %+v: %v, %d bytes", c.format, c.edit, err, len(after))
		}
	}
}
