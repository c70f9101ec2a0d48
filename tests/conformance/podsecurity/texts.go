package main

import (
	"fmt"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/pod-security-admission/api"

	"podproof/conformance/internal/manifest"
)

// documentReply is the answer about one document of a text.
type documentReply struct {
	Error   string        `json:"error"`
	Strict  []string      `json:"strict"`
	Objects []objectReply `json:"objects"`
}

// objectReply is the answer about one object of a document.
type objectReply struct {
	At     string     `json:"at"`
	Kind   string     `json:"kind"`
	Error  string     `json:"error"`
	Pod    bool       `json:"pod"`
	Strict []string   `json:"strict"`
	Failed [][]string `json:"failed"`
}

// text judges all objects of a text, and decodes each as strictly as the API
// server does when kubectl asks for strict validation.
func (j *judge) text(text []byte, at []api.LevelVersion) ([]documentReply, error) {
	documents, err := manifest.Read(text)
	if err != nil {
		return nil, err
	}
	replies := make([]documentReply, 0, len(documents))
	for _, document := range documents {
		reply := documentReply{Error: document.Error, Strict: document.Strict, Objects: []objectReply{}}
		for _, object := range document.Objects {
			reply.Objects = append(reply.Objects, j.objectOfText(object, at))
		}
		replies = append(replies, reply)
	}
	return replies, nil
}

func (j *judge) objectOfText(object manifest.Object, at []api.LevelVersion) (reply objectReply) {
	reply = objectReply{At: object.At, Strict: []string{}, Failed: [][]string{}}
	defer func() {
		if cause := recover(); cause != nil {
			reply.Error = fmt.Sprint("panic: ", cause)
		}
	}()
	reply.Strict = j.strictErrors(object.Raw)
	decoded, kind, err := j.decode(object.Raw)
	reply.Kind = kind
	if err != nil {
		reply.Error = err.Error()
		return reply
	}
	if pod := podOf(decoded); pod != nil {
		reply.Pod = true
		for _, policy := range at {
			reply.Failed = append(reply.Failed, j.failed(pod, policy))
		}
	}
	return reply
}

// strictErrors tells which fields of an object are unknown or written twice.
func (j *judge) strictErrors(raw []byte) []string {
	_, _, err := j.strict.Decode(raw, nil, nil)
	found := []string{}
	strict, isStrict := runtime.AsStrictDecodingError(err)
	if !isStrict {
		return found
	}
	for _, err := range strict.Errors() {
		found = append(found, err.Error())
	}
	return found
}
