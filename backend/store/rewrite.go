package store

import (
	"context"
	"database/sql"
	"encoding/json"

	"sidetrack/backend/event"
)

func removeFindings(ctx context.Context, conn *sql.Conn, seq int64, text string) error {
	var list []event.Finding
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return err
	}
	for _, f := range list {
		if _, err := conn.ExecContext(ctx, "DELETE FROM findings WHERE code = ? AND seq = ?", f.Code, seq); err != nil {
			return err
		}
	}
	return nil
}

// requestPlaces returns where in their block the requests of events stand.
func requestPlaces(ctx context.Context, conn *sql.Conn, c *conditions) (map[int]bool, error) {
	rows, err := conn.QueryContext(ctx, "SELECT DISTINCT request_at FROM events WHERE "+c.String(), c.args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	places := map[int]bool{}
	for rows.Next() {
		var at int
		if err := rows.Scan(&at); err != nil {
			return nil, err
		}
		places[at] = true
	}
	return places, rows.Err()
}

// rewrite writes a block anew, under another id, without the bytes of events that are gone. A request
// that lost one of its events loses its body, for the event's bytes were in
// it; the events that stay keep their messages.
func (s *Store) rewrite(ctx context.Context, conn *sql.Conn, block int64, touched map[int]bool) error {
	var packed []byte
	var part stretch
	if err := conn.QueryRowContext(ctx, "SELECT first_seq, last_seq, data FROM blocks WHERE id = ?", block).Scan(&part.first, &part.last, &packed); err != nil {
		return err
	}
	old, err := s.blocks.dec.DecodeAll(packed, nil)
	if err != nil {
		return err
	}
	left, err := placesLeft(ctx, conn, block, part)
	if err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, "DELETE FROM blocks WHERE id = ?", block); err != nil || len(left) == 0 {
		return err
	}
	id := s.w.newBlockID()
	var fresh []byte
	requests := map[int]int{} // old place, new place
	for _, p := range left {
		p.block = id
		if fresh, err = s.carry(ctx, conn, old, fresh, requests, touched[p.requestAt], p); err != nil {
			return err
		}
	}
	_, err = conn.ExecContext(ctx, insertBlock, id, part.first, part.last, s.blocks.enc.EncodeAll(fresh, nil))
	return err
}

type leftPlace struct {
	seq int64
	place
}

func placesLeft(ctx context.Context, conn *sql.Conn, block int64, part stretch) ([]leftPlace, error) {
	rows, err := conn.QueryContext(ctx, "SELECT seq, request_at, message_at, span_offset, span_length FROM events WHERE seq BETWEEN ? AND ? AND block_id = ? ORDER BY seq", part.first, part.last, block)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []leftPlace
	for rows.Next() {
		var p leftPlace
		if err := rows.Scan(&p.seq, &p.requestAt, &p.messageAt, &p.spanOffset, &p.spanLength); err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, rows.Err()
}

// carry takes one event, and its request the first time, over into a new block.
func (s *Store) carry(ctx context.Context, conn *sql.Conn, old, fresh []byte, requests map[int]int, touched bool, p leftPlace) ([]byte, error) {
	message, err := messageIn(old, p.requestAt, p.messageAt, p.spanOffset, p.spanLength)
	if err != nil {
		return nil, err
	}
	req, body, err := requestIn(old, p.requestAt)
	if err != nil {
		return nil, err
	}
	offset, length := p.spanOffset, p.spanLength
	if touched {
		body, offset, length = nil, 0, 0
	}
	at, known := requests[p.requestAt]
	if !known {
		if fresh, at, err = appendRequest(fresh, req, body); err != nil {
			return nil, err
		}
		requests[p.requestAt] = at
	}
	fresh, messageAt := appendMessage(fresh, body[offset:offset+length], message)
	_, err = conn.ExecContext(ctx, "UPDATE events SET block_id = ?, request_at = ?, message_at = ?, span_offset = ?, span_length = ? WHERE seq = ?", p.block, at, messageAt, offset, length, p.seq)
	return fresh, err
}
