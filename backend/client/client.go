// Package client talks to a running Sidetrack the way a script would: over
// HTTP, with the token of its data folder.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"sidetrack/backend/fault"
)

// Running is the note a running Sidetrack leaves in its data folder. Its JSON
// form is also the ready line.
type Running struct {
	Ready     bool     `json:"ready"`
	Version   string   `json:"version"`
	PID       int      `json:"pid"`
	URL       string   `json:"url"`
	HTTPSURL  *string  `json:"httpsUrl"`
	DataDir   string   `json:"dataDir"`
	TokenFile string   `json:"tokenFile"`
	Joined    bool     `json:"joined"`
	Sources   []Source `json:"sources"`
}

// Source is a source as the ready line names it.
type Source struct {
	ID       string  `json:"id"`
	Name     string  `json:"name"`
	Label    *string `json:"label"`
	WriteKey string  `json:"writeKey"`
}

const (
	runningFile = "running.json"
	meetWithin  = 5 * time.Second
)

// WriteRunning leaves the note, whole or not at all.
func WriteRunning(dir string, r Running) error {
	b, err := json.Marshal(r)
	if err != nil {
		return err
	}
	tmp := filepath.Join(dir, runningFile+".tmp")
	if err := os.WriteFile(tmp, b, 0o600); err != nil {
		return err
	}
	return os.Rename(tmp, filepath.Join(dir, runningFile))
}

// RemoveRunning takes the note away.
func RemoveRunning(dir string) { _ = os.Remove(filepath.Join(dir, runningFile)) }

// Lock is what a running Sidetrack holds of its data folder.
func Lock(dir string) *flock.Flock { return flock.New(filepath.Join(dir, "lock")) }

// Held reports whether a Sidetrack runs on a data folder. It makes nothing.
func Held(dir string) bool {
	if _, err := os.Stat(filepath.Join(dir, "lock")); err != nil {
		return false
	}
	l := Lock(dir)
	free, err := l.TryRLock()
	_ = l.Close()
	return err == nil && !free
}

func notAnyMore(dir, url string) error {
	return fault.New(fault.Unavailable, "no Sidetrack is running on %s any more: nothing answers on %s, where the last one was. Start it with sidetrack serve", dir, url)
}

// Client asks one running Sidetrack.
type Client struct {
	Running Running
	token   string
}

// Open finds the Sidetrack that runs on a data folder. The error is
// fault.Unavailable when none answers.
func Open(ctx context.Context, dir string) (*Client, error) {
	b, err := os.ReadFile(filepath.Join(dir, runningFile))
	if err != nil {
		return nil, fault.New(fault.Unavailable, "no Sidetrack is running on %s; start it with sidetrack serve", dir)
	}
	c := &Client{}
	if err := json.Unmarshal(b, &c.Running); err != nil {
		return nil, fault.New(fault.Unavailable, "%s cannot be read: %w", runningFile, err)
	}
	if !Held(dir) { // killed: its port may be anybody's by now, who is not to hear the token
		return nil, notAnyMore(dir, c.Running.URL)
	}
	token, err := os.ReadFile(c.Running.TokenFile)
	if err != nil {
		return nil, fmt.Errorf("read the token: %w", err)
	}
	c.token = strings.TrimSpace(string(token))
	if err := c.meet(ctx, dir); err != nil {
		return nil, err
	}
	return c, nil
}

// meet makes sure that who answers is the one that wrote the note: a killed
// Sidetrack leaves it behind, and its port may be another program's by now.
func (c *Client) meet(ctx context.Context, dir string) error {
	ctx, cancel := context.WithTimeout(ctx, meetWithin)
	defer cancel()
	var st struct {
		DataDir string `json:"dataDir"`
	}
	err := c.Get(ctx, "/api/status", nil, &st)
	if err == nil && st.DataDir == c.Running.DataDir {
		return nil
	}
	if fault.KindOf(err) == fault.Unavailable && ctx.Err() == nil {
		return notAnyMore(dir, c.Running.URL)
	}
	if fault.KindOf(err) == fault.Unavailable {
		return err
	}
	return fault.New(fault.Unavailable, "no Sidetrack is running on %s; what answers on %s is another program. Start it with sidetrack serve", dir, c.Running.URL)
}

// Token is what the API asks of every caller.
func (c *Client) Token() string { return c.token }

// Get asks for path and decodes the answer into out, unless it is nil.
func (c *Client) Get(ctx context.Context, path string, v url.Values, out any) error {
	return c.call(ctx, http.MethodGet, path, v, nil, out)
}

// Post sends in as JSON and decodes the answer into out, unless it is nil.
func (c *Client) Post(ctx context.Context, path string, in, out any) error {
	b, err := json.Marshal(in)
	if err != nil {
		return err
	}
	return c.call(ctx, http.MethodPost, path, nil, b, out)
}

// Put replaces what path names and decodes the answer into out, unless it is nil.
func (c *Client) Put(ctx context.Context, path string, in, out any) error {
	b, err := json.Marshal(in)
	if err != nil {
		return err
	}
	return c.call(ctx, http.MethodPut, path, nil, b, out)
}

// Delete deletes what path and v select.
func (c *Client) Delete(ctx context.Context, path string, v url.Values, out any) error {
	return c.call(ctx, http.MethodDelete, path, v, nil, out)
}

func (c *Client) call(ctx context.Context, method, path string, v url.Values, body []byte, out any) error {
	resp, err := c.do(ctx, method, path, v, body, "application/json")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if out == nil {
		return nil
	}
	return json.NewDecoder(resp.Body).Decode(out)
}

// Upload sends a body of any size and decodes the answer into out.
func (c *Client) Upload(ctx context.Context, path string, body io.Reader, contentType string, out any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.Running.URL+path, body)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", contentType)
	resp, err := c.send(req, "application/json")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return json.NewDecoder(resp.Body).Decode(out)
}

// Lines copies every match of v as NDJSON to w.
func (c *Client) Lines(ctx context.Context, v url.Values, w io.Writer) error {
	resp, err := c.do(ctx, http.MethodGet, "/api/events", v, nil, "application/x-ndjson")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = io.Copy(w, resp.Body)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("the answer was cut short: Sidetrack stopped, or could not read on; its log says which")
	}
	return err
}

func (c *Client) do(ctx context.Context, method, path string, v url.Values, body []byte, accept string) (*http.Response, error) {
	u := c.Running.URL + path
	if len(v) > 0 {
		u += "?" + v.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, method, u, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return c.send(req, accept)
}

func (c *Client) send(req *http.Request, accept string) (*http.Response, error) {
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.Header.Set("Accept", accept)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fault.New(fault.Unavailable, "Sidetrack does not answer on %s: %w", c.Running.URL, err)
	}
	if resp.StatusCode >= 300 {
		defer resp.Body.Close()
		return nil, refusal(resp)
	}
	return resp, nil
}

// refusal turns a problem+json answer back into the error it was.
func refusal(resp *http.Response) error {
	var p struct {
		Detail string `json:"detail"`
	}
	_ = json.NewDecoder(resp.Body).Decode(&p) // without a detail the status has to do
	if p.Detail == "" {
		p.Detail = resp.Status
	}
	kind := map[int]fault.Kind{422: fault.Invalid, 404: fault.NotFound, 409: fault.Conflict, 503: fault.Unavailable}[resp.StatusCode]
	return fault.New(kind, "%s", p.Detail)
}
