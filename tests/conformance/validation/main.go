// Command validation says why the API server would refuse the objects of a text:
// it runs the defaulting and the validation of k8s.io/kubernetes. See ../README.md
// for the protocol. It is a module of its own, for it needs much more code than
// the other programs.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	podutil "k8s.io/kubernetes/pkg/api/pod"
	"k8s.io/kubernetes/pkg/apis/apps"
	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	appsvalidation "k8s.io/kubernetes/pkg/apis/apps/validation"
	"k8s.io/kubernetes/pkg/apis/batch"
	_ "k8s.io/kubernetes/pkg/apis/batch/install"
	batchvalidation "k8s.io/kubernetes/pkg/apis/batch/validation"
	"k8s.io/kubernetes/pkg/apis/core"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	corevalidation "k8s.io/kubernetes/pkg/apis/core/validation"
	"k8s.io/kubernetes/pkg/capabilities"

	"podproof/conformance/internal/lines"
	"podproof/conformance/internal/manifest"
)

// request carries a text as base64, for it need not be UTF-8.
type request struct {
	Text []byte `json:"text"`
}

// response is the answer to one request.
type response struct {
	Error   string        `json:"error"`
	Objects []objectReply `json:"objects"`
}

// objectReply tells why one object is refused.
type objectReply struct {
	// Document counts from 0, empty ones left out.
	Document int `json:"document"`
	// At is the object's place in the document, as a JSON Pointer.
	At string `json:"at"`
	// Refused holds the errors. It is empty for an object that is created, or
	// whose kind carries no pod.
	Refused []refusal `json:"refused"`
}

// refusal is one error. The refused value itself is left out: it may be the whole
// of a pod.
type refusal struct {
	Field  string `json:"field"`
	Reason string `json:"reason"`
}

func init() {
	// Whether privileged containers are allowed is a flag of the API server, and
	// a cluster where they are not needs no other check of them.
	capabilities.Setup(true, 0)
}

func main() {
	if err := lines.Serve(os.Stdin, os.Stdout, answer); err != nil {
		fmt.Fprintln(os.Stderr, "validation:", err)
		os.Exit(1)
	}
}

func answer(line []byte) any {
	var asked request
	if err := json.Unmarshal(line, &asked); err != nil {
		return response{Error: "request: " + err.Error()}
	}
	documents, err := manifest.Read(asked.Text)
	if err != nil {
		return response{Error: err.Error()}
	}
	reply := response{Objects: []objectReply{}}
	for index, document := range documents {
		for _, object := range document.Objects {
			refused := refusals(object.Raw)
			reply.Objects = append(reply.Objects, objectReply{index, object.At, refused})
		}
	}
	return reply
}

// refusals never panics, so that one object does not cost the rest of the text.
func refusals(raw []byte) (refused []refusal) {
	refused = []refusal{}
	defer func() {
		if cause := recover(); cause != nil {
			refused = []refusal{{Reason: fmt.Sprint("panic: ", cause)}}
		}
	}()
	object, _, err := legacyscheme.Codecs.UniversalDecoder().Decode(raw, nil, nil)
	if runtime.IsNotRegisteredError(err) {
		return refused
	}
	if err != nil {
		return []refusal{{Reason: err.Error()}}
	}
	for _, err := range validate(object) {
		refused = append(refused, refusal{err.Field, string(err.Type) + ": " + err.Detail})
	}
	return refused
}

// validate is what the strategies of k8s.io/kubernetes/pkg/registry do when an
// object is created, of which only validation matters here.
func validate(object runtime.Object) field.ErrorList {
	switch o := object.(type) {
	case *core.Pod:
		name(&o.Name, &o.Namespace)
		options := podutil.GetValidationOptionsFromPodSpecAndMeta(&o.Spec, nil, &o.ObjectMeta, nil)
		options.ResourceIsPod = true
		return corevalidation.ValidatePodCreate(o, options)
	case *core.PodTemplate:
		name(&o.Name, &o.Namespace)
		return corevalidation.ValidatePodTemplate(o, ofTemplate(&o.Template))
	case *core.ReplicationController:
		name(&o.Name, &o.Namespace)
		return corevalidation.ValidateReplicationController(o, ofTemplate(o.Spec.Template))
	case *apps.ReplicaSet:
		name(&o.Name, &o.Namespace)
		return appsvalidation.ValidateReplicaSet(o, ofTemplate(&o.Spec.Template))
	case *apps.Deployment:
		name(&o.Name, &o.Namespace)
		return appsvalidation.ValidateDeployment(o, ofTemplate(&o.Spec.Template))
	case *apps.DaemonSet:
		name(&o.Name, &o.Namespace)
		return appsvalidation.ValidateDaemonSet(o, ofTemplate(&o.Spec.Template))
	case *apps.StatefulSet:
		name(&o.Name, &o.Namespace)
		options := appsvalidation.StatefulSetValidationOptions{}
		return appsvalidation.ValidateStatefulSet(o, options, ofTemplate(&o.Spec.Template))
	case *batch.Job:
		name(&o.Name, &o.Namespace)
		options := batchvalidation.JobValidationOptions{PodValidationOptions: ofTemplate(&o.Spec.Template)}
		return batchvalidation.ValidateJobCreate(o, options)
	case *batch.CronJob:
		name(&o.Name, &o.Namespace)
		return batchvalidation.ValidateCronJobCreate(o, ofTemplate(&o.Spec.JobTemplate.Spec.Template))
	default:
		return nil
	}
}

func ofTemplate(template *core.PodTemplateSpec) corevalidation.PodValidationOptions {
	return podutil.GetValidationOptionsFromPodTemplate(template, nil)
}

// name gives an object what the API server gives it before validation: a name from
// its prefix, and the namespace of the request.
func name(name, namespace *string) {
	if *name == "" {
		*name = "generated"
	}
	if *namespace == "" {
		*namespace = "default"
	}
}
