package api

import (
	"bufio"
	"encoding/json"
	"math"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"sidetrack/backend/event"
)

const ndjson = "application/x-ndjson"

// orLines lets an operation that lists events answer with every match instead,
// oldest first, one record a line, in constant memory, when the caller asks
// for it. The parameters were checked by then.
func (a *API) orLines(h huma.API) func(*huma.Operation) {
	return func(o *huma.Operation) {
		o.Middlewares = append(o.Middlewares, func(ctx huma.Context, next func(huma.Context)) {
			ctx.AppendHeader("Vary", "Accept")
			if !strings.Contains(ctx.Header("Accept"), ndjson) || ctx.Method() != http.MethodGet {
				next(ctx)
				return
			}
			ask, err := a.askLines(ctx)
			if err != nil {
				writeError(h, ctx, err)
				return
			}
			a.writeLines(h, ctx, ask)
		})
	}
}

func (a *API) askLines(ctx huma.Context) (Ask, error) {
	p := AskParams{
		Q: ctx.Query("q"), After: ctx.Query("after"), Before: ctx.Query("before"), Since: ctx.Query("since"), Until: ctx.Query("until"),
		Source: ctx.Query("source"), Run: ctx.Query("run"),
	}
	ask, err := p.ask(a.Now())
	if err != nil {
		return ask, err
	}
	ask.Limit, err = limitParam(ctx.Query("limit"), math.MaxInt, 0)
	ask.Message = true
	return ask, err
}

func (a *API) writeLines(h huma.API, ctx huma.Context, ask Ask) {
	r, w := humago.Unwrap(ctx)
	w.Header().Set("Content-Type", ndjson)
	begun := &counter{w: w}
	out := bufio.NewWriterSize(begun, 64<<10)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	err := a.Log.Each(r.Context(), ask, func(rec *event.Record) error {
		if rec.Message == nil {
			rec.Message = json.RawMessage("null")
		}
		return enc.Encode(rec)
	})
	if err == nil {
		err = out.Flush()
	}
	if err == nil {
		return
	}
	if begun.n == 0 && r.Context().Err() == nil {
		writeError(h, ctx, err)
		return
	}
	if r.Context().Err() == nil {
		a.Logger.Error("an NDJSON answer was cut short", "reason", err)
	}
	panic(http.ErrAbortHandler) // the reader must not take this for the end
}

// counter knows whether an answer has begun.
type counter struct {
	w http.ResponseWriter
	n int64
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	return n, err
}
