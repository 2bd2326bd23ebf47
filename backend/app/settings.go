package app

import (
	"context"
	"strconv"
	"time"

	"sidetrack/backend/api"
	"sidetrack/backend/config"
	"sidetrack/backend/fault"
	"sidetrack/backend/store"
)

// bounds decides the retention once the stored settings are known.
func (a *App) bounds(stored map[string]string) (store.Retention, error) {
	r, err := a.cfg.Values.WithStored(stored).Retention()
	return store.Retention(r), err
}

// settings shows the values of this start to the API in its own words.
type settings struct{ a *App }

func (s settings) values(ctx context.Context) (config.Values, error) {
	stored, err := s.a.store.Settings(ctx)
	return s.a.cfg.Values.WithStored(stored), err
}

// Settings implements api.Settings.
func (s settings) Settings(ctx context.Context) ([]api.Setting, error) {
	values, err := s.values(ctx)
	if err != nil {
		return nil, err
	}
	list := []api.Setting{}
	for _, v := range values {
		switch v.Name {
		case config.Data:
			v.Value = s.a.cfg.Data
		case config.Listen:
			if v.Value == "" {
				v.Value = s.a.listeners[0].Addr().String()
			}
		}
		list = append(list, api.Setting{Name: v.Name, Value: v.Value, Layer: string(v.Layer), From: v.From, Editable: editable(v)})
	}
	return list, nil
}

func editable(v config.Value) bool {
	bound := v.Name == config.KeepFor || v.Name == config.KeepBytes || v.Name == config.Keep
	return bound && (v.Layer == config.Default || v.Layer == config.Stored)
}

// KeepRetention implements api.Settings.
func (s settings) KeepRetention(ctx context.Context, in api.Retention) error {
	values, err := s.values(ctx)
	if err != nil {
		return err
	}
	now := retentionOf(s.a.store.Retention())
	changed := map[string]string{}
	for _, change := range []struct {
		name, value string
		same        bool
	}{
		{config.KeepFor, config.FormatAge(time.Duration(in.MaxAgeDays) * 24 * time.Hour), in.MaxAgeDays == now.MaxAgeDays},
		{config.KeepBytes, config.FormatBytes(in.MaxBytes), in.MaxBytes == now.MaxBytes},
		{config.Keep, strconv.FormatInt(in.MaxEvents, 10), in.MaxEvents == now.MaxEvents},
	} {
		v := values.Of(change.name)
		switch {
		case change.same:
		case !editable(v):
			return fault.New(fault.Conflict, "%s is set by the %s and cannot be changed here", v.Name, v.Explain())
		default:
			changed[change.name] = change.value
		}
	}
	if err := s.a.store.SaveSettings(ctx, changed); err != nil {
		return err
	}
	stored, err := s.a.store.Settings(ctx)
	if err != nil {
		return err
	}
	r, err := s.a.bounds(stored)
	if err == nil {
		s.a.store.SetRetention(r)
	}
	return err
}

func retentionOf(r store.Retention) api.Retention {
	return api.Retention{MaxAgeDays: int(r.MaxAge / (24 * time.Hour)), MaxBytes: r.MaxBytes, MaxEvents: r.MaxEvents}
}
