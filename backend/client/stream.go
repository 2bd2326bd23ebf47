package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/gorilla/websocket"
)

// Frame is what the stream sends.
type Frame struct {
	Type    string            `json:"type"`
	Records []json.RawMessage `json:"records"`
	Last    int64             `json:"last"`
	Reason  string            `json:"reason"`
	After   int64             `json:"after"`
}

// Stream calls fn with every frame until ctx ends or Sidetrack goes away. A
// reader that was let go for being slow, or whose connection broke, comes back
// with its cursor. after below 0 is from now on.
func (c *Client) Stream(ctx context.Context, q string, after int64, fn func(Frame) error) error {
	for {
		s := reading{cursor: after}
		err := s.once(ctx, c, q, fn)
		switch {
		case ctx.Err() != nil || s.ended:
			return nil
		case s.stopped:
			return err
		case s.cursor == after && !s.slow: // no use in trying again
			return cutOff(err)
		}
		after = s.cursor
	}
}

// reading is one connection to the stream.
type reading struct {
	cursor  int64 // to come back with
	slow    bool  // it was let go for being slow
	ended   bool  // Sidetrack is going away
	stopped bool  // fn wants no more
}

func (s *reading) once(ctx context.Context, c *Client, q string, fn func(Frame) error) error {
	v := url.Values{}
	if q != "" {
		v.Set("q", q)
	}
	if s.cursor >= 0 {
		v.Set("after", fmt.Sprint(s.cursor))
	}
	u := "ws" + strings.TrimPrefix(c.Running.URL, "http") + "/api/stream?" + v.Encode()
	conn, resp, err := websocket.DefaultDialer.DialContext(ctx, u, http.Header{"Authorization": {"Bearer " + c.token}})
	if err != nil {
		if resp != nil {
			return refusal(resp)
		}
		return err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	for {
		var f Frame
		if err := conn.ReadJSON(&f); err != nil {
			s.ended = websocket.IsCloseError(err, websocket.CloseGoingAway, websocket.CloseNormalClosure)
			return err
		}
		switch f.Type {
		case "bye":
			s.cursor, s.slow, s.ended = f.After, f.Reason == "too_slow", f.Reason == "going_away"
			return nil
		case "events":
			s.cursor = f.Last
		}
		if err := fn(f); err != nil {
			s.stopped = true
			return err
		}
	}
}

// cutOff says in words that a connection ended without a goodbye.
func cutOff(err error) error {
	if websocket.IsCloseError(err, websocket.CloseAbnormalClosure) {
		return errors.New("the stream broke off without a word; sidetrack status tells whether Sidetrack still runs, its log why")
	}
	return err
}
