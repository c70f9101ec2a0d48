//! Several changes at once, and again.

use super::support::{edited, lawful, remove, set, set_text};

const POD: &str = "
apiVersion: v1
kind: Pod
metadata:
  name: web # the name
spec:
  hostNetwork: true
  containers:
  - name: web
    image: nginx:1.27 # pinned
    securityContext:
      privileged: true
";

#[test]
fn changes_in_many_places() {
    edited(
        POD,
        [
            remove("/spec/hostNetwork"),
            set("/spec/securityContext/runAsNonRoot", "true"),
            set("/spec/securityContext/seccompProfile", "{type: RuntimeDefault}"),
            set("/spec/containers/0/securityContext/privileged", "false"),
            set("/spec/containers/0/securityContext/allowPrivilegeEscalation", "false"),
            set("/spec/containers/0/securityContext/capabilities/drop", "[ALL]"),
        ],
        "
apiVersion: v1
kind: Pod
metadata:
  name: web # the name
spec:
  containers:
  - name: web
    image: nginx:1.27 # pinned
    securityContext:
      privileged: false
      allowPrivilegeEscalation: false
      capabilities:
        drop: [ALL]
  securityContext:
    runAsNonRoot: true
    seccompProfile:
      type: RuntimeDefault
",
    );
}

#[test]
fn new_keys_at_one_place_in_the_order_of_the_changes() {
    edited(
        "s:\n  a: 1\n",
        [set("/s/c", "1"), set("/s/b", "2"), set("/s/d", "3")],
        "s:\n  a: 1\n  c: 1\n  b: 2\n  d: 3\n",
    );
    edited("s: {a: 1}\n", [set("/s/c", "1"), set("/s/b", "2")], "s: {a: 1, c: 1, b: 2}\n");
}

#[test]
fn new_keys_at_the_end_of_maps_that_end_together() {
    edited(
        "a:\n  b:\n    c: 1 # c\n",
        [set("/x", "1"), set("/a/x", "1"), set("/a/b/x", "1")],
        "a:\n  b:\n    c: 1 # c\n    x: 1\n  x: 1\nx: 1\n",
    );
}

#[test]
fn a_missing_parent_is_made_once() {
    edited(
        "a: 1\n",
        [set("/s/t/x", "1"), set("/s/t/w", "2"), set("/s/u", "3")],
        "a: 1\ns:\n  t:\n    x: 1\n    w: 2\n  u: 3\n",
    );
}

#[test]
fn one_change_in_what_another_one_made() {
    edited(
        "a: 1\n",
        [set("/s", "{x: 1, w: 2}"), set("/s/x", "3"), remove("/s/w")],
        "a: 1\ns:\n  x: 3\n",
    );
    edited("a: 1\n", [set("/s", "{x: 1}"), remove("/s")], "a: 1\n");
    edited("a: 1 # c\n", [set("/a", "2"), set("/a", "1")], "a: 1 # c\n");
}

#[test]
fn a_key_that_goes_beside_a_new_one() {
    edited(
        "v:\n- name: v\n  hostPath:\n    path: /\n- name: w\n",
        [remove("/v/0/hostPath"), set("/v/0/emptyDir", "{}")],
        "v:\n- name: v\n  emptyDir: {}\n- name: w\n",
    );
}

#[test]
fn the_only_key_goes_and_another_one_comes() {
    edited("s:\n  a: 1\nz: 1\n", [remove("/s/a"), set("/s/b", "2")], "s:\n  b: 2\nz: 1\n");
    edited("s: {a: 1}\n", [remove("/s/a"), set("/s/b", "2")], "s: {b: 2}\n");
}

#[test]
fn replacements_are_small() {
    let edited = lawful(0, POD, &[set("/spec/hostNetwork", "false")]).unwrap();
    let [only] = &edited.replacements[..] else { panic!("{:?}", edited.replacements) };
    assert_eq!((&POD[only.range.clone()], &*only.text), ("true", "false"));
    let edited = lawful(0, POD, &[set_text("/metadata/name", "x")]).unwrap();
    assert_eq!(edited.replacements.len(), 1);
}

#[test]
fn a_second_run_changes_nothing() {
    let changes = [set("/spec/a/b", "1"), remove("/spec/hostNetwork")];
    let first = lawful(0, POD, &changes).unwrap();
    assert!(!first.replacements.is_empty());
    let second = lawful(0, std::str::from_utf8(&first.text).unwrap(), &changes).unwrap();
    assert_eq!(second.text, first.text);
    assert_eq!(second.replacements, []);
}

#[test]
fn no_change_changes_nothing() {
    edited(POD, [], POD);
}
