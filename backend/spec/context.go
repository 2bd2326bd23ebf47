package spec

import (
	"unicode/utf8"

	"sidetrack/backend/rawjson"
)

// consentEvent is the track call a consent banner makes when a choice changes.
const consentEvent = "Segment Consent Preference Updated"

// maxPathKey is how many bytes a key may have to be spelled out in a path.
const maxPathKey = 200

// context checks what Segment's ingest reads of context: consent and the
// advertising id.
func (k *checker) context() {
	var consent, device []byte
	for m := range rawjson.Members(k.f.Context) {
		switch string(m.Key) {
		case "consent":
			consent = m.Of(k.f.Context)
		case "device":
			device = m.Of(k.f.Context)
		}
	}
	k.consent(consent)
	if id := rawjson.Get(device, "advertisingId"); !missing(id) && rawjson.KindOf(id) != rawjson.Text {
		k.add("segment.advertising_id_not_string", "/context/device/advertisingId",
			"`advertisingId` is %s, Segment wants text. It would drop the message. Put the id in quotes.", kindWord(id))
	}
}

func (k *checker) consent(consent []byte) {
	const at = "/context/consent"
	preferences := rawjson.Get(consent, "categoryPreferences")
	event, _ := rawjson.String(k.f.Event)
	switch kind := rawjson.KindOf(preferences); {
	case kind == rawjson.Object:
		k.categories(preferences)
	case !missing(preferences):
		k.add("segment.consent_preferences_not_object", at+"/categoryPreferences",
			"`categoryPreferences` is %s, Segment wants an object of true and false. It would drop the message. Send {\"analytics\": true}.", kindWord(preferences))
	case k.r.Type == "track" && event == consentEvent:
		k.add("segment.consent_preferences_missing", at+"/categoryPreferences",
			"The call has no `context.consent.categoryPreferences`. It tells of a choice without naming it, so Segment drops it. Send the categories with it.")
	}
	if version := rawjson.Get(consent, "version"); !missing(version) && rawjson.KindOf(version) != rawjson.Number {
		k.add("segment.consent_version_not_number", at+"/version", "`version` of the consent is %s, Segment wants a number. It would drop the message. Send %s.",
			kindWord(version), example(rawjson.Number, version))
	}
}

func (k *checker) categories(preferences []byte) {
	for m := range rawjson.Members(preferences) {
		id, value := string(m.Key), m.Of(preferences)
		path := "/context/consent/categoryPreferences"
		if len(id) <= maxPathKey {
			path += "/" + rawjson.Escape(id)
		}
		if rawjson.KindOf(value) != rawjson.Bool {
			k.add("segment.consent_category_not_boolean", path, "`%s` is %s, Segment wants true or false. It would drop the message. Send true or false without quotes.",
				cut(id, 60), kindWord(value))
		}
		switch n := utf8.RuneCountInString(id); {
		case n >= maxCategoryID:
			k.add("segment.consent_category_id", path, "The id of a consent category has %d characters, Segment takes 34. No destination would be matched to it. Copy the id from the consent settings.", n)
		case id != "" && id[0] >= '0' && id[0] <= '9':
			k.add("segment.consent_category_id", path, "The consent category `%s` begins with a digit, which Segment does not take. No destination would be matched to it. Copy the id from the consent settings.", cut(id, 60))
		}
	}
}

// unify notes what keeps an event out of profiles, though every other
// destination gets it.
func (k *checker) unify() {
	limit := maxUnify
	if k.r.Type == "identify" {
		limit-- // there 300 are too many already
	}
	for _, part := range [...]struct {
		name  string
		value []byte
	}{{"properties", k.f.Properties}, {"traits", k.f.Traits}} {
		if len(part.value) < 4*maxUnify || rawjson.KindOf(part.value) != rawjson.Object {
			continue // too short to hold that many
		}
		if n := rawjson.Count(part.value); n > limit {
			k.add("segment.unify_too_many_properties", "/"+part.name, "`%s` has %s keys, Unify takes %d. Profiles would not see this event; destinations would. Send fewer if you use profiles.",
				part.name, thousands(n), limit)
		}
	}
	if id, _ := rawjson.String(k.f.GroupID); len(id) > maxUnifyGroupID {
		if n := utf8.RuneCountInString(id); n > maxUnifyGroupID {
			k.add("segment.unify_group_id_too_long", "/groupId", "The groupId has %s characters, Unify takes 500. Profiles would not see this group. Send a shorter id if you use profiles.", thousands(n))
		}
	}
}
