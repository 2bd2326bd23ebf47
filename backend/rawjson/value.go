package rawjson

import "encoding/json"

// Value decodes checked JSON to what encoding/json would make of it with
// UseNumber: nil, bool, json.Number, string, []any and map[string]any.
func Value(data []byte) any {
	v, _ := valueAt(data, skipSpace(data, 0))
	return v
}

// valueAt decodes the value that starts at at and returns where it ends.
func valueAt(data []byte, at int) (v any, end int) {
	if at >= len(data) {
		return nil, at
	}
	switch data[at] {
	case '{':
		return objectAt(data, at)
	case '[':
		list := []any{}
		for at = skipSpace(data, at+1); at < len(data) && data[at] != ']'; {
			v, end = valueAt(data, at)
			if end == at {
				return list, end
			}
			list = append(list, v)
			at = next(data, end)
		}
		return list, at + 1
	}
	end = skip(data, at)
	switch KindOf(data[at:end]) {
	case Bool:
		return data[at] == 't', end
	case Number:
		return json.Number(data[at:end]), end
	case Text:
		return string(unquote(data[at:end])), end
	}
	return nil, end
}

func objectAt(data []byte, at int) (object map[string]any, end int) {
	object = map[string]any{}
	for at = skipSpace(data, at+1); at < len(data) && data[at] == '"'; {
		end = skip(data, at)
		key := string(unquote(data[at:end]))
		if at = skipSpace(data, end); at >= len(data) {
			break
		}
		object[key], end = valueAt(data, skipSpace(data, at+1)) // after the colon
		at = next(data, end)
	}
	return object, at + 1
}
