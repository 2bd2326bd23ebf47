package store

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"sidetrack/backend/event"
	"sidetrack/backend/fault"
	"sidetrack/backend/source"
)

const noWriteKey = "No write key"

type sourceRow struct {
	N         int64 `gorm:"primaryKey"`
	ID        string
	Name      string
	Label     *string
	WriteKey  string
	Demo      bool
	CreatedAt int64 `gorm:"autoCreateTime:false"`
	DeletedAt int64
}

// TableName implements gorm's Tabler.
func (sourceRow) TableName() string { return "sources" }

type oldKeyRow struct {
	WriteKey string `gorm:"primaryKey"`
	Source   int64
}

// TableName implements gorm's Tabler.
func (oldKeyRow) TableName() string { return "old_keys" }

func (r sourceRow) source() source.Source {
	return source.Source{ID: r.ID, Name: r.Name, Label: r.Label, WriteKey: source.WriteKey(r.WriteKey), Demo: r.Demo, CreatedAt: fromMicros(r.CreatedAt)}
}

// sourceSet is the sources at one moment. It never changes.
type sourceSet struct {
	live    []source.Source
	byKey   map[source.WriteKey]source.Source
	numbers map[string]int64          // also of deleted ones
	refs    map[int64]event.SourceRef // also of deleted ones
}

func (s *sourceSet) ref(n int64) event.SourceRef { return s.refs[n] }

// matching returns the numbers of the sources whose records match. 0 stands for none.
func (s *sourceSet) matching(match func(*event.Record) bool) []int64 {
	var ns []int64
	for n, ref := range s.refs {
		if match(&event.Record{Source: ref}) {
			ns = append(ns, n)
		}
	}
	return ns
}

// hashes lists what a message id hashes to, one per source; "" when there are too many.
func (s *sourceSet) hashes(messageID string) string {
	const most = 500
	if len(s.refs) > most || messageID == "" {
		return ""
	}
	var out []string
	for _, ref := range s.refs {
		out = append(out, strconv.FormatInt(idHash(ref.ID, messageID), 10))
	}
	return strings.Join(out, ",")
}

func (s *Store) sourceNumber(rec *event.Record) int64 { return s.sources.Load().numbers[rec.Source.ID] }

func (s *Store) firstSources(ctx context.Context) error {
	if err := s.loadSources(ctx); err != nil {
		return err
	}
	if len(s.sources.Load().numbers) > 0 {
		return nil
	}
	dev, prod := source.Dev, source.Prod
	return s.change(ctx, func(tx *gorm.DB) error {
		first, second := s.newSource("Dev", &dev), s.newSource("Prod", &prod)
		second.CreatedAt++ // oldest first, and Dev is
		return tx.Create([]*sourceRow{first, second}).Error
	})
}

func (s *Store) newSource(name string, label *source.Label) *sourceRow {
	return &sourceRow{ID: source.NewID(), Name: name, Label: label, WriteKey: string(source.NewWriteKey()), CreatedAt: s.opt.Now().UnixMicro()}
}

func (s *Store) loadSources(ctx context.Context) error {
	var rows []sourceRow
	if err := s.rows.WithContext(ctx).Order("n").Find(&rows).Error; err != nil {
		return err
	}
	set := &sourceSet{live: []source.Source{}, byKey: map[source.WriteKey]source.Source{}, numbers: map[string]int64{}, refs: map[int64]event.SourceRef{0: {}}}
	for _, r := range rows {
		set.numbers[r.ID] = r.N
		set.refs[r.N] = event.SourceRef{ID: r.ID, Name: r.Name, Label: r.Label}
		if r.DeletedAt == 0 {
			set.live = append(set.live, r.source())
			set.byKey[source.WriteKey(r.WriteKey)] = r.source()
		}
	}
	s.sources.Store(set)
	return nil
}

// change runs work in a transaction between two of the writer's, then takes a
// new snapshot of the sources.
func (s *Store) change(ctx context.Context, work func(*gorm.DB) error) error {
	s.write.Lock()
	defer s.write.Unlock()
	if err := s.rows.WithContext(ctx).Transaction(work); err != nil {
		var known *fault.Error
		if errors.As(err, &known) {
			return err
		}
		return fault.New(fault.Unavailable, "The change could not be written: %w", err)
	}
	return s.loadSources(context.WithoutCancel(ctx))
}

// Sources returns the sources, oldest first.
func (s *Store) Sources() []source.Source { return append([]source.Source{}, s.sources.Load().live...) }

// SourceByKey finds the source of a write key.
func (s *Store) SourceByKey(k source.WriteKey) (source.Source, bool) {
	src, ok := s.sources.Load().byKey[k]
	return src, ok
}

// Unclaimed returns the source of a write key, and makes one without a label
// when there is none. The empty key stands for requests without one.
func (s *Store) Unclaimed(ctx context.Context, k source.WriteKey, name string) (source.Source, error) {
	err := s.change(ctx, func(tx *gorm.DB) error {
		if _, ok := s.SourceByKey(k); ok { // looked up again under the lock
			return nil
		}
		row := s.newSource(name, nil)
		row.WriteKey = string(k)
		if k == "" {
			row.Name = noWriteKey
		}
		var owner sourceRow
		err := tx.Joins("JOIN old_keys ON old_keys.source = sources.n").Where("old_keys.write_key = ?", string(k)).Take(&owner).Error
		switch {
		case err == nil:
			row.Name = "Old key of " + owner.Name
		case !errors.Is(err, gorm.ErrRecordNotFound):
			return err
		}
		return tx.Create(row).Error
	})
	src, _ := s.SourceByKey(k)
	return src, err
}

// CreateSource makes a source with a key of its own.
func (s *Store) CreateSource(ctx context.Context, name string, label *source.Label, demo bool) (source.Source, error) {
	if err := checkSource(name, label); err != nil {
		return source.Source{}, err
	}
	row := s.newSource(name, label)
	row.Demo = demo
	err := s.change(ctx, func(tx *gorm.DB) error { return tx.Create(row).Error })
	return row.source(), err
}

func checkSource(name string, label *source.Label) error {
	if strings.TrimSpace(name) == "" {
		return fault.New(fault.Invalid, "A source needs a name.")
	}
	if label != nil && *label != source.Dev && *label != source.Staging && *label != source.Prod {
		return fault.New(fault.Invalid, "%q is no label: use dev, staging or prod.", *label)
	}
	return nil
}

// edit changes one source; deleted says whether it has to be a deleted one.
func (s *Store) edit(ctx context.Context, id string, deleted bool, change func(*gorm.DB, *sourceRow) error) (source.Source, error) {
	var row sourceRow
	err := s.change(ctx, func(tx *gorm.DB) error {
		err := tx.Where("id = ? AND (deleted_at <> 0) = ?", id, deleted).Take(&row).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return fault.New(fault.NotFound, "There is no source %s. See Sources, or run `sidetrack sources`.", id)
		}
		if err != nil {
			return err
		}
		if err := change(tx, &row); err != nil {
			return err
		}
		return tx.Save(&row).Error
	})
	return row.source(), err
}

// UpdateSource renames a source or labels it; nil leaves as is.
func (s *Store) UpdateSource(ctx context.Context, id string, name *string, label *source.Label) (source.Source, error) {
	return s.edit(ctx, id, false, func(_ *gorm.DB, r *sourceRow) error {
		if name != nil {
			r.Name = *name
		}
		if label != nil {
			r.Label = label
		}
		return checkSource(r.Name, r.Label)
	})
}

// RotateKey gives a source a new key. What still comes with the old one lands
// in an unclaimed source that says so.
func (s *Store) RotateKey(ctx context.Context, id string) (source.Source, error) {
	return s.edit(ctx, id, false, func(tx *gorm.DB, r *sourceRow) error {
		old := oldKeyRow{WriteKey: r.WriteKey, Source: r.N}
		r.WriteKey = string(source.NewWriteKey())
		return tx.Save(&old).Error
	})
}

// DeleteSource hides a source. Its events stay and still name it.
func (s *Store) DeleteSource(ctx context.Context, id string) error {
	_, err := s.edit(ctx, id, false, func(_ *gorm.DB, r *sourceRow) error {
		r.DeletedAt = max(s.opt.Now().UnixMicro(), 1)
		return nil
	})
	return err
}

// RestoreSource brings a deleted source back.
func (s *Store) RestoreSource(ctx context.Context, id string) error {
	_, err := s.edit(ctx, id, true, func(_ *gorm.DB, r *sourceRow) error {
		if other, taken := s.SourceByKey(source.WriteKey(r.WriteKey)); taken {
			return fault.New(fault.Conflict, "The write key of %s belongs to %s by now. Delete that source first.", r.Name, other.Name)
		}
		r.DeletedAt = 0
		return nil
	})
	return err
}
