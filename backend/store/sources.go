package store

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/glebarez/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"sidetrack/backend/event"
	"sidetrack/backend/fault"
	"sidetrack/backend/source"
)

// sourceRow is a row of the table sources.
type sourceRow struct {
	N         int64 `gorm:"primaryKey"`
	ID        string
	Name      string
	Label     *string
	WriteKey  string
	Demo      bool
	CreatedAt int64 `gorm:"autoCreateTime:false"`
	DeletedAt *int64
}

func (sourceRow) TableName() string { return "sources" }

func (r *sourceRow) source() source.Source {
	return source.Source{ID: r.ID, Name: r.Name, Label: r.Label, WriteKey: source.WriteKey(r.WriteKey), Demo: r.Demo, CreatedAt: time.UnixMicro(r.CreatedAt).UTC()}
}

// retiredKey is a write key that was rotated away, and whose it was.
type retiredKey struct {
	WriteKey string `gorm:"primaryKey"`
	SourceN  int64
}

func (retiredKey) TableName() string { return "retired_keys" }

// sourceSet is all sources at one moment. It is never changed, only replaced.
type sourceSet struct {
	rows  []sourceRow
	byID  map[string]*sourceRow
	byN   map[int64]*sourceRow
	byKey map[string]*sourceRow // without the deleted ones
}

func (s *sourceSet) number(id string) int64 {
	if r, ok := s.byID[id]; ok {
		return r.N
	}
	return 0
}

func (s *sourceSet) ref(n int64) event.SourceRef {
	if r, ok := s.byN[n]; ok {
		return event.SourceRef{ID: r.ID, Name: r.Name, Label: r.Label}
	}
	return event.SourceRef{}
}

func (s *Store) loadSources() error {
	s.loading.Lock()
	defer s.loading.Unlock()
	set := &sourceSet{byID: map[string]*sourceRow{}, byN: map[int64]*sourceRow{}, byKey: map[string]*sourceRow{}}
	if err := s.rows.Order("n").Find(&set.rows).Error; err != nil {
		return err
	}
	for i := range set.rows {
		r := &set.rows[i]
		set.byID[r.ID], set.byN[r.N] = r, r
		if r.DeletedAt == nil {
			set.byKey[r.WriteKey] = r
		}
	}
	s.sources.Store(set)
	return nil
}

// Sources returns the sources that were not deleted, oldest first.
func (s *Store) Sources() []source.Source {
	list := []source.Source{}
	for _, r := range s.sources.Load().rows {
		if r.DeletedAt == nil {
			list = append(list, r.source())
		}
	}
	return list
}

// SourceByKey finds the source of a write key.
func (s *Store) SourceByKey(k source.WriteKey) (source.Source, bool) {
	r, ok := s.sources.Load().byKey[string(k)]
	if !ok {
		return source.Source{}, false
	}
	return r.source(), true
}

// changeSources runs fn with gorm on the writer's connection, and loads the
// sources anew before anything else is written.
func (s *Store) changeSources(ctx context.Context, fn func(db *gorm.DB) error) error {
	err := s.change(ctx, func(c *sql.Conn) error {
		db, err := gorm.Open(sqlite.Dialector{Conn: c}, &gorm.Config{SkipDefaultTransaction: true, Logger: logger.Discard})
		if err != nil {
			return err
		}
		return fn(db)
	})
	if err != nil {
		return err
	}
	return s.loadSources()
}

// firstSources gives a new data folder one dev and one prod source.
func (s *Store) firstSources(ctx context.Context) error {
	if len(s.sources.Load().rows) > 0 {
		return nil
	}
	dev, prod := source.Dev, source.Prod
	if _, err := s.CreateSource(ctx, "Dev", &dev, false); err != nil {
		return err
	}
	_, err := s.CreateSource(ctx, "Prod", &prod, false)
	return err
}

// CreateSource makes a source with a new write key.
func (s *Store) CreateSource(ctx context.Context, name string, label *source.Label, demo bool) (source.Source, error) {
	return s.create(ctx, name, label, source.NewWriteKey(), demo)
}

func (s *Store) create(ctx context.Context, name string, label *source.Label, key source.WriteKey, demo bool) (source.Source, error) {
	if name = strings.TrimSpace(name); name == "" {
		return source.Source{}, fault.New(fault.Invalid, "a source needs a name")
	}
	r := sourceRow{ID: source.NewID(), Name: name, Label: label, WriteKey: string(key), Demo: demo, CreatedAt: s.o.Now().UnixMicro()}
	err := s.changeSources(ctx, func(db *gorm.DB) error { return db.Create(&r).Error })
	return r.source(), err
}

// Unclaimed returns the source of a key nobody knows, and makes it the first
// time. The empty key stands for requests without one.
func (s *Store) Unclaimed(ctx context.Context, k source.WriteKey, name string) (source.Source, error) {
	var r sourceRow
	err := s.changeSources(ctx, func(db *gorm.DB) error {
		found := db.Where("write_key = ? AND deleted_at IS NULL", string(k)).Limit(1).Find(&r)
		if found.Error != nil || found.RowsAffected > 0 {
			return found.Error
		}
		var old sourceRow
		joined := db.Joins("JOIN retired_keys ON retired_keys.source_n = sources.n").Where("retired_keys.write_key = ?", string(k)).Limit(1).Find(&old)
		if joined.Error != nil {
			return joined.Error
		}
		if joined.RowsAffected > 0 {
			name = "Old key of " + old.Name
		}
		r = sourceRow{ID: source.NewID(), Name: name, WriteKey: string(k), CreatedAt: s.o.Now().UnixMicro()}
		return db.Create(&r).Error
	})
	return r.source(), err
}

// UpdateSource renames a source or labels it; nil leaves a field as it is.
func (s *Store) UpdateSource(ctx context.Context, id string, name *string, label *source.Label) (source.Source, error) {
	if name != nil && strings.TrimSpace(*name) == "" {
		return source.Source{}, fault.New(fault.Invalid, "a source needs a name")
	}
	return s.editSource(ctx, id, func(_ *gorm.DB, r *sourceRow) error {
		if name != nil {
			r.Name = strings.TrimSpace(*name)
		}
		if label != nil {
			r.Label = label
		}
		return nil
	})
}

// RotateKey gives a source a new write key. What still comes with the old one
// lands in an unclaimed source called after it.
func (s *Store) RotateKey(ctx context.Context, id string) (source.Source, error) {
	return s.editSource(ctx, id, func(db *gorm.DB, r *sourceRow) error {
		if err := db.Save(&retiredKey{r.WriteKey, r.N}).Error; err != nil {
			return err
		}
		r.WriteKey = string(source.NewWriteKey())
		return nil
	})
}

// DeleteSource takes a source off the list. Its events stay and still name it.
func (s *Store) DeleteSource(ctx context.Context, id string) error {
	at := s.o.Now().UnixMicro()
	_, err := s.editSource(ctx, id, func(_ *gorm.DB, r *sourceRow) error { r.DeletedAt = &at; return nil })
	return err
}

// RestoreSource undoes DeleteSource.
func (s *Store) RestoreSource(ctx context.Context, id string) error {
	_, err := s.editSource(ctx, id, func(_ *gorm.DB, r *sourceRow) error { r.DeletedAt = nil; return nil })
	return err
}

func (s *Store) editSource(ctx context.Context, id string, edit func(db *gorm.DB, r *sourceRow) error) (source.Source, error) {
	var r sourceRow
	err := s.changeSources(ctx, func(db *gorm.DB) error {
		found := db.Where("id = ?", id).Limit(1).Find(&r)
		if found.Error != nil {
			return found.Error
		}
		if found.RowsAffected == 0 {
			return fault.New(fault.NotFound, "no source has the id %s", id)
		}
		if err := edit(db, &r); err != nil {
			return err
		}
		return db.Save(&r).Error
	})
	return r.source(), err
}

// Sighting is a library seen sending with a source's key, and from where.
type Sighting struct {
	SourceID, Library, Version, Origin string
	Count                              int64
	LastSeen                           time.Time
}

// Seen returns who has been sending, newest first.
func (s *Store) Seen() ([]Sighting, error) {
	rows, err := s.read.Query("SELECT source_n, library, version, origin, n, last_seen FROM sightings ORDER BY last_seen DESC LIMIT 1000")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	set := s.sources.Load()
	list := []Sighting{}
	for rows.Next() {
		var n, last int64
		var g Sighting
		if err := rows.Scan(&n, &g.Library, &g.Version, &g.Origin, &g.Count, &last); err != nil {
			return nil, err
		}
		g.SourceID, g.LastSeen = set.ref(n).ID, time.UnixMicro(last).UTC()
		list = append(list, g)
	}
	return list, rows.Err()
}
