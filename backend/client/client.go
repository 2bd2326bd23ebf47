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

	"github.com/gorilla/websocket"

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

const runningFile = "running.json"

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
	token, err := os.ReadFile(c.Running.TokenFile)
	if err != nil {
		return nil, fmt.Errorf("read the token: %w", err)
	}
	c.token = strings.TrimSpace(string(token))
	if err := c.Get(ctx, "/api/status", nil, nil); err != nil {
		return nil, err
	}
	return c, nil
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

// Frame is what the stream sends.
type Frame struct {
	Type    string            `json:"type"`
	Records []json.RawMessage `json:"records"`
	Last    int64             `json:"last"`
	Reason  string            `json:"reason"`
	After   int64             `json:"after"`
}

// Stream calls fn with every frame until ctx ends. A reader that was let go
// for being slow comes back with its cursor.
func (c *Client) Stream(ctx context.Context, q string, after int64, fn func(Frame) error) error {
	for {
		back, err := c.streamOnce(ctx, q, after, fn)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil || back < 0 {
			return err
		}
		after = back
	}
}

// streamOnce reads one connection. It returns the cursor to come back with,
// -1 when Sidetrack is going away.
func (c *Client) streamOnce(ctx context.Context, q string, after int64, fn func(Frame) error) (int64, error) {
	v := url.Values{}
	if q != "" {
		v.Set("q", q)
	}
	if after >= 0 {
		v.Set("after", fmt.Sprint(after))
	}
	u := "ws" + strings.TrimPrefix(c.Running.URL, "http") + "/api/stream?" + v.Encode()
	conn, resp, err := websocket.DefaultDialer.DialContext(ctx, u, http.Header{"Authorization": {"Bearer " + c.token}})
	if err != nil {
		if resp != nil {
			return -1, refusal(resp)
		}
		return -1, err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	for {
		var f Frame
		if err := conn.ReadJSON(&f); err != nil {
			var closed *websocket.CloseError
			if errors.As(err, &closed) {
				return -1, nil
			}
			return -1, err
		}
		if f.Type == "bye" {
			if f.Reason == "too_slow" {
				return f.After, nil
			}
			return -1, nil
		}
		if err := fn(f); err != nil {
			return -1, err
		}
	}
}
