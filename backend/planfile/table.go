package planfile

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode"

	"sidetrack/backend/document"
)

// table is a CSV file with the columns that were understood.
type table struct {
	rows    []tableRow
	columns map[column]int
	ignored []cell // titles that are not understood
}

type cell struct {
	text string
	at   document.Place
}

type tableRow struct {
	cells []cell
	at    document.Place
}

// column is what a column of a plan holds.
type column int

const (
	colCall column = iota
	colEvent
	colVersion
	colEventDescription
	colProperty
	colDescription
	colStatus
	colType
	colPermitted
	colEnum
	colFormat
	colLabels
)

// titles are the ways columns are called, letters and digits only. Segment has
// published no header row, so close enough is good enough.
var titles = map[string]column{
	"ruletype": colCall, "eventtype": colCall, "calltype": colCall, "call": colCall,
	"event": colEvent, "eventname": colEvent, "eventkey": colEvent, "key": colEvent, "trackevent": colEvent, "rulename": colEvent,
	"version": colVersion, "eventversion": colVersion, "ruleversion": colVersion,
	"eventdescription": colEventDescription, "ruledescription": colEventDescription,
	"property": colProperty, "propertyname": colProperty, "propertykey": colProperty, "propertypath": colProperty, "field": colProperty,
	"fieldname": colProperty, "trait": colProperty, "traitname": colProperty, "propertytraitname": colProperty, "propertyortrait": colProperty,
	"description": colDescription, "propertydescription": colDescription, "traitdescription": colDescription,
	"status": colStatus, "required": colStatus, "isrequired": colStatus, "propertystatus": colStatus, "presence": colStatus, "propertyrequired": colStatus, "requiredoptional": colStatus,
	"datatype": colType, "propertytype": colType, "propertydatatype": colType, "traittype": colType, "datatypes": colType,
	"permittedvalues": colPermitted, "allowedpropertyvalues": colPermitted, "allowedvalues": colPermitted, "pattern": colPermitted, "regex": colPermitted, "permittedpropertyvalues": colPermitted,
	"enumvalues": colEnum, "enum": colEnum, "enumeration": colEnum, "propertyenumvalues": colEnum,
	"format": colFormat, "labels": colLabels, "label": colLabels, "eventlabels": colLabels,
}

func squeeze(title string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, title)
}

// columnsOf understands a header row. "Name" is the event's or the property's,
// whichever has no column of its own; "Type" is the call or the data type.
func columnsOf(header []string) map[column]int {
	columns := map[column]int{}
	for i, title := range header {
		if c, ok := titles[squeeze(title)]; ok {
			if _, twice := columns[c]; !twice {
				columns[c] = i
			}
		}
	}
	for i, title := range header {
		var order []column
		switch squeeze(title) {
		case "name":
			order = []column{colEvent, colProperty}
		case "type":
			order = []column{colType, colCall}
		}
		for _, c := range order {
			if _, taken := columns[c]; !taken {
				columns[c] = i
				break
			}
		}
	}
	return columns
}

// looksLikeCSV reports whether the first line is the header row of a plan.
func looksLikeCSV(text []byte) bool {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	header, err := csvReader(line, separator(line)).Read()
	if err != nil || len(header) < 3 {
		return false
	}
	columns := columnsOf(header)
	_, event := columns[colEvent]
	_, property := columns[colProperty]
	return event && property && len(columns) >= 3
}

// separator is the comma, or what spreadsheets of other countries write.
func separator(line []byte) rune {
	best, most := ',', bytes.Count(line, []byte(","))
	for _, r := range ";\t" {
		if n := bytes.Count(line, []byte(string(r))); n > most {
			best, most = r, n
		}
	}
	return best
}

func csvReader(data []byte, comma rune) *csv.Reader {
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma, r.FieldsPerRecord, r.TrimLeadingSpace = comma, -1, comma != '\t'
	return r
}

func parseTable(f File) (*table, error) {
	data := bytes.TrimPrefix(f.Data, []byte("\ufeff"))
	line, _, _ := bytes.Cut(bytes.TrimLeft(data, "\r\n \t"), []byte("\n"))
	reader := csvReader(data, separator(line))
	t := &table{}
	width := 0
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		if err != nil {
			return nil, csvError(f.Name, err)
		}
		row := tableRow{cells: make([]cell, len(record))}
		for i, text := range record {
			l, c := reader.FieldPos(i)
			row.cells[i] = cell{strings.TrimSpace(text), document.Place{File: f.Name, Line: l, Column: c}}
		}
		row.at = row.cells[0].at
		if t.columns == nil {
			t.columns, width = columnsOf(record), len(record)
			for i, c := range row.cells {
				if !t.uses(i) && c.text != "" {
					t.ignored = append(t.ignored, c)
				}
			}
			continue
		}
		if len(record) > width {
			extra := row.cells[width]
			return nil, &document.Error{At: extra.at, Reason: "this row has more cells than the header row", Expected: "quotes around a cell that has a comma in it"}
		}
		t.rows = append(t.rows, row)
	}
}

func (t *table) uses(i int) bool {
	for _, at := range t.columns {
		if at == i {
			return true
		}
	}
	return false
}

// cell is a row's cell in a column, empty when it has none.
func (t *table) cell(row tableRow, c column) cell {
	i, ok := t.columns[c]
	if !ok || i >= len(row.cells) {
		return cell{at: row.at}
	}
	return row.cells[i]
}

func csvError(file string, err error) error {
	var bad *csv.ParseError
	if errors.As(err, &bad) {
		reason := map[error]string{csv.ErrQuote: "there is a quote within a cell", csv.ErrBareQuote: "there is a quote within a cell"}[bad.Err]
		if reason == "" {
			reason = bad.Err.Error()
		}
		return &document.Error{At: document.Place{File: file, Line: bad.Line, Column: bad.Column}, Reason: reason, Expected: `CSV: a cell with quotes is "written ""so"""`}
	}
	return &document.Error{At: document.Place{File: file, Line: 1, Column: 1}, Reason: err.Error(), Expected: "CSV"}
}
