package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/pod-security-admission/api"
)

// peekSize is how far kubectl looks into a stream for signs of JSON.
const peekSize = 4096

var restrictedLatest = api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}

// tally counts what was judged. Objects of every kind count, lists by their
// items.
type tally struct {
	judge   *judge
	errors  *bufio.Writer
	objects int
	failed  int
}

// judgeFiles judges all objects in the files at restricted:latest and prints how
// many there were and how many failed. What can't be read is named on errors and
// does not stop the run.
func judgeFiles(judge *judge, paths []string, in io.Reader, out, errors io.Writer) error {
	if len(paths) == 1 && paths[0] == "-" {
		var err error
		if paths, err = readPaths(in); err != nil {
			return err
		}
	}
	count := tally{judge: judge, errors: bufio.NewWriter(errors)}
	for _, path := range paths {
		if err := count.file(path); err != nil {
			count.report(path, err)
		}
	}
	if err := count.errors.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "%d objects, %d failed\n", count.objects, count.failed)
	return err
}

func readPaths(in io.Reader) ([]string, error) {
	var paths []string
	scanner := bufio.NewScanner(in)
	for scanner.Scan() {
		if path := scanner.Text(); path != "" {
			paths = append(paths, path)
		}
	}
	return paths, scanner.Err()
}

// file judges one file, read as kubectl reads it: a byte order mark chooses the
// encoding, and the first syntax error ends the file.
func (t *tally) file(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()

	text := transform.NewReader(file, unicode.BOMOverride(unicode.UTF8.NewDecoder()))
	decoder := yaml.NewYAMLOrJSONDecoder(text, peekSize)
	for {
		var document runtime.RawExtension
		if err := decoder.Decode(&document); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		t.document(path, document.Raw)
	}
}

// document judges one document of a stream, unless it is empty.
func (t *tally) document(path string, raw []byte) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || bytes.Equal(raw, []byte("null")) {
		return
	}
	object, _, err := t.judge.decode(raw)
	switch {
	case err != nil:
		t.objects++
		t.report(path, err)
	case object == nil:
		t.unregistered(path, raw)
	default:
		t.object(path, object)
	}
}

// unregistered handles a kind that isn't built in. kubectl takes anything with
// an array of items for a list, so pods may hide in it.
func (t *tally) unregistered(path string, raw []byte) {
	var list struct {
		Items []json.RawMessage `json:"items"`
	}
	// Items of another type mean that this is no list: nothing to report.
	if err := json.Unmarshal(raw, &list); err != nil || list.Items == nil {
		t.objects++
		return
	}
	for _, item := range list.Items {
		t.document(path, item)
	}
}

// object judges a decoded object, or its items if it is a list.
func (t *tally) object(path string, object runtime.Object) {
	if unknown, ok := object.(*runtime.Unknown); ok {
		t.document(path, unknown.Raw)
		return
	}
	if !meta.IsListType(object) {
		t.objects++
		if pod := podOf(object); pod != nil && len(t.judge.failed(pod, restrictedLatest)) > 0 {
			t.failed++
		}
		return
	}
	items, err := meta.ExtractList(object)
	if err != nil {
		t.report(path, err)
	}
	for _, item := range items {
		if item != nil {
			t.object(path, item)
		}
	}
}

// report tells of a problem. Its own failure is found by the flush at the end.
func (t *tally) report(path string, err error) {
	fmt.Fprintf(t.errors, "%s: %v\n", path, err)
}
