package main

import (
	"encoding/json"
	"testing"
)

func TestRefusals(t *testing.T) {
	tests := []struct {
		name, context string
		want          []refusal
	}{
		{"created", `{"privileged": true}`, []refusal{}},
		{"refused", `{"privileged": true, "allowPrivilegeEscalation": false}`, []refusal{{
			"spec.containers[0].securityContext",
			"FieldValueInvalid: cannot set `allowPrivilegeEscalation` to false and `privileged` to true",
		}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text := "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n" +
				"spec: {containers: [{name: a, image: a, securityContext: " + test.context + "}]}\n"
			line, err := json.Marshal(request{[]byte(text)})
			if err != nil {
				t.Fatal(err)
			}
			reply, ok := answer(line).(response)
			if !ok || reply.Error != "" || len(reply.Objects) != 1 {
				t.Fatalf("unexpected answer: %+v", reply)
			}
			got := reply.Objects[0].Refused
			if len(got) != len(test.want) || (len(got) == 1 && got[0] != test.want[0]) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}
