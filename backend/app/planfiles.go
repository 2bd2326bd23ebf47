package app

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"sidetrack/backend/document"
	"sidetrack/backend/plan"
	"sidetrack/backend/planfile"
)

// Bounds of what a plan is read from.
const (
	mostPlanFiles = 5000
	mostPlanBytes = 100 << 20
)

// readPlans reads the plan of each path. sum tells whether anything has changed
// since; files are all that was read, for whoever watches them. An error is a
// *document.Error where a file is to blame.
func readPlans(paths []string) (plans []*plan.Plan, files []string, sum string, err error) {
	h := sha256.New()
	for _, path := range paths {
		var g gatherer
		g, err = gather(path, h)
		files = append(files, g.paths...)
		if err != nil {
			return nil, files, fmt.Sprintf("%x", h.Sum(nil)), err
		}
		p, e := planfile.Read(g.files)
		if e != nil {
			if err == nil {
				err = e
			}
			continue
		}
		plans = append(plans, p)
	}
	return plans, files, fmt.Sprintf("%x", h.Sum(nil)), err
}

// gather reads the files of one plan, and those they point to.
func gather(path string, sum hash.Hash) (gatherer, error) {
	g := gatherer{base: filepath.Dir(path), sum: sum, left: mostPlanBytes}
	err := g.add(path)
	if err == nil {
		err = g.follow()
	}
	return g, err
}

// gatherer collects the files of one plan.
type gatherer struct {
	base  string // names are told relative to it
	files []planfile.File
	paths []string
	sum   hash.Hash
	left  int64
}

// add takes a file, or what looks like a plan in a folder and below.

func (g *gatherer) add(path string) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return &document.Error{At: document.Place{File: path}, Reason: "there is no such file or folder", Expected: "a path that exists"}
	}
	if err != nil {
		return &document.Error{At: document.Place{File: path}, Reason: err.Error()}
	}
	if !info.IsDir() {
		return g.read(path, info)
	}
	return filepath.WalkDir(path, func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return &document.Error{At: document.Place{File: file}, Reason: err.Error()}
		case d.IsDir() && file != path && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules"):
			return filepath.SkipDir
		case d.IsDir() || !planLike(d.Name()):
			return nil
		}
		info, err := os.Stat(file)
		if err != nil || info.IsDir() {
			return nil // a link to nowhere, or to a folder
		}
		return g.read(file, info)
	})
}

func planLike(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".json", ".yaml", ".yml", ".csv", ".tf":
		return !strings.HasPrefix(name, ".")
	}
	return false
}

func (g *gatherer) read(path string, info fs.FileInfo) error {
	name := path
	if rel, err := filepath.Rel(g.base, path); err == nil {
		name = filepath.ToSlash(rel)
	}
	if g.left -= info.Size(); g.left < 0 || len(g.files) >= mostPlanFiles {
		return &document.Error{At: document.Place{File: name}, Reason: fmt.Sprintf("the plan has more than %d files or %d MB", mostPlanFiles, mostPlanBytes>>20), Expected: "a folder with nothing but the plan in it"}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return &document.Error{At: document.Place{File: name}, Reason: err.Error()}
	}
	fmt.Fprintf(g.sum, "%s\x00%d\x00", path, len(data))
	g.sum.Write(data)
	g.files, g.paths = append(g.files, planfile.File{Name: name, Data: data}), append(g.paths, path)
	return nil
}

// follow reads the files that those read so far point to.
func (g *gatherer) follow() error {
	for _, ref := range planfile.References(g.files) {
		if err := g.add(filepath.Join(g.base, filepath.FromSlash(ref))); err != nil {
			return err
		}
	}
	return nil
}
