package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"sidetrack/backend/fault"
)

// Layer is where a value was set.
type Layer string

// The layers, the strongest first.
const (
	Flag        Layer = "flag"
	Environment Layer = "environment"
	Project     Layer = "sidetrack.yaml" // beside the code, found upwards
	User        Layer = "user's file"
	Stored      Layer = "stored setting" // changed on the screen, kept in the data folder
	Default     Layer = "default"
)

// FileName is what a file of settings is called.
const FileName = "sidetrack.yaml"

// The settings, by the name they have as a flag and in a file.
const (
	Data      = "data"
	Listen    = "listen"
	KeepFor   = "keep-for"
	KeepBytes = "keep-bytes"
	Keep      = "keep"
	Plan      = "plan"
)

// Value is one setting and where it was set.
type Value struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	Layer Layer  `json:"layer" enum:"flag,environment,sidetrack.yaml,user's file,stored setting,default"`
	From  string `json:"from" doc:"The flag, variable or file that set it; empty for a default"`
}

// Values are all settings, in the order people are told them.
type Values []Value

// Names lists the settings.
func Names() []string { return []string{Data, Listen, KeepFor, KeepBytes, Keep, Plan} }

// Variable is the environment variable of a setting.
func Variable(name string) string {
	return "SIDETRACK_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

// Surroundings are where settings are looked for beside the command line.
type Surroundings struct {
	Lookup   func(variable string) (string, bool)
	Dir      string // sidetrack.yaml is looked for here and upwards
	UserFile string
}

// Here returns the surroundings of this process.
func Here() Surroundings {
	s := Surroundings{Lookup: os.LookupEnv}
	s.Dir, _ = os.Getwd() // without one there is no file to find
	if base, err := os.UserConfigDir(); err == nil {
		s.UserFile = filepath.Join(base, "sidetrack", FileName)
	}
	return s
}

// Resolve decides every setting: a flag beats the environment, which beats
// sidetrack.yaml, which beats the user's file. What nobody set is at its default.
func Resolve(flags map[string]string, s Surroundings) (Values, error) {
	project, projectFile, err := findUp(s.Dir)
	if err != nil {
		return nil, err
	}
	user, err := readFile(s.UserFile)
	if err != nil {
		return nil, err
	}
	list := Values{}
	for _, name := range Names() {
		v := Value{Name: name, Value: defaultOf(name), Layer: Default}
		if text, ok := user[name]; ok {
			v = Value{name, text, User, s.UserFile}
		}
		if text, ok := project[name]; ok {
			v = Value{name, text, Project, projectFile}
		}
		if text, ok := s.Lookup(Variable(name)); ok && text != "" {
			v = Value{name, text, Environment, Variable(name)}
		}
		if text, ok := flags[name]; ok {
			v = Value{name, text, Flag, "--" + name}
		}
		v.anchor(s.Dir)
		list = append(list, v)
	}
	return list, nil
}

// anchor makes relative paths absolute: to the file that names them, or to the
// working folder.
func (v *Value) anchor(dir string) {
	if v.Layer == Project || v.Layer == User {
		dir = filepath.Dir(v.From)
	}
	switch {
	case v.Name == Plan:
		paths := Paths(v.Value)
		for i, p := range paths {
			if !filepath.IsAbs(p) {
				paths[i] = filepath.Join(dir, p)
			}
		}
		v.Value = strings.Join(paths, ",")
	case v.Name == Data && (v.Layer == Project || v.Layer == User) && !filepath.IsAbs(v.Value):
		v.Value = filepath.Join(dir, v.Value)
	}
}

// Paths reads a list of paths, with commas between them.
func Paths(text string) []string {
	var list []string
	for _, p := range strings.Split(text, ",") {
		if p = strings.TrimSpace(p); p != "" {
			list = append(list, p)
		}
	}
	return list
}

// Of returns one setting.
func (v Values) Of(name string) Value {
	for _, one := range v {
		if one.Name == name {
			return one
		}
	}
	return Value{Name: name, Value: defaultOf(name), Layer: Default}
}

// WithStored puts stored settings in where nothing stronger decides.
func (v Values) WithStored(stored map[string]string) Values {
	out := slices.Clone(v)
	for i := range out {
		if text, ok := stored[out[i].Name]; ok && out[i].Layer == Default {
			out[i].Value, out[i].Layer, out[i].From = text, Stored, ""
		}
	}
	return out
}

// findUp reads the sidetrack.yaml in dir or the nearest folder above it.
func findUp(dir string) (map[string]string, string, error) {
	for dir != "" {
		file := filepath.Join(dir, FileName)
		values, err := readFile(file)
		if values != nil || err != nil {
			return values, file, err
		}
		if filepath.Dir(dir) == dir {
			break
		}
		dir = filepath.Dir(dir)
	}
	return nil, "", nil
}

// readFile reads a file of settings; nil when there is none. A name nobody
// knows is refused, because a misspelt one would do nothing without a word.
func readFile(file string) (map[string]string, error) {
	b, err := os.ReadFile(file)
	if file == "" || errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fault.New(fault.Invalid, "read the settings: %w", err)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(b, &doc); err != nil {
		return nil, fault.New(fault.Invalid, "%s cannot be read: %w", file, err)
	}
	values := map[string]string{}
	if len(doc.Content) == 0 {
		return values, nil
	}
	if doc.Content[0].Kind != yaml.MappingNode {
		return nil, fault.New(fault.Invalid, "%s holds no settings; write one a line, such as keep-for: 30d", file)
	}
	pairs := doc.Content[0].Content
	for i := 0; i+1 < len(pairs); i += 2 {
		key, value := pairs[i], pairs[i+1]
		if !slices.Contains(Names(), key.Value) {
			return nil, fault.New(fault.Invalid, "%s, line %d: there is no setting %q; known are %s", file, key.Line, key.Value, strings.Join(Names(), ", "))
		}
		if key.Value == Plan && value.Kind == yaml.SequenceNode {
			values[Plan] = joined(value)
			continue
		}
		if value.Kind != yaml.ScalarNode {
			return nil, fault.New(fault.Invalid, "%s, line %d: %s is one value", file, value.Line, key.Value)
		}
		values[key.Value] = value.Value
	}
	return values, nil
}

// joined writes a list of one-line values as one.
func joined(list *yaml.Node) string {
	var texts []string
	for _, item := range list.Content {
		texts = append(texts, item.Value)
	}
	return strings.Join(texts, ",")
}

// Explain says in words where a value was set.
func (v Value) Explain() string {
	if v.From == "" {
		return string(v.Layer)
	}
	return fmt.Sprintf("%s (%s)", v.Layer, v.From)
}
