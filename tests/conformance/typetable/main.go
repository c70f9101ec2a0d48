// Command typetable writes the fields of the Kubernetes kinds that carry pods, and
// of a few that often stand beside them, as the Go types of k8s.io/api have them.
// See ../README.md for the format.
package main

import (
	"encoding"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"reflect"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// kinds are the roots of the table. Their order decides which of two structs of
// one name keeps the plain name.
var kinds = []struct {
	version schema.GroupVersion
	object  runtime.Object
}{
	{corev1.SchemeGroupVersion, &corev1.Pod{}},
	{corev1.SchemeGroupVersion, &corev1.PodTemplate{}},
	{corev1.SchemeGroupVersion, &corev1.ReplicationController{}},
	{corev1.SchemeGroupVersion, &corev1.Service{}},
	{corev1.SchemeGroupVersion, &corev1.ServiceAccount{}},
	{corev1.SchemeGroupVersion, &corev1.ConfigMap{}},
	{corev1.SchemeGroupVersion, &corev1.Secret{}},
	{corev1.SchemeGroupVersion, &corev1.Namespace{}},
	{appsv1.SchemeGroupVersion, &appsv1.ReplicaSet{}},
	{appsv1.SchemeGroupVersion, &appsv1.Deployment{}},
	{appsv1.SchemeGroupVersion, &appsv1.StatefulSet{}},
	{appsv1.SchemeGroupVersion, &appsv1.DaemonSet{}},
	{batchv1.SchemeGroupVersion, &batchv1.Job{}},
	{batchv1.SchemeGroupVersion, &batchv1.CronJob{}},
}

// spellings are the types that read JSON in a way of their own. A reachable type
// that does so and isn't listed is an error, so that none goes unnoticed.
var spellings = map[reflect.Type]string{
	reflect.TypeFor[resource.Quantity]():    "quantity",
	reflect.TypeFor[intstr.IntOrString]():   "intOrString",
	reflect.TypeFor[metav1.Time]():          "time",
	reflect.TypeFor[metav1.MicroTime]():     "microTime",
	reflect.TypeFor[metav1.FieldsV1]():      "any",
	reflect.TypeFor[runtime.RawExtension](): "any",
	reflect.TypeFor[[]byte]():               "bytes",
}

// A type with either of these, which its pointer has too, reads JSON in its own way.
var (
	fromJSON = reflect.TypeFor[json.Unmarshaler]()
	fromText = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// table is the output. encoding/json writes its maps with sorted keys.
type table struct {
	Roots   map[string]string            `json:"roots"`
	Structs map[string]map[string]string `json:"structs"`

	names map[reflect.Type]string
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "typetable:", err)
		os.Exit(1)
	}
}

func run() error {
	table := table{
		Roots:   map[string]string{},
		Structs: map[string]map[string]string{},
		names:   map[reflect.Type]string{},
	}
	for _, kind := range kinds {
		object := reflect.TypeOf(kind.object).Elem()
		name, err := table.structName(object)
		if err != nil {
			return err
		}
		table.Roots[kind.version.String()+"/"+object.Name()] = name
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", " ")
	return encoder.Encode(table)
}

// spell returns how the table writes a type, and adds the structs it needs.
func (t *table) spell(of reflect.Type) (string, error) {
	if of.Kind() == reflect.Pointer {
		return t.spell(of.Elem())
	}
	if spelling, ok := spellings[of]; ok {
		return spelling, nil
	}
	if pointer := reflect.PointerTo(of); pointer.Implements(fromJSON) || pointer.Implements(fromText) {
		return "", fmt.Errorf("%v reads JSON in a way of its own: give it a spelling", of)
	}
	switch of.Kind() {
	case reflect.Bool, reflect.Int32, reflect.Int64, reflect.String:
		return of.Kind().String(), nil
	case reflect.Slice:
		return t.prefixed("[]", of.Elem())
	case reflect.Map:
		if of.Key().Kind() != reflect.String {
			return "", fmt.Errorf("%v: keys are no strings", of)
		}
		return t.prefixed("map[string]", of.Elem())
	case reflect.Struct:
		return t.structName(of)
	default:
		return "", fmt.Errorf("%v: no spelling for this kind of type", of)
	}
}

func (t *table) prefixed(prefix string, element reflect.Type) (string, error) {
	spelling, err := t.spell(element)
	return prefix + spelling, err
}

// structName returns the struct's name in the table. On the first visit it names
// the struct and adds its fields.
func (t *table) structName(of reflect.Type) (string, error) {
	if name, ok := t.names[of]; ok {
		return name, nil
	}
	name := of.Name()
	if _, taken := t.Structs[name]; taken {
		name = packageName(of) + "." + name
	}
	if _, taken := t.Structs[name]; taken || of.Name() == "" {
		return "", fmt.Errorf("%v: no name for it", of)
	}
	fields := map[string]string{}
	// Named before its fields are read, for a struct may reach itself.
	t.names[of] = name
	t.Structs[name] = fields
	return name, t.addFields(fields, of)
}

// packageName returns the group of a package like k8s.io/api/apps/v1: "apps".
func packageName(of reflect.Type) string {
	return path.Base(path.Dir(of.PkgPath()))
}

// addFields adds the fields of a struct by their JSON names, those of structs
// embedded without a name among them, as encoding/json does.
func (t *table) addFields(fields map[string]string, of reflect.Type) error {
	for i := range of.NumField() {
		field := of.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case name == "-" || !field.IsExported():
			continue
		case name == "" && field.Anonymous && field.Type.Kind() == reflect.Struct:
			if err := t.addFields(fields, field.Type); err != nil {
				return err
			}
			continue
		case name == "":
			name = field.Name
		}
		// encoding/json has rules for this, but no type here needs them.
		if _, taken := fields[name]; taken {
			return fmt.Errorf("%v: two fields are called %q", of, name)
		}
		spelling, err := t.spell(field.Type)
		if err != nil {
			return fmt.Errorf("%v.%s: %w", of, field.Name, err)
		}
		fields[name] = spelling
	}
	return nil
}
