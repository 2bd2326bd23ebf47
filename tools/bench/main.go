// Command bench measures Sidetrack's hot paths, each beside a yardstick taken on
// the same machine in the same run: a shared machine makes absolute figures
// worthless, a ratio holds. See docs/performance.md.
//
//	go run ./tools/bench -binary build/bin/sidetrack -events 1000000
package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// bench is one run.
type bench struct {
	binary, dist, dir string
	events            int
	spell             time.Duration // how long one load lasts
	rounds            int
}

// result is one line of the report.
type result struct {
	goal, what, measured, yardstick string
	ratio                           string
	bar                             string
	met                             bool
}

func main() {
	var b bench
	bare := flag.Bool("bare", false, "be the bare HTTP server that serves as a yardstick")
	only := flag.String("only", "", "measure these goals, as P1,P3")
	flag.StringVar(&b.binary, "binary", "build/bin/sidetrack", "the built program")
	flag.StringVar(&b.dist, "dist", "frontend/dist", "the built user interface")
	flag.IntVar(&b.events, "events", 1_000_000, "events in the log that is asked (P6)")
	flag.DurationVar(&b.spell, "spell", 3*time.Second, "how long one load lasts")
	flag.IntVar(&b.rounds, "rounds", 5, "rounds of which the median counts")
	flag.Parse()
	if *bare {
		serveBare()
		return
	}
	if err := b.run(*only); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func (b *bench) run(only string) error {
	dir, err := os.MkdirTemp("", "sidetrack-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b.dir = dir
	wanted := strings.FieldsFunc(only, func(r rune) bool { return r == ',' })
	for _, goal := range []struct {
		name    string
		measure func() ([]result, error)
	}{
		{"P1", b.throughput}, {"P2", b.perRequest}, {"P3", b.idle}, {"P4", b.judging}, {"P5", b.crash}, {"P6", b.queries},
		{"P8", b.readers}, {"P12", b.start}, {"P13", b.firstScript},
	} {
		if len(wanted) > 0 && !slices.Contains(wanted, goal.name) {
			continue
		}
		list, err := goal.measure()
		if err != nil {
			return fmt.Errorf("%s: %w", goal.name, err)
		}
		for _, r := range list {
			mark := "met"
			if !r.met {
				mark = "MISSED"
			}
			fmt.Printf("%-4s %-44s %16s  of %-34s %9s  bar %-10s %s\n", r.goal, r.what, r.measured, r.yardstick, r.ratio, r.bar, mark)
		}
	}
	return nil
}

// folder makes a new folder for one measurement.
func (b *bench) folder() (string, error) { return os.MkdirTemp(b.dir, "m") }

// medianOf repeats a measurement and its yardstick by turns, and returns the
// median of each and of their ratio.
func (b *bench) medianOf(measure, yardstick func() (float64, error)) (m, y, ratio float64, err error) {
	var ms, ys, rs []float64
	for range b.rounds {
		y, err := yardstick()
		if err != nil {
			return 0, 0, 0, err
		}
		m, err := measure()
		if err != nil {
			return 0, 0, 0, err
		}
		ms, ys, rs = append(ms, m), append(ys, y), append(rs, m/y)
	}
	return median(ms), median(ys), median(rs), nil
}

func median(list []float64) float64 {
	list = slices.Sorted(slices.Values(list))
	return list[len(list)/2]
}
