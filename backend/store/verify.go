package store

import (
	"context"
	"fmt"
	"path/filepath"
)

// Verify reads the whole log of a data folder nobody has open, and says what is
// damaged: pages of the database, or blocks of messages. It changes nothing.
func Verify(ctx context.Context, dir string) error {
	db, err := open(filepath.Join(dir, fileName), "mode=ro", "query_only(1)")
	if err != nil {
		return err
	}
	defer db.Close()
	var verdict string
	if err := db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict); err != nil {
		return err
	}
	if verdict != "ok" {
		return fmt.Errorf("the database is malformed: %s", verdict)
	}
	rows, err := db.QueryContext(ctx, "SELECT first_seq, last_seq, data FROM blocks ORDER BY id")
	if err != nil {
		return err
	}
	defer rows.Close()
	blocks := newBlockCache(0)
	damaged, text := 0, ""
	for rows.Next() {
		var first, last int64
		var packed []byte
		if err := rows.Scan(&first, &last, &packed); err != nil {
			return err
		}
		if _, err := blocks.dec.DecodeAll(packed, nil); err != nil {
			if damaged++; damaged == 1 {
				text = fmt.Sprintf("the messages of events %d to %d cannot be read", first, last)
			}
		}
	}
	if damaged > 1 {
		text += fmt.Sprintf(", nor those of %d more blocks", damaged-1)
	}
	if text != "" {
		return fmt.Errorf("%w: %s", errBlock, text)
	}
	return rows.Err()
}
