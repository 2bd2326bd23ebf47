package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"sidetrack/backend/demo"
)

// Demo is the made-up shop that sends events for a newcomer to look at.
type Demo interface {
	Start(ctx context.Context, r demo.Run) (demo.State, error)
	Stop() demo.State
	State() demo.State
}

type demoOutput struct{ Body demo.State }

type startDemoInput struct {
	Body struct {
		Speed    float64 `json:"speed,omitempty" minimum:"0.1" maximum:"100" doc:"2 is twice as fast, 1 by default"`
		Shoppers int     `json:"shoppers,omitempty" minimum:"1" maximum:"50" doc:"8 by default"`
	} `required:"false"`
}

func (a *API) registerDemo(h huma.API) {
	huma.Get(h, "/api/demo", func(context.Context, *struct{}) (*demoOutput, error) {
		return &demoOutput{a.Demo.State()}, nil
	}, op("get-demo", "Whether the demo shop sends"))
	huma.Post(h, "/api/demo/start", a.startDemo, op("start-demo", "Let the demo shop send for three minutes, into a source of its own"))
	huma.Post(h, "/api/demo/stop", func(context.Context, *struct{}) (*demoOutput, error) {
		return &demoOutput{a.Demo.Stop()}, nil
	}, op("stop-demo", "Stop the demo shop"))
}

func (a *API) startDemo(ctx context.Context, in *startDemoInput) (*demoOutput, error) {
	state, err := a.Demo.Start(ctx, demo.Run{Speed: in.Body.Speed, Shoppers: in.Body.Shoppers})
	if err != nil {
		return nil, problem(err)
	}
	a.Streams.Changed("sources", state.SourceID)
	return &demoOutput{state}, nil
}
