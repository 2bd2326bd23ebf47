package api

import (
	"errors"
	"fmt"
	"net/http"
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
		detail := &huma.ErrorDetail{Message: bad.message, Location: "query." + bad.name, Value: bad.value}
		return huma.NewError(http.StatusUnprocessableEntity, bad.message, detail)
	}
	return huma.NewError(statusOf(fault.KindOf(err)), err.Error())
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
		for name := range u.Query() {
			if !slices.Contains(known, name) {
				msg := fmt.Sprintf("There is no parameter %q here. Known: %s.", name, strings.Join(known, ", "))
				_ = huma.WriteErr(h, ctx, http.StatusUnprocessableEntity, msg, &huma.ErrorDetail{Message: msg, Location: "query." + name})
				return
			}
		}
		next(ctx)
	}
}
