package api

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"sidetrack/backend/fault"
	"sidetrack/backend/query"
)

// statusOf is the one table from kinds of failure to status codes.
func statusOf(k fault.Kind) int {
	switch k {
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Conflict:
		return http.StatusConflict
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	default:
		return http.StatusInternalServerError
	}
}

// problem turns any error into a problem+json answer. A query error names the
// byte at which the query went wrong.
func problem(err error) error {
	var bad *paramError
	if errors.As(err, &bad) {
		detail := &huma.ErrorDetail{Message: bad.message, Location: strings.TrimSuffix("query."+bad.name, "."), Value: bad.value}
		return huma.NewError(http.StatusUnprocessableEntity, bad.message, detail)
	}
	return huma.NewError(statusOf(fault.KindOf(err)), err.Error())
}

// writeError answers with the problem from within a middleware.
func writeError(h huma.API, ctx huma.Context, err error) {
	var bad *huma.ErrorModel
	if errors.As(problem(err), &bad) {
		details := make([]error, len(bad.Errors))
		for i, d := range bad.Errors {
			details[i] = d
		}
		_ = huma.WriteErr(h, ctx, bad.Status, bad.Detail, details...) // the reader has gone when this fails
	}
}

// paramError is a query parameter that cannot be used.
type paramError struct{ name, value, message string }

func (e *paramError) Error() string { return e.message }

func queryError(text string, err error) error {
	var qe *query.Error
	if errors.As(err, &qe) {
		return &paramError{"q", text, fmt.Sprintf("%s (position %d of the query)", qe.Message, qe.Position)}
	}
	return &paramError{"q", text, err.Error()}
}

// refuseUnknownParameters answers 422 to a parameter no operation knows, so
// that a misspelt filter never silently matches everything.
func refuseUnknownParameters(h huma.API) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		var known []string
		for _, p := range ctx.Operation().Parameters {
			if p.In == "query" {
				known = append(known, p.Name)
			}
		}
		u := ctx.URL()
		if err := checkParameters(u.RawQuery, known); err != nil {
			writeError(h, ctx, err)
			return
		}
		next(ctx)
	}
}

// checkParameters holds that every parameter can be read, is known and comes
// once. net/url leaves out what it cannot read, and takes the first of two.
func checkParameters(raw string, known []string) error {
	v, err := url.ParseQuery(raw)
	if err != nil {
		return &paramError{"", raw, "The parameters cannot be read: " + err.Error() + ". Percent-encode their values."}
	}
	for _, name := range slices.Sorted(maps.Keys(v)) {
		switch {
		case !slices.Contains(known, name):
			return &paramError{name, v.Get(name), unknownParameter(name, known)}
		case len(v[name]) > 1:
			return &paramError{name, v.Get(name), fmt.Sprintf("The parameter %s comes %d times; give it once.", name, len(v[name]))}
		}
	}
	return nil
}

func unknownParameter(name string, known []string) string {
	if len(known) == 0 {
		return fmt.Sprintf("There is no parameter %q here; it takes none.", name)
	}
	return fmt.Sprintf("There is no parameter %q here. Known: %s.", name, strings.Join(known, ", "))
}
