package collector

import (
	"context"

	"sidetrack/backend/source"
)

// keyring finds the source of each item of one request: by the item's key,
// the envelope's, the header's, in that order. Items of a batch nearly always
// share one, so the last answer is remembered.
type keyring struct {
	c    *Collector
	in   *incoming
	env  *envelope
	last source.WriteKey
	src  source.Source
	had  bool
	made int  // sources made for keys nobody knows
	over bool // the last item had one key too many
}

// maxNewSources is how many sources one request can make. Each is a commit.
const maxNewSources = 50

// source returns the source of an item that carries this key, or none.
func (k *keyring) source(ctx context.Context, item source.WriteKey) (source.Source, error) {
	if k.in.own != nil {
		return *k.in.own, nil
	}
	key := item
	for _, other := range k.others() {
		if key == "" {
			key = other
		}
	}
	if k.had && key == k.last {
		return k.src, nil
	}
	src, err := k.find(ctx, key)
	k.last, k.src, k.had = key, src, err == nil
	return src, err
}

func (k *keyring) find(ctx context.Context, key source.WriteKey) (source.Source, error) {
	src, known := k.c.Sources.SourceByKey(key)
	if k.over = !known && key != "" && k.made == maxNewSources; k.over {
		key = ""
		src, known = k.c.Sources.SourceByKey("")
	}
	if known {
		return src, nil
	}
	if key == "" {
		return k.c.Sources.Unclaimed(ctx, "", "No write key")
	}
	k.made++
	return k.c.Sources.Unclaimed(ctx, key, "Unclaimed "+key.Masked())
}

// others are the keys beside the item's own.
func (k *keyring) others() [2]source.WriteKey {
	header, _ := usable(k.in.key)
	return [2]source.WriteKey{k.env.key, header}
}

// conflict returns two different keys of an item, masked, the one that counts
// first.
func (k *keyring) conflict(item source.WriteKey) [2]string {
	if k.in.own != nil {
		return [2]string{}
	}
	first := item
	for _, other := range k.others() {
		switch {
		case other == "" || other == first:
		case first == "":
			first = other
		default:
			return [2]string{first.Masked(), other.Masked()}
		}
	}
	return [2]string{}
}
