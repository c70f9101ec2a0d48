// Package manifest takes the text of a manifest apart as kubectl does, but goes
// on behind a document that can't be read.
package manifest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// peekSize is how far kubectl looks into a stream for signs of JSON.
const peekSize = 4096

// Document is one document of a text. Empty ones are left out.
type Document struct {
	// Error tells why it can't be read, or is "".
	Error string
	// Strict tells what a strict YAML reader refuses: keys that are written
	// twice. Lines are left out of it.
	Strict []string
	// Objects are its objects: itself, and the items if it is a list.
	Objects []Object
}

// Object is an object as JSON.
type Object struct {
	// At is its place in the document, as a JSON Pointer.
	At  string
	Raw []byte
}

// Read reads all documents of a text. A byte order mark chooses the encoding.
func Read(text []byte) ([]Document, error) {
	reader := transform.NewReader(bytes.NewReader(text), unicode.BOMOverride(unicode.UTF8.NewDecoder()))
	text, err := io.ReadAll(reader)
	if err != nil {
		return nil, err
	}
	if _, _, isJSON := utilyaml.GuessJSONStream(bytes.NewReader(text), peekSize); isJSON {
		if documents, err := readJSON(text); err == nil {
			return documents, nil
		}
	}
	return readYAML(text)
}

func readJSON(text []byte) ([]Document, error) {
	var documents []Document
	decoder := json.NewDecoder(bytes.NewReader(text))
	for {
		var raw json.RawMessage
		if err := decoder.Decode(&raw); errors.Is(err, io.EOF) {
			return documents, nil
		} else if err != nil {
			return nil, err
		}
		if !isNull(raw) {
			document := Document{Strict: []string{}, Objects: objects(raw, "", nil)}
			documents = append(documents, document)
		}
	}
}

func readYAML(text []byte) ([]Document, error) {
	var documents []Document
	reader := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))
	for {
		chunk, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return documents, nil
		}
		if err != nil {
			return nil, err
		}
		raw, err := yaml.YAMLToJSON(chunk)
		if err != nil {
			documents = append(documents, Document{Error: err.Error(), Strict: []string{}})
			continue
		}
		if isNull(raw) {
			continue
		}
		document := Document{Strict: []string{}, Objects: objects(raw, "", nil)}
		if _, err := yaml.YAMLToJSONStrict(chunk); err != nil {
			document.Strict = withoutLines(err.Error())
		}
		documents = append(documents, document)
	}
}

func isNull(raw []byte) bool {
	raw = bytes.TrimSpace(raw)
	return len(raw) == 0 || bytes.Equal(raw, []byte("null"))
}

// withoutLines takes go-yaml's errors apart. An edit moves lines.
func withoutLines(text string) []string {
	var found []string
	for _, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if rest, isPlace := strings.CutPrefix(line, "line "); isPlace {
			_, line, _ = strings.Cut(rest, ": ")
			found = append(found, line)
		}
	}
	if found == nil {
		return []string{text}
	}
	return found
}

// head is what makes an object a list, or an item of one.
type head struct {
	APIVersion string            `json:"apiVersion"`
	Kind       string            `json:"kind"`
	Items      []json.RawMessage `json:"items"`
}

// objects gives an object, and its items if it has any, for kubectl takes
// anything with items for a list.
func objects(raw []byte, at string, list *head) []Object {
	var own head
	// Fields of another type are not those that are asked for.
	_ = json.Unmarshal(raw, &own)
	if list != nil && own.APIVersion == "" && own.Kind == "" {
		raw = asItem(raw, list)
	}
	found := []Object{{At: at, Raw: raw}}
	for index, item := range own.Items {
		found = append(found, objects(item, fmt.Sprintf("%s/items/%d", at, index), &own)...)
	}
	return found
}

// asItem gives an item of a list like PodList the kind that the list says.
func asItem(raw []byte, list *head) []byte {
	kind, isList := strings.CutSuffix(list.Kind, "List")
	rest, isObject := bytes.CutPrefix(bytes.TrimSpace(raw), []byte("{"))
	if !isList || kind == "" || !isObject {
		return raw
	}
	comma := ","
	if bytes.HasPrefix(bytes.TrimSpace(rest), []byte("}")) {
		comma = ""
	}
	return fmt.Appendf(nil, `{"apiVersion":%q,"kind":%q%s%s`, list.APIVersion, kind, comma, rest)
}
