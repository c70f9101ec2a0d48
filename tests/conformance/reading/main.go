// Command reading says which documents kubectl reads from a YAML or JSON text.
// See ../README.md for the protocol.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"
	"unicode/utf8"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"

	"podproof/conformance/internal/lines"
)

const (
	// peekSize is how far kubectl looks into a stream for signs of JSON.
	peekSize = 4096
	// timeout bounds one request: a text that takes this long is a finding of
	// its own, and must not stop the run.
	timeout = 20 * time.Second
)

// request carries a text as base64, for it need not be UTF-8.
type request struct {
	Text []byte `json:"text"`
}

// response is the answer to one request.
type response struct {
	// Documents are the documents read before the first error; null is a
	// document that kubectl skips as empty.
	Documents []json.RawMessage `json:"documents"`
	// UnstructuredErrors tells, for each document, why kubectl's next step
	// refuses it, or "".
	UnstructuredErrors []string `json:"unstructuredErrors"`
	Error              string   `json:"error"`
}

func main() {
	if err := lines.Serve(os.Stdin, os.Stdout, answer); err != nil {
		fmt.Fprintln(os.Stderr, "reading:", err)
		os.Exit(1)
	}
}

// answer reads the text of one request, but waits for it no longer than timeout.
func answer(line []byte) any {
	var asked request
	if err := json.Unmarshal(line, &asked); err != nil {
		return refusal("request: " + err.Error())
	}
	done := make(chan response, 1)
	go func() { done <- read(asked.Text) }()
	select {
	case reply := <-done:
		return reply
	case <-time.After(timeout):
		return refusal(fmt.Sprint("timeout after ", timeout))
	}
}

func refusal(reason string) response {
	return response{Documents: []json.RawMessage{}, UnstructuredErrors: []string{}, Error: reason}
}

// read decodes the text as kubectl's StreamVisitor does.
func read(text []byte) (reply response) {
	reply = refusal("")
	defer func() {
		if cause := recover(); cause != nil {
			reply.Error = fmt.Sprint("panic: ", cause)
		}
	}()
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), peekSize)
	for {
		var document runtime.RawExtension
		if err := decoder.Decode(&document); err == io.EOF {
			return reply
		} else if err != nil {
			reply.Error = err.Error()
			return reply
		}
		if err := reply.add(bytes.TrimSpace(document.Raw)); err != nil {
			reply.Error = "compact: " + err.Error()
			return reply
		}
	}
}

// add appends one document.
func (r *response) add(raw []byte) error {
	if len(raw) == 0 || bytes.Equal(raw, []byte("null")) {
		r.Documents = append(r.Documents, nil)
		r.UnstructuredErrors = append(r.UnstructuredErrors, "")
		return nil
	}
	compact, err := compact(raw)
	if err != nil {
		return err
	}
	// Judge the document before it is listed, so that the two lists are of
	// one length even after a panic.
	refused := unstructuredError(raw)
	r.Documents = append(r.Documents, compact)
	r.UnstructuredErrors = append(r.UnstructuredErrors, refused)
	return nil
}

// compact takes the white space out of raw and makes it UTF-8. Go's JSON decoder
// lets broken UTF-8 in strings pass and later reads each bad byte as U+FFFD, so
// putting U+FFFD there at once changes nothing for a reader.
func compact(raw []byte) (json.RawMessage, error) {
	var out bytes.Buffer
	if err := json.Compact(&out, raw); err != nil {
		return nil, err
	}
	if !utf8.Valid(out.Bytes()) {
		return json.RawMessage(string([]rune(out.String()))), nil
	}
	return out.Bytes(), nil
}

// unstructuredError tells why kubectl can't take the document for an object.
func unstructuredError(raw []byte) string {
	if _, _, err := unstructured.UnstructuredJSONScheme.Decode(raw, nil, nil); err != nil {
		return err.Error()
	}
	return ""
}
