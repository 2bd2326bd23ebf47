// Package spec knows Segment's own rules: the limits of a message and a batch,
// the ids every call needs, the types of reserved names. It reports what it
// finds and decides nothing; package collector judges.
//
// Every finding of the segment, lens and request areas is a row of Rules,
// which docs/findings.md is rendered from.
package spec

import (
	"fmt"

	"sidetrack/backend/event"
)

// The limits of Segment that findings are measured against.
const (
	MaxMessage      = 32768  // bytes; larger messages are dropped
	NearMessage     = 32000  // bytes; several SDKs cut here
	MaxBatch        = 512000 // bytes
	MaxBatchItems   = 2500
	MaxMessageID    = 100 // characters
	MaxProperties   = 10000
	MaxWriteKey     = 200 // bytes; ours, so that a key stays a key
	futureTolerance = 5   // minutes
	maxUnify        = 300 // keys of properties or traits that profiles take
	maxUnifyGroupID = 500 // characters
	maxCategoryID   = 35  // characters; an id has fewer
	maxAlike        = 20  // findings of one code that an event lists; ours
)

// Rule is one kind of finding.
type Rule struct {
	Code        string         `json:"code"`
	Severity    event.Severity `json:"severity" enum:"notice,warning,violation,drop"`
	Threshold   string         `json:"threshold" doc:"What it is measured against; empty if nothing is"`
	Page        string         `json:"page" doc:"The page the rule is on: an address of Segment's documentation, or a file in docs"`
	Explanation string         `json:"explanation"`
}

// The pages rules are on: Segment's documentation, or ours for what is ours.
const (
	segmentDocs    = "https://segment.com/docs/"
	pageHTTPAPI    = segmentDocs + "connections/sources/catalog/libraries/server/http-api/"
	pageIngest     = segmentDocs + "connections/delivery-overview/"
	pageSpec       = segmentDocs + "connections/spec/"
	pageCommon     = pageSpec + "common/"
	pageGroup      = pageSpec + "group/"
	pageAlias      = pageSpec + "alias/"
	pageRateLimits = segmentDocs + "connections/rate-limits/"
	pageDuplicates = segmentDocs + "guides/duplicate-data/"
	pageConsent    = segmentDocs + "privacy/consent-management/"
	pageUnify      = segmentDocs + "unify/product-limits/"
	pageFindings   = "docs/findings.md"
	pageCollector  = "docs/collector.md"
)

// Rules is the table of every kind of finding this program reports about a
// message or a request.
var Rules = []Rule{
	{"segment.too_big", event.Drop, "32,768 bytes", pageHTTPAPI, "The message is larger than Segment takes. It would be dropped without a word."},
	{"segment.near_limit", event.Notice, "32,000 bytes", pageHTTPAPI, "The message is close to the limit; several SDKs already cut here."},
	{"segment.batch_too_big", event.Drop, "512,000 bytes", pageHTTPAPI, "The batch is larger than Segment takes. All of it would be refused."},
	{"segment.batch_too_long", event.Drop, "2,500 messages", pageHTTPAPI, "The batch holds more messages than Segment takes. All of it would be dropped."},
	{"segment.empty_batch", event.Drop, "", pageIngest, "The batch holds no message."},
	{"segment.no_user_or_anonymous_id", event.Drop, "", pageIngest, "The message names nobody: neither userId nor anonymousId is there."},
	{"segment.id_not_string", event.Drop, "", pageIngest, "An id is empty, or is not text."},
	{"segment.id_too_long", event.Drop, "100 characters", pageHTTPAPI, "The messageId is longer than Segment takes."},
	{"segment.event_missing", event.Drop, "", pageIngest, "A track call does not say what happened: event is absent or empty."},
	{"segment.event_not_string", event.Drop, "", pageIngest, "The event of a track call is not text."},
	{"segment.name_not_string", event.Drop, "", pageIngest, "The name of a page or screen is empty, or is not text. Leaving it out is fine."},
	{"segment.category_not_string", event.Drop, "", pageIngest, "The category of a page or screen is empty, or is not text. Leaving it out is fine."},
	{"segment.properties_not_object", event.Drop, "", pageIngest, "properties is not an object."},
	{"segment.traits_not_object", event.Drop, "", pageIngest, "traits is not an object."},
	{"segment.context_not_object", event.Drop, "", pageCommon, "context is not an object, in the message or beside the batch."},
	{"segment.integrations_not_object", event.Drop, "", pageCommon, "integrations is not an object, in the message or beside the batch."},
	{"segment.group_id_missing", event.Drop, "", pageGroup, "A group call does not name the group."},
	{"segment.alias_user_id_missing", event.Drop, "", pageAlias, "An alias call does not name the new id."},
	{"segment.previous_id_missing", event.Warning, "", pageAlias, "An alias call does not name the old id, so nothing is joined."},
	{"segment.missing_type", event.Drop, "", pageCommon, "A message of a batch has no type."},
	{"segment.unknown_type", event.Drop, "", pageCommon, "The type is none of identify, track, page, screen, group and alias."},
	{"segment.type_differs_from_path", event.Warning, "", pageCollector, "The message says one type, the path another. The path decides."},
	{"segment.duplicate_id", event.Drop, "24 hours", pageDuplicates, "The same messageId came before with the same write key. Segment keeps the first."},
	{"segment.too_many_properties", event.Drop, "10,000 keys", pageRateLimits, "There are more properties or traits than Segment keeps. The surplus is cut."},
	{"segment.consent_preferences_missing", event.Drop, "", pageIngest, "A Segment Consent Preference Updated call does not carry the choice: context.consent.categoryPreferences is absent."},
	{"segment.consent_preferences_not_object", event.Drop, "", pageIngest, "context.consent.categoryPreferences is not an object."},
	{"segment.consent_category_not_boolean", event.Drop, "", pageIngest, "A consent category is neither true nor false."},
	{"segment.consent_version_not_number", event.Drop, "", pageIngest, "context.consent.version is not a number."},
	{"segment.consent_category_id", event.Warning, "34 characters", pageConsent, "The id of a consent category is longer than Segment takes, or begins with a digit."},
	{"segment.advertising_id_not_string", event.Drop, "", pageIngest, "context.device.advertisingId is not text."},
	{"segment.unify_too_many_properties", event.Notice, "300 keys, 299 traits of an identify call", pageUnify, "Profiles would not see the event. Destinations get it."},
	{"segment.unify_group_id_too_long", event.Notice, "500 characters", pageUnify, "Profiles would not see the group. Destinations get it."},
	{"segment.timestamp_unreadable", event.Warning, "", pageCommon, "timestamp, originalTimestamp or sentAt is no ISO 8601 date. The time of arrival stands in, or the sender's clock is not corrected."},
	{"segment.timestamp_in_future", event.Warning, "5 minutes", pageCommon, "The event lies in the future even after the sender's clock is corrected."},
	{"segment.reserved_type", event.Warning, "", pageSpec, "A property or trait with a reserved name has another type than Segment and its destinations read."},
	{"segment.write_key_conflict", event.Warning, "", pageCollector, "The request carries two different write keys."},
	{"segment.write_key_too_long", event.Warning, "200 bytes", pageCollector, "The write key is too long to be one and was ignored."},
	{"segment.write_key_not_string", event.Warning, "", pageCollector, "The write key is not text and was ignored."},
	{"lens.too_many_keys", event.Warning, "50 keys", pageCollector, "One request carries more unknown write keys than it can make sources for. The rest is filed under No write key."},
	{"lens.prod_key_on_localhost", event.Notice, "", pageCollector, "A key of a prod source was used on this machine."},
	{"lens.sent_twice", event.Warning, "50 ms", pageFindings, "The same content came twice at once with different ids. Segment keeps both."},
	{"lens.not_utf8", event.Warning, "", pageCollector, "Some bytes of the message are no UTF-8. They are shown as \ufffd, and kept in the raw request."},
	{"lens.more_findings", event.Notice, "20 of one code", pageFindings, "There are more findings of one kind than an event lists."},
	{"request.not_json", event.Drop, "", pageCollector, "The body is not JSON."},
	{"request.not_object", event.Drop, "", pageCollector, "The body is JSON, but no object."},
	{"request.batch_not_array", event.Drop, "", pageCollector, "The body has no batch array."},
	{"request.batch_without_objects", event.Drop, "", pageCollector, "Nothing in the batch is an object."},
	{"request.item_not_object", event.Drop, "", pageCollector, "One item of the batch is no object. The others were taken."},
	{"request.too_large", event.Drop, "10 MB", pageCollector, "The body is larger than the collector reads."},
	{"request.inflated_too_large", event.Drop, "32 MB", pageCollector, "The unpacked body is larger than the collector reads."},
	{"request.too_many_items", event.Drop, "50,000 items", pageCollector, "The batch is longer than the collector reads."},
	{"request.too_deep", event.Drop, "512 levels", pageCollector, "The body nests deeper than the collector reads."},
	{"request.bad_encoding", event.Drop, "", pageCollector, "The body cannot be unpacked as its Content-Encoding, or the data of a pixel as base64."},
	{"request.cut_short", event.Drop, "", pageCollector, "The connection ended before the body did, or the body took longer than a minute."},
}

// Found makes a finding of the rule with this code.
func Found(code, path, format string, args ...any) event.Finding {
	f := event.Finding{Code: code, Severity: event.Warning, Path: path, Message: fmt.Sprintf(format, args...)}
	for i := range Rules {
		if Rules[i].Code == code {
			f.Severity = Rules[i].Severity
		}
	}
	return f
}
