//! The laws of fixes, on pods that were written or drawn to break them: the API server still takes
//! the pod, the finding is gone, no other one has come, and a second run changes nothing.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use podproof_policy::object::PodSource;
use podproof_policy::{
    Answers, Base, Finding, Fix, FixClass, Level, Object, Profile, Version, check_and_fix, objects,
};
use podproof_source::{Node, change, yaml};
use std::collections::{BTreeMap, BTreeSet};

const MINORS: &[u32] = &[0, 8, 18, 19, 22, 24, 25, 30, 34, 35];

const DEFAULT: &[FixClass] = &[FixClass::Safe, FixClass::Hardening];
const FIRST: &[FixClass] = &[FixClass::Safe, FixClass::Reverses];
const ALL: &[FixClass] =
    &[FixClass::Safe, FixClass::Hardening, FixClass::Reverses, FixClass::NeedsInput];

/// Each is the spec of a pod, behind `|` its annotations.
const NASTY: &[&str] = &[
    "{}",
    "{containers: [{}, {}, null]}",
    "{containers: [a, {securityContext: text}, {securityContext: {capabilities: []}}]}",
    "{securityContext: [], containers: [{name: a}]}",
    "text",
    // A user of the pod that some containers do not share.
    "{securityContext: {runAsUser: 0}, containers: [{name: a}, {name: b, securityContext: {runAsUser: 7}}]}",
    "{securityContext: {runAsUser: 0}, containers: [{name: a, securityContext: {runAsNonRoot: false}}, {name: b, securityContext: {runAsUser: 7}}]}",
    "{securityContext: {runAsNonRoot: false, runAsUser: 0}, containers: [{name: a, securityContext: {runAsNonRoot: false}}, {name: b, securityContext: {runAsUser: 0}}]}",
    "{containers: [{name: a, securityContext: {runAsNonRoot: false, runAsUser: 0}}, {name: b}]}",
    "{containers: [{name: a, securityContext: {runAsNonRoot: false}}, {name: b, securityContext: {runAsUser: 0}}, {name: c}]}",
    // What the API server refuses beside each other.
    "{containers: [{name: a, securityContext: {privileged: true, capabilities: {add: [CAP_SYS_ADMIN, SYS_ADMIN, sys_admin, ALL]}}, volumeMounts: [{name: v, mountPath: /v, mountPropagation: Bidirectional}]}]}",
    "{hostNetwork: true, securityContext: {windowsOptions: {hostProcess: true}}, containers: [{name: a, securityContext: {windowsOptions: {hostProcess: true}}}]}",
    "{containers: [{name: a, securityContext: {seccompProfile: {type: Unconfined, localhostProfile: x}}}]}",
    "{securityContext: {seccompProfile: {localhostProfile: x}}, containers: [{name: a, securityContext: {seccompProfile: {localhostProfile: x}}}]}",
    // Lists from which much goes.
    "{containers: [{name: a, securityContext: {capabilities: {drop: [all, cap_chown, NET_RAW, all, null], add: [NET_ADMIN, cap_net_bind_service, NET_ADMIN, CAP_NET_BIND_SERVICE, null]}}}]}",
    "{containers: [{name: a, securityContext: {capabilities: {drop: CAP_ALL, add: [net_bind_service, SYS_TIME]}}}, {name: b, securityContext: {capabilities: {drop: [], add: [CAP_NET_BIND_SERVICE, NET_BIND_SERVICE]}}}]}",
    "{securityContext: {sysctls: [{name: a, value: x}, {name: kernel.shm_rmid_forced, value: y}, {name: a, value: z}, {}, null]}, containers: [{name: a}]}",
    "{hostNetwork: true, containers: [{name: a, ports: [{containerPort: 53, hostPort: 53, protocol: UDP}, {containerPort: 53, hostPort: 53}, {containerPort: 80}]}]}",
    "{containers: [{name: a}], volumes: [{name: a, hostPath: {path: /}}, {name: b, nfs: {server: x, path: /}, rbd: {image: x}}, {name: c, persistentVolumeClaim: {claimName: c}}, {name: d, hostPath: {path: /}, emptyDir: {}}]}",
    // Windows.
    "{os: {name: windows}, securityContext: {seccompProfile: {type: Unconfined}}, containers: [{name: a, securityContext: {seccompProfile: {}, runAsUser: 0}}]}",
    "{nodeSelector: {kubernetes.io/os: windows}, containers: [{name: a}]}",
    "{nodeSelector: {kubernetes.io/os: windows}, containers: [{name: a, securityContext: {runAsUser: 0}}], volumes: [{name: c, ephemeral: {}}]}",
    "{nodeSelector: {kubernetes.io/os: windows}, securityContext: {seccompProfile: {type: Unconfined}}, containers: [{name: a, securityContext: {allowPrivilegeEscalation: true}}]}",
    "{os: windows, nodeSelector: {kubernetes.io/os: windows}, containers: [{name: a}]}",
    "{os: {name: linux}, nodeSelector: {kubernetes.io/os: windows}, containers: [{name: a}]}",
    // Annotations.
    "{containers: [{name: a}, {name: b}, {name: c, securityContext: {seccompProfile: {type: Unconfined}}}]}|{seccomp.security.alpha.kubernetes.io/pod: docker/default, container.seccomp.security.alpha.kubernetes.io/a: localhost/a.json, container.seccomp.security.alpha.kubernetes.io/b: unconfined, container.seccomp.security.alpha.kubernetes.io/x: unconfined}",
    "{containers: [{name: a}]}|{seccomp.security.alpha.kubernetes.io/pod: localhost/../x, container.apparmor.security.beta.kubernetes.io/a: unconfined}",
    "{containers: [{name: a}]}|{seccomp.security.alpha.kubernetes.io/pod: null, container.seccomp.security.alpha.kubernetes.io/a: 5}",
];

#[test]
fn written_pods_are_fixed_by_the_laws() {
    for text in NASTY {
        let (spec, annotations) = text.split_once('|').unwrap_or((text, "{}"));
        for object in objects_of(spec, annotations) {
            for profile in profiles() {
                for answers in answers() {
                    obey(&object, &profile, &answers);
                }
            }
        }
    }
}

#[test]
fn drawn_pods_are_fixed_by_the_laws() {
    let count = if cfg!(debug_assertions) { 300 } else { 5_000 };
    let (profiles, answers) = (profiles(), answers());
    for seed in 1..=count {
        let mut dice = Dice(seed);
        let (spec, annotations) = dice.pod();
        let profile = &profiles[dice.below(profiles.len())];
        let answers = &answers[dice.below(answers.len())];
        for object in objects_of(&spec, &annotations) {
            obey(&object, profile, answers);
        }
    }
}

/// Rule, class and title of a fix.
type Offer = (&'static str, FixClass, &'static str);

/// What is offered at level restricted for these pods.
const OFFERED: &[(&str, &[Offer])] = &[
    (
        "{nodeSelector: {kubernetes.io/os: windows}, containers: [{name: a}]}",
        &[
            (
                "allow-privilege-escalation",
                FixClass::Safe,
                "set `os.name: windows`: the pod selects Windows nodes",
            ),
            (
                "capabilities-restricted",
                FixClass::Safe,
                "set `os.name: windows`: the pod selects Windows nodes",
            ),
            ("run-as-non-root", FixClass::Hardening, "set `runAsNonRoot: true` on the pod"),
            (
                "seccomp-profile-restricted",
                FixClass::Safe,
                "set `os.name: windows`: the pod selects Windows nodes",
            ),
        ],
    ),
    (
        "{hostNetwork: true, containers: [{name: a, ports: [{containerPort: 80, hostPort: 80}], \
         securityContext: {allowPrivilegeEscalation: true, capabilities: {drop: [ALL], \
         add: [net_bind_service, CHOWN]}, runAsUser: 0}}]}|\
         {container.seccomp.security.alpha.kubernetes.io/a: runtime/default}",
        &[
            ("host-namespaces", FixClass::Reverses, "remove `hostNetwork: true`"),
            (
                "host-ports",
                FixClass::Reverses,
                "remove `hostPort: 80` from container `a` and remove `hostNetwork: true`",
            ),
            (
                "allow-privilege-escalation",
                FixClass::Reverses,
                "set `allowPrivilegeEscalation: false` on container `a`",
            ),
            (
                "capabilities-restricted",
                FixClass::Safe,
                "write capability `net_bind_service` of container `a` as `NET_BIND_SERVICE`",
            ),
            (
                "capabilities-restricted",
                FixClass::Reverses,
                "remove capability `CHOWN` from container `a`",
            ),
            (
                "run-as-non-root",
                FixClass::Reverses,
                "set `runAsNonRoot: true` on container `a` and remove `runAsUser: 0`",
            ),
            ("run-as-user", FixClass::Reverses, "take `runAsUser: 0` from container `a`"),
            (
                "seccomp-profile-restricted",
                FixClass::Safe,
                "make annotation `container.seccomp.security.alpha.kubernetes.io/a` a field",
            ),
        ],
    ),
    // Beside a good annotation a bad one of a container, which goes; and one of no container.
    (
        "{containers: [{name: a, securityContext: {allowPrivilegeEscalation: false, runAsNonRoot: true, \
         capabilities: {drop: [ALL]}}}]}|{seccomp.security.alpha.kubernetes.io/pod: localhost/x, \
         container.seccomp.security.alpha.kubernetes.io/a: localhost/../x}",
        &[("seccomp-profile-restricted", FixClass::Hardening, "set a seccomp profile on the pod")],
    ),
    (
        "{containers: [{name: a, securityContext: {allowPrivilegeEscalation: false, runAsNonRoot: true, \
         capabilities: {drop: [ALL]}}}]}|{seccomp.security.alpha.kubernetes.io/pod: localhost/x, \
         container.seccomp.security.alpha.kubernetes.io/b: unconfined}",
        &[(
            "seccomp-profile-restricted",
            FixClass::Safe,
            "make annotation `seccomp.security.alpha.kubernetes.io/pod` a field",
        )],
    ),
];

/// Node affinities, and whether they leave Windows nodes only.
const AFFINITIES: &[(&str, bool)] = &[
    ("[{matchExpressions: [{key: kubernetes.io/os, operator: In, values: [windows]}]}]", true),
    (
        "[{matchExpressions: [{key: kubernetes.io/os, operator: In, values: [windows, linux]}]}]",
        false,
    ),
    ("[{matchExpressions: [{key: kubernetes.io/os, operator: NotIn, values: [windows]}]}]", false),
    ("[{matchExpressions: [{key: kubernetes.io/os, operator: In, values: []}]}]", false),
    ("[{matchExpressions: [{key: zone, operator: In, values: [windows]}]}]", false),
    (
        "[{matchExpressions: [{key: zone, operator: Exists}, \
         {key: beta.kubernetes.io/os, operator: In, values: [windows]}]}]",
        true,
    ),
    (
        "[{matchExpressions: [{key: kubernetes.io/os, operator: In, values: [windows]}]}, \
         {matchExpressions: [{key: zone, operator: Exists}]}]",
        false,
    ),
    ("[]", false),
];

#[test]
fn windows_is_named_only_where_no_other_node_is_left() {
    let profile = Profile::new(Base::Restricted, Version::Latest);
    for (terms, is_windows) in AFFINITIES {
        let required = format!(
            "requiredDuringSchedulingIgnoredDuringExecution: {{nodeSelectorTerms: {terms}}}"
        );
        let spec =
            format!("{{affinity: {{nodeAffinity: {{{required}}}}}, containers: [{{name: a}}]}}");
        let [pod, _] = objects_of(&spec, "{}");
        let names_windows = findings(&pod, &profile, &Answers::default())
            .into_iter()
            .any(|finding| finding.fix.is_some_and(|fix| fix.title.contains("os.name: windows")));
        assert_eq!(names_windows, *is_windows, "{terms}");
    }
}

#[test]
fn each_fix_has_the_class_that_it_deserves() {
    let profile = Profile::new(Base::Restricted, Version::Latest);
    for (text, expected) in OFFERED {
        let (spec, annotations) = text.split_once('|').unwrap_or((text, "{}"));
        let [pod, _] = objects_of(spec, annotations);
        let mut offered = Vec::new();
        for finding in findings(&pod, &profile, &Answers::default()) {
            let fix = finding.fix.unwrap();
            offered.push((finding.rule.id, fix.class, fix.title));
        }
        let expected: BTreeSet<_> = expected
            .iter()
            .map(|(rule, class, title)| (*rule, *class, (*title).to_owned()))
            .collect();
        assert_eq!(offered.into_iter().collect::<BTreeSet<_>>(), expected);
    }
}

/// What single fixes make of a pod, all answers given: spec, title of the fix, new spec.
const MADE: &[(&str, &str, &str)] = &[
    // Another container is left alone, even if it is root.
    (
        "{containers: [{name: a, securityContext: {runAsNonRoot: false}}, {name: b, securityContext: {runAsUser: 0}}]}",
        "take `runAsNonRoot: false` from container `a`",
        "{containers: [{name: a, securityContext: {runAsNonRoot: true}}, {name: b, securityContext: {runAsUser: 0}}], securityContext: {runAsUser: 10001}}",
    ),
    (
        "{containers: [{name: a}, {name: b, securityContext: {runAsUser: 0}}]}",
        "set `runAsNonRoot: true` on container `a`",
        "{containers: [{name: a, securityContext: {runAsNonRoot: true}}, {name: b, securityContext: {runAsUser: 0}}], securityContext: {runAsUser: 10001}}",
    ),
    // One that says `true` itself follows nobody, so the pod may say it for the others.
    (
        "{containers: [{name: a}, {name: b, securityContext: {runAsUser: 0, runAsNonRoot: true}}]}",
        "set `runAsNonRoot: true` on the pod",
        "{containers: [{name: a}, {name: b, securityContext: {runAsUser: 0, runAsNonRoot: true}}], securityContext: {runAsNonRoot: true, runAsUser: 10001}}",
    ),
    (
        "{securityContext: {runAsNonRoot: false, runAsUser: 0}, containers: [{name: a}]}",
        "set `runAsNonRoot: true` on the pod",
        "{securityContext: {runAsNonRoot: true, runAsUser: 10001}, containers: [{name: a}]}",
    ),
    // Windows has no such users.
    (
        "{os: {name: windows}, securityContext: {runAsUser: 0}, containers: [{name: a}]}",
        "take `runAsUser: 0` from the pod",
        "{os: {name: windows}, securityContext: {}, containers: [{name: a}]}",
    ),
    (
        "{os: {name: windows}, containers: [{name: a}], volumes: [{name: v, ephemeral: {}}]}",
        "set `runAsNonRoot: true` on the pod",
        "{os: {name: windows}, containers: [{name: a}], volumes: [{name: v, ephemeral: {}}], securityContext: {runAsNonRoot: true}}",
    ),
    // A group is of use where a claim is mounted, and what is set stays.
    (
        "{containers: [{name: a}], volumes: [{name: v, ephemeral: {}}]}",
        "set `runAsNonRoot: true` on the pod",
        "{containers: [{name: a}], volumes: [{name: v, ephemeral: {}}], securityContext: {runAsNonRoot: true, runAsUser: 10001, fsGroup: 2000}}",
    ),
    (
        "{securityContext: {fsGroup: 7, runAsUser: 8}, containers: [{name: a}], volumes: [{name: v, persistentVolumeClaim: {claimName: v}}]}",
        "set `runAsNonRoot: true` on the pod",
        "{securityContext: {fsGroup: 7, runAsUser: 8, runAsNonRoot: true}, containers: [{name: a}], volumes: [{name: v, persistentVolumeClaim: {claimName: v}}]}",
    ),
    // What is spelled rightly stays.
    (
        "{containers: [{name: a, securityContext: {capabilities: {drop: [NET_RAW, all, CAP_CHOWN, MKNOD]}}}]}",
        "drop all capabilities of container `a`",
        "{containers: [{name: a, securityContext: {capabilities: {drop: [NET_RAW, ALL, MKNOD]}}}]}",
    ),
    (
        "{containers: [{name: a, securityContext: {capabilities: {drop: cap_all}}}]}",
        "drop all capabilities of container `a`",
        "{containers: [{name: a, securityContext: {capabilities: {drop: [ALL]}}}]}",
    ),
    (
        "{containers: [{name: a, securityContext: {capabilities: {add: [CHOWN]}}}]}",
        "remove capability `CHOWN` from container `a`",
        "{containers: [{name: a, securityContext: {capabilities: {}}}]}",
    ),
    // One port of the node, by whatever protocol; another one stays.
    (
        "{containers: [{name: a, ports: [{hostPort: 53}, {hostPort: 53, protocol: UDP}, {hostPort: 80}]}]}",
        "remove `hostPort: 53` from container `a`",
        "{containers: [{name: a, ports: [{}, {protocol: UDP}, {hostPort: 80}]}]}",
    ),
    (
        "{securityContext: {sysctls: [{name: x, value: a}, {name: y}, {name: x, value: b}]}, containers: [{name: a}]}",
        "remove sysctl `x`",
        "{securityContext: {sysctls: [{name: y}]}, containers: [{name: a}]}",
    ),
    // A volume has one type.
    (
        "{containers: [{name: a}], volumes: [{name: b, nfs: {server: x}, rbd: {image: x}}]}",
        "make volume `b` `claim:data`",
        "{containers: [{name: a}], volumes: [{name: b, persistentVolumeClaim: {claimName: data}}], securityContext: {fsGroup: 2000}}",
    ),
    (
        "{containers: [{name: a}], volumes: [{name: c, nfs: {server: x}}]}",
        "make volume `c` `configMap:settings`",
        "{containers: [{name: a}], volumes: [{name: c, configMap: {name: settings}}]}",
    ),
    (
        "{containers: [{name: a}], volumes: [{name: d, hostPath: {path: /}}]}",
        "make volume `d` `secret:keys`",
        "{containers: [{name: a}], volumes: [{name: d, secret: {secretName: keys}}]}",
    ),
];

#[test]
fn a_fix_makes_what_it_should_and_no_more() {
    let profile = Profile::new(Base::Restricted, Version::Latest);
    for (spec, title, made) in MADE {
        let [pod, _] = objects_of(spec, "{}");
        let [expected, _] = objects_of(made, "{}");
        let mut fixes =
            findings(&pod, &profile, &answers()[1]).into_iter().filter_map(|found| found.fix);
        let fix = fixes.find(|fix| fix.title == *title).unwrap_or_else(|| panic!("{title}"));
        let after = change::apply(&pod, &fix.changes).unwrap();
        assert!(after.equals(&expected), "{title}\n{}", shown(&pod, &after, &profile));
    }
}

#[test]
fn a_profile_goes_from_a_pod_on_windows() {
    let profile = Profile::new(Base::Baseline, Version::Latest);
    let [pod, _] = objects_of(
        "{os: {name: windows}, securityContext: {seccompProfile: {type: Unconfined}}, \
         containers: [{name: a, securityContext: {seccompProfile: {}}}]}",
        "{}",
    );
    let [expected, _] = objects_of(
        "{os: {name: windows}, securityContext: {}, containers: [{name: a, securityContext: {}}]}",
        "{}",
    );
    let after = fixed_until_still(&pod, ALL, &profile, &Answers::default());
    assert!(after.equals(&expected), "{}", shown(&pod, &after, &profile));
}

#[test]
fn before_1_25_windows_has_no_fix_for_what_only_linux_can_do() {
    let profile = Profile::new(Base::Restricted, Version::Minor(24));
    for windows in ["os: {name: windows}", "nodeSelector: {kubernetes.io/os: windows}"] {
        let context = "securityContext: {seccompProfile: {type: Unconfined}, runAsNonRoot: true}";
        let [pod, _] =
            objects_of(&format!("{{{windows}, {context}, containers: [{{name: a}}]}}"), "{}");
        let found = findings(&pod, &profile, &Answers::default());
        assert_eq!(found.len(), 3);
        assert!(found.iter().all(|finding| finding.fix.is_none()), "{found:#?}");
    }
}

#[test]
fn an_answer_is_asked_for_only_where_it_has_an_effect() {
    let profile = Profile::new(Base::Restricted, Version::Latest);
    let [none, given, _] = &answers()[..] else { panic!() };
    for text in NASTY {
        let (spec, annotations) = text.split_once('|').unwrap_or((text, "{}"));
        for object in objects_of(spec, annotations) {
            let with = findings(&object, &profile, given);
            for (without, with) in findings(&object, &profile, none).iter().zip(&with) {
                let (Some(without), Some(with)) = (&without.fix, &with.fix) else { continue };
                let (old, new) = (&without.changes, &with.changes);
                assert_eq!(without.inputs.is_empty(), old == new, "{without:#?}");
            }
        }
    }
}

fn profiles() -> Vec<Profile> {
    let minors = MINORS.iter().map(|minor| Version::Minor(*minor)).chain([Version::Latest]);
    let profiles = minors.flat_map(|version| {
        [Level::Baseline, Level::Restricted]
            .map(|level| Profile::new(level.name().parse().unwrap(), version))
    });
    profiles.collect()
}

fn answers() -> Vec<Answers> {
    const VALID: &[(&str, &str)] = &[
        ("uid", "10001"),
        ("fsGroup", "2000"),
        ("volume.a", "emptyDir"),
        ("volume.b", "claim:data"),
        ("volume.c", "configMap:settings"),
        ("volume.d", "secret:keys"),
    ];
    const INVALID: &[(&str, &str)] =
        &[("uid", "0"), ("fsGroup", "root"), ("volume.a", "hostPath:/"), ("volume.b", "claim:")];
    let of = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(name, answer)| ((*name).to_owned(), (*answer).to_owned())).collect()
    };
    vec![of(&[]), of(VALID), of(INVALID)]
}

/// A Pod and a Deployment.
fn objects_of(spec: &str, annotations: &str) -> [Node; 2] {
    let pod = format!("metadata: {{annotations: {annotations}}}, spec: {spec}");
    [
        format!("{{apiVersion: v1, kind: Pod, {pod}}}"),
        format!("{{apiVersion: apps/v1, kind: Deployment, spec: {{template: {{{pod}}}}}}}"),
    ]
    .map(|text| yaml::read(text.as_bytes()).next().unwrap().unwrap().root)
}

fn obey(object: &Node, profile: &Profile, answers: &Answers) {
    each_fix_alone(object, profile, answers);
    let had = findings(object, profile, answers);
    for steps in [&[DEFAULT][..], &[FIRST, ALL], &[ALL]] {
        let mut now = object.clone();
        for classes in steps {
            now = fixed_until_still(&now, classes, profile, answers);
        }
        let classes = steps.last().unwrap();
        let still = findings(&now, profile, answers);
        let left = still.iter().find(|finding| applied(finding, classes).is_some());
        assert!(left.is_none(), "left: {left:#?}\n{}", shown(object, &now, profile));
        if steps.len() == 2 {
            // Of containers without a name, which cannot be told apart, some have no fix.
            let had_fix = |finding: &&Finding| {
                applied(finding, ALL).is_some() && !finding.message.contains("``")
            };
            for finding in had.iter().filter(had_fix) {
                let is_there = still.iter().any(|other| key(other) == key(finding));
                assert!(!is_there, "still there: {finding:#?}\n{}", shown(object, &now, profile));
            }
        }
        nothing_new((object, &had), (&now, &still), profile);
    }
}

/// Each fix is right whether or not others are made.
fn each_fix_alone(object: &Node, profile: &Profile, answers: &Answers) {
    let before = findings(object, profile, answers);
    let mut by_title: BTreeMap<&str, (FixClass, Node)> = BTreeMap::new();
    for finding in &before {
        if let Some(fix) = &finding.fix {
            let must_say = matches!(fix.class, FixClass::Hardening | FixClass::Reverses);
            let says = !fix.breaks_when.is_empty() && !fix.symptom.is_empty();
            assert!(says || !must_say, "does not say what it breaks: {fix:#?}");
            assert!(
                fix.class == FixClass::NeedsInput || !fix.changes.is_empty(),
                "does nothing: {fix:#?}"
            );
        }
        let Some(fix) = applied(finding, ALL) else { continue };
        let after = change::apply(object, &fix.changes).unwrap();
        let now = findings(&after, profile, answers);
        let count =
            |found: &[Finding]| found.iter().filter(|other| key(other) == key(finding)).count();
        assert!(
            count(&now) < count(&before),
            "not undone: {finding:#?}\n{}",
            shown(object, &after, profile)
        );
        nothing_new((object, &before), (&after, &now), profile);
        // Containers without a name cannot be told apart by it.
        if !fix.title.contains("``") {
            let (class, same) =
                by_title.entry(&fix.title).or_insert_with(|| (fix.class, after.clone()));
            assert!(same.equals(&after) && *class == fix.class, "two fixes: {}", fix.title);
        }
    }
}

fn fixed_until_still(
    object: &Node,
    classes: &[FixClass],
    profile: &Profile,
    answers: &Answers,
) -> Node {
    let mut now = object.clone();
    for _ in 0..10 {
        let mut titles = BTreeSet::new();
        let before = now.clone();
        for finding in findings(&before, profile, answers) {
            let Some(fix) = applied(&finding, classes) else { continue };
            if titles.insert(fix.title.clone()) {
                now = change::apply(&now, &fix.changes).unwrap();
            }
        }
        if now.equals(&before) {
            return now;
        }
    }
    panic!("never still:\n{}", shown(object, &now, profile));
}

fn applied<'f>(finding: &'f Finding, classes: &[FixClass]) -> Option<&'f Fix> {
    let fix = finding.fix.as_deref()?;
    (classes.contains(&fix.class) && !fix.changes.is_empty()).then_some(fix)
}

fn findings(object: &Node, profile: &Profile, answers: &Answers) -> Vec<Finding> {
    let mut findings = check_and_fix(&only(object), profile, Some(answers));
    findings.retain(|finding| finding.rule.standard.is_some());
    findings
}

fn only(object: &Node) -> Object<'_> {
    objects(object).into_iter().next().unwrap()
}

/// The same finding keeps its message, while its place in a list may change.
fn key(finding: &Finding) -> (&'static str, &str) {
    (finding.rule.id, &finding.message)
}

fn nothing_new(
    (object, before): (&Node, &[Finding]),
    (after, now): (&Node, &[Finding]),
    profile: &Profile,
) {
    let known: BTreeSet<_> = before.iter().map(key).collect();
    let new = now.iter().find(|finding| !known.contains(&key(finding)));
    assert!(new.is_none(), "new finding: {new:#?}\n{}", shown(object, after, profile));
    let (known, now) = (refusals(object), refusals(after));
    let new: Vec<_> = now.difference(&known).collect();
    assert!(new.is_empty(), "the API server refuses {new:?}\n{}", shown(object, after, profile));
}

fn shown(before: &Node, after: &Node, profile: &Profile) -> String {
    let text = |node| String::from_utf8(to_json(node)).unwrap();
    format!("{profile:?}\nbefore: {}\nafter: {}", text(before), text(after))
}

fn to_json(node: &Node) -> Vec<u8> {
    serde_json::to_vec(node).unwrap()
}

/// What `pkg/apis/core/validation` of Kubernetes would refuse, as far as a fix could bring it about.
fn refusals(object: &Node) -> BTreeSet<String> {
    let mut refusals = BTreeSet::new();
    let Some(PodSource { pod, .. }) = only(object).pod() else { return refusals };
    let spec = &pod.spec;
    let is_true = |field: &podproof_policy::field::Field<'_>| field.as_bool() == Some(true);
    let mut add = |text: String| {
        refusals.insert(text);
    };
    let mut contexts = vec![("pod".to_owned(), pod.security_context())];
    let mut host_processes = BTreeSet::new();
    let pod_host_process = pod.security_context().at(&["windowsOptions", "hostProcess"]);
    for list in ["initContainers", "containers", "ephemeralContainers"] {
        for (index, container) in spec.get(list).items().enumerate() {
            let who = format!("{list}/{index}");
            let context = container.get("securityContext");
            contexts.push((who.clone(), context.clone()));
            let is_privileged = is_true(&context.get("privileged"));
            if context.get("allowPrivilegeEscalation").as_bool() == Some(false) {
                let is_admin = |name: &str| {
                    matches!(name.to_uppercase().trim_start_matches("CAP_"), "SYS_ADMIN" | "ALL")
                };
                let mut added = context.at(&["capabilities", "add"]).items();
                if is_privileged || added.any(|name| name.as_str().is_some_and(is_admin)) {
                    add(format!("{who}: no escalation with power"));
                }
            }
            for mount in container.get("volumeMounts").items() {
                if mount.get("mountPropagation").as_str() == Some("Bidirectional") && !is_privileged
                {
                    add(format!("{who}: Bidirectional without privileged"));
                }
            }
            let own = context.at(&["windowsOptions", "hostProcess"]);
            let is_host = if own.is_set() { is_true(&own) } else { is_true(&pod_host_process) };
            host_processes.insert(is_host);
        }
    }
    if host_processes.len() > 1 {
        add("some containers are host processes".into());
    }
    if host_processes.contains(&true) && !is_true(&spec.get("hostNetwork")) {
        add("hostProcess without hostNetwork".into());
    }
    for (who, context) in &contexts {
        let profile = context.get("seccompProfile");
        let kind = profile.get("type").as_str().unwrap_or_default();
        if profile.is_set() && (kind == "Localhost") != profile.get("localhostProfile").is_set() {
            add(format!("{who}: localhostProfile with {kind}"));
        }
        if context.get("runAsUser").as_int().is_some_and(|user| user < 0) {
            add(format!("{who}: negative user"));
        }
        if context.get("windowsOptions").is_set()
            && spec.at(&["os", "name"]).as_str() == Some("linux")
        {
            add(format!("{who}: windowsOptions on Linux"));
        }
        if context.at(&["capabilities", "add"]).entries().next().is_some() {
            add(format!("{who}: capabilities are no list"));
        }
    }
    for (index, volume) in spec.get("volumes").items().enumerate() {
        if volume.entries().filter(|(key, field)| *key != "name" && field.is_set()).count() > 1 {
            add(format!("volume {index} has two types"));
        }
    }
    // A pod that only selects Windows may have fields for Linux, but must not get more of them.
    if pod.is_for_windows() {
        let windows = if pod.is_windows() { "`os.name: windows`" } else { "Windows" };
        let of_spec = ["hostPID", "hostIPC", "hostUsers", "shareProcessNamespace", "resources"];
        for key in of_spec.iter().filter(|key| spec.get(key).is_set()) {
            add(format!("{key} on {windows}"));
        }
        let for_windows = ["runAsNonRoot", "windowsOptions"];
        for (who, context) in &contexts {
            for (key, _) in context.entries().filter(|(key, _)| !for_windows.contains(key)) {
                add(format!("{who}: {key} on {windows}"));
            }
        }
    }
    refusals
}

/// A source of chance that gives the same pods every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        // Splitmix64.
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((bits ^ (bits >> 31)) % u64::try_from(end).unwrap()).unwrap()
    }

    /// An object of some of these keys, each with one of its values.
    fn object(&mut self, often: usize, keys: &[(&str, &[&str])]) -> String {
        let mut entries = Vec::new();
        for (key, values) in keys {
            if self.below(often) == 0 {
                entries.push(format!("{key}: {}", values[self.below(values.len())]));
            }
        }
        format!("{{{}}}", entries.join(", "))
    }

    fn pod(&mut self) -> (String, String) {
        let mut lists: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for name in ["a", "b", "c", "d"].iter().take(1 + self.below(4)) {
            let list = ["containers", "containers", "initContainers", "ephemeralContainers"];
            let container = self.container(name);
            lists.entry(list[self.below(4)]).or_default().push(container);
        }
        let lists: String = lists
            .into_iter()
            .map(|(list, containers)| format!("{list}: [{}], ", containers.join(", ")))
            .collect();
        let often = 1 + self.below(6);
        let context = self.object(often, &[SHARED, OF_POD].concat());
        let often = 2 + self.below(8);
        let rest = self.object(often, SPEC);
        let spec = format!("{{{lists}securityContext: {context}, {}", &rest[1..]);
        let often = 1 + self.below(8);
        (spec, self.object(often, ANNOTATIONS))
    }

    fn container(&mut self, name: &str) -> String {
        let often = 1 + self.below(6);
        let context = self.object(often, &[SHARED, OF_CONTAINER].concat());
        let context = if self.below(30) == 0 { "text".to_owned() } else { context };
        let often = 2 + self.below(8);
        let rest = self.object(often, REST_OF_CONTAINER);
        format!("{{name: {name}, securityContext: {context}, {}", &rest[1..])
    }
}

type Keys = &'static [(&'static str, &'static [&'static str])];

const SHARED: Keys = &[
    ("runAsNonRoot", &["true", "false", "false", "null", "'true'"]),
    ("runAsUser", &["0", "0", "1000", "'0'", "null"]),
    (
        "seccompProfile",
        &[
            "{}",
            "{type: Unconfined}",
            "{type: RuntimeDefault}",
            "{type: Localhost, localhostProfile: x}",
            "{localhostProfile: x}",
            "{type: Unconfined, localhostProfile: x}",
            "text",
            "{type: ''}",
        ],
    ),
    ("appArmorProfile", &["{}", "{type: Unconfined}", "{type: RuntimeDefault}"]),
    ("seLinuxOptions", &["{type: spc_t}", "{user: u, role: r}", "{level: s0}", "text"]),
    ("windowsOptions", &["{hostProcess: true}", "{}", "{hostProcess: false}"]),
];

const OF_POD: Keys = &[
    ("fsGroup", &["0", "1000"]),
    (
        "sysctls",
        &[
            "[{name: x, value: a}]",
            "[{name: x}, {name: kernel.shm_rmid_forced}, {name: y}, {name: x, value: b}]",
            "[null]",
        ],
    ),
];

const OF_CONTAINER: Keys = &[
    ("privileged", &["true", "true", "false"]),
    ("allowPrivilegeEscalation", &["true", "false", "null"]),
    ("procMount", &["Unmasked", "Default"]),
    (
        "capabilities",
        &[
            "{}",
            "text",
            "{drop: [ALL]}",
            "{drop: [all]}",
            "{drop: all}",
            "{drop: [NET_RAW]}",
            "{drop: {x: y}}",
            "{drop: [cap_chown, NET_RAW, CAP_ALL, null], add: [NET_ADMIN, CAP_SYS_ADMIN]}",
            "{add: [SYS_ADMIN, NET_BIND_SERVICE]}",
            "{add: [sys_admin, cap_net_bind_service, NET_BIND_SERVICE]}",
            "{add: [NET_ADMIN, CAP_NET_BIND_SERVICE, CHOWN, cap_chown]}",
            "{add: [ALL], drop: []}",
            "{add: [5, null, X, X]}",
        ],
    ),
];

const REST_OF_CONTAINER: Keys = &[
    (
        "ports",
        &[
            "[{containerPort: 80}]",
            "[{containerPort: 80, hostPort: 80}, {containerPort: 81}]",
            "[{containerPort: 53, hostPort: 53}, {containerPort: 53, hostPort: 53, protocol: UDP}]",
        ],
    ),
    ("volumeMounts", &["[{name: a, mountPath: /a, mountPropagation: Bidirectional}]", "[]"]),
    ("livenessProbe", &["{httpGet: {host: x, port: 1}}", "{tcpSocket: {port: 1}}"]),
    ("lifecycle", &["{preStop: {tcpSocket: {host: y, port: 1}}}"]),
];

const SPEC: Keys = &[
    ("hostNetwork", &["true", "false", "'true'"]),
    ("hostPID", &["true"]),
    ("hostIPC", &["true"]),
    ("hostUsers", &["false", "true"]),
    ("os", &["{name: windows}", "{name: linux}", "text", "{}"]),
    ("nodeSelector", &["{kubernetes.io/os: windows}", "{beta.kubernetes.io/os: windows}", "{}"]),
    (
        "volumes",
        &[
            "[{name: a, hostPath: {path: /}}, {name: b, persistentVolumeClaim: {claimName: b}}]",
            "[{name: b, nfs: {path: /}, hostPath: {}}, {name: a, emptyDir: {}, hostPath: {}}]",
            "[{name: c, flexVolume: {}}, {name: d, hostPath: null}, null, {ephemeral: {}}]",
        ],
    ),
];

const ANNOTATIONS: Keys = &[
    ("seccomp.security.alpha.kubernetes.io/pod", PROFILES),
    ("container.seccomp.security.alpha.kubernetes.io/a", PROFILES),
    ("container.seccomp.security.alpha.kubernetes.io/b", PROFILES),
    ("container.seccomp.security.alpha.kubernetes.io/z", PROFILES),
    ("container.apparmor.security.beta.kubernetes.io/a", PROFILES),
];

const PROFILES: &[&str] =
    &["unconfined", "runtime/default", "docker/default", "localhost/x", "localhost/", "''", "null"];
