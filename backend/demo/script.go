package demo

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// Bounds of a script.
const (
	DefaultShoppers = 8
	MaxShoppers     = 50
	spread          = 120 * time.Second // the last shopper comes in by then
)

// Script returns what that many shoppers send, in order, some three minutes
// long. The same seed makes the same script.
func Script(seed uint64, shoppers int) []Request {
	rng := rand.New(rand.NewPCG(seed, 0x5f0d))
	everybody := people()
	first := rng.IntN(len(everybody))
	var all []Request
	for i := range shoppers {
		s := &shopper{rng: rng, number: i, who: everybody[(first+i)%len(everybody)], now: arrives(i, shoppers)}
		s.anonymous = s.uuid()
		switch i % 3 {
		case 0:
			s.buys()
		case 1:
			s.usesTheApp()
		default:
			s.looksAround()
		}
		all = append(all, s.out...)
	}
	slices.SortStableFunc(all, func(a, b Request) int { return int(a.Due - b.Due) })
	return all
}

// arrives says when a shopper comes in: the first three soon one after
// another, so that there is something to see, the others over time.
func arrives(i, shoppers int) time.Duration {
	if i < 3 {
		return time.Duration(i) * 2 * time.Second
	}
	return 4*time.Second + time.Duration(i-2)*spread/time.Duration(shoppers-2)
}

// userID is the id of a shopper who signed in. It differs from start to start.
func (s *shopper) userID() string { return fmt.Sprintf("u_%05d", 10000+s.pick(89999)) }

func cents(n int) string { return fmt.Sprintf("%d.%02d", n/100, n%100) }
