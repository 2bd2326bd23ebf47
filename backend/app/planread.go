package app

import (
	"crypto/sha256"
	"os"
	"path/filepath"

	"sidetrack/backend/document"
	"sidetrack/backend/fault"
	"sidetrack/backend/plan"
	"sidetrack/backend/planfile"
)

// ReadPlan reads one plan of files and folders, with the files they point to.
// Files are told as seen from the working folder. What cannot be read is a
// fault.Invalid.
func ReadPlan(paths ...string) (*plan.Plan, error) {
	here, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	g := gatherer{base: here, sum: sha256.New(), left: mostPlanBytes}
	for _, path := range paths {
		if path, err = filepath.Abs(path); err != nil {
			return nil, err
		}
		if err := g.add(path); err != nil {
			return nil, unusable(err, here)
		}
	}
	if err := g.follow(); err != nil {
		return nil, unusable(err, here)
	}
	if len(g.files) == 0 {
		return nil, fault.New(fault.Invalid, "there is no plan in %s; a plan is JSON, YAML, CSV or Terraform", paths[0])
	}
	p, err := planfile.Read(g.files)
	if err != nil {
		return nil, unusable(err, here)
	}
	return p, nil
}

// unusable tells an error by names from the working folder.
func unusable(err error, here string) error {
	if bad, ok := err.(*document.Error); ok && filepath.IsAbs(bad.At.File) {
		if rel, e := filepath.Rel(here, bad.At.File); e == nil {
			bad.At.File = filepath.ToSlash(rel)
		}
	}
	return fault.New(fault.Invalid, "%w", err)
}
