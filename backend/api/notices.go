package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"
)

type noticesOutput struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

func (a *API) registerNotices(h huma.API) {
	huma.Get(h, "/api/notices", func(context.Context, *struct{}) (*noticesOutput, error) {
		return &noticesOutput{"text/plain; charset=utf-8", []byte(a.Notices)}, nil
	}, func(o *huma.Operation) {
		op("get-notices", "The licences of what is built in, as text")(o)
		o.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{"text/plain": {Schema: &huma.Schema{Type: "string"}}}}}
	})
}
