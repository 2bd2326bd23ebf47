// Package rawjson reads JSON without changing it. A message is kept as it was
// sent, down to its digits, key order, duplicate keys and lone surrogates, so
// nothing here decodes a text and writes it out again: functions return spans
// of the input, and additions are spliced in between its bytes.
//
// Check comes first. Every other function expects text that passed it and may
// misread, though never panic on, text that did not.
package rawjson
