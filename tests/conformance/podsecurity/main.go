// Command podsecurity says what upstream Kubernetes says of an object's pod:
// it runs the checks of k8s.io/pod-security-admission. See ../README.md for the
// protocol.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"

	"k8s.io/pod-security-admission/api"

	"podproof/conformance/internal/lines"
)

// request asks about one object, or about all objects of a text, at any number of
// "level:version" pairs.
type request struct {
	// Object keeps the caller's own text, so that duplicate keys and odd
	// numbers reach the decoder untouched.
	Object json.RawMessage `json:"object"`
	// Text is base64, for it need not be UTF-8. It is asked about if there is
	// no object.
	Text []byte   `json:"text"`
	At   []string `json:"at"`
}

// response is the answer to one request.
type response struct {
	Kind  string `json:"kind"`
	Error string `json:"error"`
	Pod   bool   `json:"pod"`
	// Failed holds the failing check ids for each pair asked for. It is
	// empty if there is no pod to judge.
	Failed [][]string `json:"failed"`
	// Documents are those of the text, if one was asked about.
	Documents []documentReply `json:"documents,omitempty"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "podsecurity:", err)
		os.Exit(1)
	}
}

func run() error {
	asFiles := flag.Bool("files", false, "judge the named files (- reads names from stdin) and print a count")
	flag.Parse()
	judge, err := newJudge()
	if err != nil {
		return err
	}
	if *asFiles {
		return judgeFiles(judge, flag.Args(), os.Stdin, os.Stdout, os.Stderr)
	}
	return lines.Serve(os.Stdin, os.Stdout, func(line []byte) any {
		return answer(judge, line)
	})
}

// answer never panics: generated requests are meant to be hostile, and one of
// them must not cost the caller the rest of the run.
func answer(judge *judge, line []byte) (reply response) {
	reply.Failed = [][]string{}
	defer func() {
		if cause := recover(); cause != nil {
			reply = response{Failed: [][]string{}, Error: fmt.Sprint("panic: ", cause)}
		}
	}()

	var asked request
	if err := json.Unmarshal(line, &asked); err != nil {
		reply.Error = "request: " + err.Error()
		return reply
	}
	at, err := parsePolicies(asked.At)
	if err != nil {
		reply.Error = "request: " + err.Error()
		return reply
	}
	if asked.Object == nil {
		if reply.Documents, err = judge.text(asked.Text, at); err != nil {
			reply.Error = err.Error()
		}
		return reply
	}
	object, kind, err := judge.decode(asked.Object)
	reply.Kind = kind
	if err != nil {
		reply.Error = err.Error()
		return reply
	}
	pod := podOf(object)
	if pod == nil {
		return reply
	}
	reply.Pod = true
	for _, policy := range at {
		reply.Failed = append(reply.Failed, judge.failed(pod, policy))
	}
	return reply
}

// parsePolicies reads "level:version" pairs with upstream's own parsers.
func parsePolicies(pairs []string) ([]api.LevelVersion, error) {
	policies := make([]api.LevelVersion, 0, len(pairs))
	for _, pair := range pairs {
		policy, err := parsePolicy(pair)
		if err != nil {
			return nil, err
		}
		policies = append(policies, policy)
	}
	return policies, nil
}
