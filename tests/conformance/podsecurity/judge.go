package main

import (
	"fmt"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
	"k8s.io/utils/ptr"
)

// judge decodes objects and evaluates their pods. It is built once and holds no
// state of any one object.
type judge struct {
	decoder   runtime.Decoder
	strict    runtime.Decoder
	evaluator policy.Evaluator
}

// pod is what upstream's checks look at.
type pod struct {
	meta *metav1.ObjectMeta
	spec *corev1.PodSpec
}

func newJudge() (*judge, error) {
	scheme := runtime.NewScheme()
	builder := runtime.NewSchemeBuilder(corev1.AddToScheme, appsv1.AddToScheme, batchv1.AddToScheme)
	if err := builder.AddToScheme(scheme); err != nil {
		return nil, err
	}
	evaluator, err := policy.NewEvaluator(checksThatTellTheirID(), nil)
	if err != nil {
		return nil, err
	}
	decoder := func(options json.SerializerOptions) runtime.Decoder {
		return json.NewSerializerWithOptions(json.DefaultMetaFactory, scheme, scheme, options)
	}
	return &judge{
		decoder:   decoder(json.SerializerOptions{}),
		strict:    decoder(json.SerializerOptions{Strict: true}),
		evaluator: evaluator,
	}, nil
}

// checksThatTellTheirID returns upstream's checks, each giving its id as the
// reason of a refusal. Upstream's results carry no id, and wrapping the checks
// leaves levels, versions, overrides and order to upstream's own evaluator.
func checksThatTellTheirID() []policy.Check {
	checks := policy.DefaultChecks()
	for _, check := range checks {
		for i := range check.Versions {
			check.Versions[i].CheckPod = tellingID(check.ID, check.Versions[i].CheckPod)
		}
	}
	return checks
}

func tellingID(id policy.CheckID, check policy.CheckPodFn) policy.CheckPodFn {
	return func(meta *metav1.ObjectMeta, spec *corev1.PodSpec) policy.CheckResult {
		result := check(meta, spec)
		result.ForbiddenReason = string(id)
		return result
	}
}

// parsePolicy reads a "level:version" pair.
func parsePolicy(pair string) (api.LevelVersion, error) {
	levelText, versionText, _ := strings.Cut(pair, ":")
	level, err := api.ParseLevel(levelText)
	if err != nil {
		return api.LevelVersion{}, fmt.Errorf("%q: level %w", pair, err)
	}
	version, err := api.ParseVersion(versionText)
	if err != nil {
		return api.LevelVersion{}, fmt.Errorf("%q: version %w", pair, err)
	}
	return api.LevelVersion{Level: level, Version: version}, nil
}

// failed returns the ids of the checks the pod fails, in upstream's order.
func (j *judge) failed(pod *pod, at api.LevelVersion) []string {
	ids := []string{}
	for _, result := range j.evaluator.EvaluatePod(at, pod.meta, pod.spec) {
		if !result.Allowed {
			ids = append(ids, result.ForbiddenReason)
		}
	}
	return ids
}

// decode reads JSON as the API server does: not strictly, into the type that
// apiVersion and kind name. A kind that isn't registered is no error; its object
// is nil.
func (j *judge) decode(raw []byte) (object runtime.Object, kind string, err error) {
	object, named, err := j.decoder.Decode(raw, nil, nil)
	if named != nil {
		kind = named.Kind
	}
	if runtime.IsNotRegisteredError(err) {
		return nil, kind, nil
	}
	return object, kind, err
}

// podOf returns the pod or pod template in object with the API server's defaults
// applied, or nil if there is none.
func podOf(object runtime.Object) *pod {
	found := extract(object)
	if found == nil {
		return nil
	}
	defaultVolumes(found.spec)
	if bare, ok := object.(*corev1.Pod); ok && bare.Spec.HostNetwork {
		defaultHostPorts(bare.Spec.InitContainers)
		defaultHostPorts(bare.Spec.Containers)
	}
	return found
}

// extract is upstream's DefaultPodSpecExtractor. It is repeated here because its
// package needs all of client-go and the metrics libraries, which would make the
// build heavy and the start of this program slow.
func extract(object runtime.Object) *pod {
	switch o := object.(type) {
	case *corev1.Pod:
		return &pod{&o.ObjectMeta, &o.Spec}
	case *corev1.PodTemplate:
		return podFromTemplate(&o.Template)
	case *corev1.ReplicationController:
		return podFromTemplate(o.Spec.Template)
	case *appsv1.ReplicaSet:
		return podFromTemplate(&o.Spec.Template)
	case *appsv1.Deployment:
		return podFromTemplate(&o.Spec.Template)
	case *appsv1.DaemonSet:
		return podFromTemplate(&o.Spec.Template)
	case *appsv1.StatefulSet:
		return podFromTemplate(&o.Spec.Template)
	case *batchv1.Job:
		return podFromTemplate(&o.Spec.Template)
	case *batchv1.CronJob:
		return podFromTemplate(&o.Spec.JobTemplate.Spec.Template)
	default:
		return nil
	}
}

// podFromTemplate allows for nil: a ReplicationController may have no template.
func podFromTemplate(template *corev1.PodTemplateSpec) *pod {
	if template == nil {
		return nil
	}
	return &pod{&template.ObjectMeta, &template.Spec}
}

// defaultVolumes makes an emptyDir of each volume without a source, as the API
// server does before admission. Without it restrictedVolumes would see a volume
// of unknown type.
func defaultVolumes(spec *corev1.PodSpec) {
	for i := range spec.Volumes {
		if source := &spec.Volumes[i].VolumeSource; ptr.AllPtrFieldsNil(source) {
			source.EmptyDir = &corev1.EmptyDirVolumeSource{}
		}
	}
}

// defaultHostPorts gives each port of a pod on the host's network the host port
// it takes anyway. The API server does this for pods, no longer for templates.
func defaultHostPorts(containers []corev1.Container) {
	for i := range containers {
		ports := containers[i].Ports
		for j := range ports {
			if ports[j].HostPort == 0 {
				ports[j].HostPort = ports[j].ContainerPort
			}
		}
	}
}
