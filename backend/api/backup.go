package api

import (
	"context"
	"path/filepath"

	"github.com/danielgtaylor/huma/v2"

	"sidetrack/backend/fault"
)

// Backups writes the log to a file that must not be there yet.
type Backups interface {
	Backup(ctx context.Context, file string) error
}

type backupInput struct {
	Body struct {
		File string `json:"file" minLength:"1" doc:"Absolute path of a file that is not there yet, on the machine Sidetrack runs on"`
	}
}

func (a *API) registerBackup(h huma.API) {
	huma.Post(h, "/api/backup", func(ctx context.Context, in *backupInput) (*struct{}, error) {
		if !filepath.IsAbs(in.Body.File) {
			return nil, problem(fault.New(fault.Invalid, "file is an absolute path"))
		}
		if err := a.Backups.Backup(ctx, in.Body.File); err != nil {
			return nil, problem(err)
		}
		return nil, nil
	}, op("create-backup", "Write the log as it is now to a new file; events go on being stored"))
}
