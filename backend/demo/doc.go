// Package demo is a made-up outdoor shop, Fernhill, whose shoppers send events
// the way a shop's libraries do: over HTTP, singly and in batches, from a
// browser, an iOS app and a server. Some of what they send is wrong, so that
// there is something to find.
//
// A script is made from a seed and is the same for the same seed. The events
// go to a source of their own, "Demo shop", labelled dev and marked as demo.
// The event names and properties are those of Segment's e-commerce spec.
package demo
