package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"k8s.io/pod-security-admission/policy"
	"sigs.k8s.io/yaml"
)

// fixtureCount is the number of fixtures in the pinned module. A walk that finds
// fewer has gone wrong.
const fixtureCount = 4537

var notAlphanumeric = regexp.MustCompile(`[^a-z0-9]`)

// companions are the checks that some fixtures can't help failing besides the one
// they are named for.
var companions = map[string]string{
	// One of these containers has no security context at all.
	"allowprivilegeescalation": "capabilities_restricted",
	// A privileged container can't set allowPrivilegeEscalation to false.
	"privileged": "allowPrivilegeEscalation",
	// Windows host processes need the host's network.
	"windowshostprocess": "hostNamespaces",
}

// TestFixtures judges upstream's own fixtures: a file under pass fails no check,
// a file under fail fails the one it is named for and no stranger.
func TestFixtures(t *testing.T) {
	judge, err := newJudge()
	if err != nil {
		t.Fatal(err)
	}
	root := fixtureRoot(t)
	seen := 0
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".yaml" {
			return err
		}
		seen++
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		checkFixture(t, judge, path, filepath.ToSlash(name))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen != fixtureCount {
		t.Errorf("found %d fixtures, want %d", seen, fixtureCount)
	}
}

// fixtureRoot finds the fixtures in the module cache, where Go has unpacked them
// with the rest of the module.
func fixtureRoot(t *testing.T) string {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "k8s.io/pod-security-admission").Output()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(strings.TrimSpace(string(dir)), "test", "testdata")
}

// checkFixture judges the file with a name like "restricted/v1.5/fail/x0.yaml".
func checkFixture(t *testing.T, judge *judge, path, name string) {
	parts := strings.Split(name, "/")
	if len(parts) != 4 {
		t.Errorf("%s: unexpected place", name)
		return
	}
	level, version, verdict, file := parts[0], parts[1], parts[2], parts[3]
	failed := judgeFixture(t, judge, path, level+":"+version)
	switch {
	case verdict == "pass" && len(failed) == 0:
	case verdict == "fail" && isNamedFor(file, failed):
	default:
		t.Errorf("%s: failed %q", name, failed)
	}
}

func judgeFixture(t *testing.T, judge *judge, path, at string) []string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := yaml.YAMLToJSON(text)
	if err != nil {
		t.Fatal(path, err)
	}
	object, _, err := judge.decode(raw)
	if err != nil {
		t.Fatal(path, err)
	}
	pod := podOf(object)
	if pod == nil {
		t.Fatal(path, "holds no pod")
	}
	policy, err := parsePolicy(at)
	if err != nil {
		t.Fatal(path, err)
	}
	return judge.failed(pod, policy)
}

// isNamedFor tells whether, companions aside, exactly the check failed that the
// fixture's name gives: its id, plainly spelled, and a number.
func isNamedFor(file string, failed []string) bool {
	stem := plain(strings.TrimRight(strings.TrimSuffix(file, ".yaml"), "0123456789"))
	failed = slices.DeleteFunc(slices.Clone(failed), func(id string) bool {
		return id == companions[stem]
	})
	return len(failed) == 1 && (plain(failed[0]) == stem || overrides(failed[0], stem))
}

// overrides tells whether the check with this id takes the place of the one
// named: the restricted fixtures keep the names of overridden baseline checks.
func overrides(id, stem string) bool {
	for _, check := range policy.DefaultChecks() {
		if string(check.ID) != id {
			continue
		}
		for _, version := range check.Versions {
			for _, overridden := range version.OverrideCheckIDs {
				if plain(string(overridden)) == stem {
					return true
				}
			}
		}
	}
	return false
}

func plain(name string) string {
	return notAlphanumeric.ReplaceAllString(strings.ToLower(name), "")
}
