package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// Copy writes the answer of path to w as it comes.
func (c *Client) Copy(ctx context.Context, path string, v url.Values, w io.Writer) error {
	resp, err := c.do(ctx, http.MethodGet, path, v, nil, "*/*")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err = io.Copy(w, resp.Body); errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("the answer was cut short: Sidetrack stopped, or could not read on; its log says which")
	}
	return err
}
