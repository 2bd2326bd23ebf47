package cli

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
)

// lastLog is how much of the end of a log file goes into a bundle.
const lastLog = 256 << 10

// bundle writes what the doctor knows into a new zip file. Events and sources
// stay out; what looks like a key or a token is blanked.
func (x *examination) bundle(e *env, file string) error {
	values, err := (&Config{}).values(e)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("write the bundle: %w", err)
	}
	z := zip.NewWriter(f)
	err = errors.Join(
		addText(z, "version.txt", fmt.Sprintf("sidetrack %s, %s, %s/%s\n", e.host.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)),
		addJSON(z, "doctor.json", x.checks),
		addJSON(z, "config.json", values),
	)
	if x.status != nil {
		err = errors.Join(err, addJSON(z, "status.json", x.status))
	}
	logs, _ := filepath.Glob(filepath.Join(x.dir, "*.log")) // only fails for a bad pattern
	for _, name := range logs {
		err = errors.Join(err, addLog(z, name))
	}
	return errors.Join(err, z.Close(), f.Close())
}

func addJSON(z *zip.Writer, name string, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return addText(z, name, string(b)+"\n")
}

func addText(z *zip.Writer, name, text string) error {
	w, err := z.Create(name)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, blank(text))
	return err
}

// blank takes out what looks like a write key or a token: 32 letters and
// digits or more.
func blank(text string) string {
	return regexp.MustCompile(`[A-Za-z0-9]{32,}`).ReplaceAllString(text, "••••")
}

func addLog(z *zip.Writer, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Size() > lastLog {
		if _, err := f.Seek(-lastLog, io.SeekEnd); err != nil {
			return err
		}
	}
	b, err := io.ReadAll(f)
	if err != nil {
		return err
	}
	return addText(z, "logs/"+filepath.Base(name), string(b))
}
