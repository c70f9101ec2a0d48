use super::Profile;
use crate::profile::{Base, Version, Workload};
use crate::rule::Severity;
use podproof_source::{Lines, yaml};

fn read(text: &str) -> Result<Profile, Vec<String>> {
    let document = yaml::read(text.as_bytes()).next().unwrap().unwrap();
    let lines = Lines::new(text.as_bytes());
    Profile::read(&document.root).map_err(|errors| {
        let line = |error: &super::ProfileError| {
            let place = lines.position(error.span.unwrap().start);
            format!("{}:{}: {}", place.line, place.column, error.message)
        };
        errors.iter().map(line).collect()
    })
}

fn errors(text: &str) -> Vec<String> {
    read(text).expect_err(text)
}

#[test]
fn every_key_is_read() {
    let text = "\
profile: baseline
version: v1.30
rules:
  privileged: warning
  host-ports: off
  sysctls: 'off'
  unread-text: error
exemptions:
  namespaces: [kube-system]
  users: ['system:serviceaccount:a:b']
  runtimeClasses: [gvisor]
  images: ['registry.example.com/agents/*']
  workloads:
    - {kind: DaemonSet, namespace: monitoring, name: agent}
    - {kind: Job, name: once}
allowSuppressions: true
";
    let profile = read(text).unwrap();
    assert_eq!((profile.base, profile.version), (Base::Baseline, Version::Minor(30)));
    let severity = |id| profile.severity(crate::rules::by_id(id).unwrap());
    assert_eq!(severity("privileged"), Some(Severity::Warning));
    assert_eq!(severity("host-ports"), None);
    assert_eq!(severity("sysctls"), None);
    assert_eq!(severity("proc-mount"), Some(Severity::Error));
    let exemptions = profile.exemptions;
    assert_eq!(exemptions.namespaces, ["kube-system"]);
    assert_eq!(exemptions.users, ["system:serviceaccount:a:b"]);
    assert_eq!(exemptions.runtime_classes, ["gvisor"]);
    assert_eq!(exemptions.images, ["registry.example.com/agents/*"]);
    let workload = |kind: &str, namespace: Option<&str>, name: &str| Workload {
        kind: kind.into(),
        namespace: namespace.map(str::to_owned),
        name: name.into(),
    };
    assert_eq!(
        exemptions.workloads,
        [workload("DaemonSet", Some("monitoring"), "agent"), workload("Job", None, "once")]
    );
    assert!(profile.allow_suppressions);
}

#[test]
fn what_is_not_said_is_as_in_the_default_profile() {
    for text in ["{}", "profile:\nrules:\nexemptions:\n", "exemptions: {images: }"] {
        assert_eq!(read(text), Ok(Profile::new(Base::Aks, Version::Latest)), "{text}");
    }
}

#[test]
fn every_mistake_is_told_with_its_place() {
    assert_eq!(
        errors("profle: aks\nversion: 1.30\nrules: {priviledged: off, sysctls: warn}\n"),
        [
            "1:1: unknown key `profle`. Did you mean `profile`? Keys: `profile`, `version`, `rules`, \
             `exemptions`, `allowSuppressions`",
            "2:10: `version` must be `latest` or `v1.N`, such as `v1.30`, not a number",
            "3:9: there is no rule `priviledged`. Did you mean `privileged`? `podproof rules` lists \
             them all",
            "3:36: `rules.sysctls` must be one of `off`, `info`, `warning`, `error`",
        ]
    );
    assert_eq!(
        errors("profile: strict\nallowSuppressions: 'yes'\nversion: v1.x\n"),
        [
            "1:10: `profile`: `strict` is no profile: use `baseline`, `restricted` or `aks`",
            "2:20: `allowSuppressions` must be `true` or `false`, not a string",
            "3:10: `version`: `v1.x` is no version: use `latest` or `v1.N`, such as `v1.30`",
        ]
    );
    assert_eq!(
        errors("exemptions:\n  namespaces: kube-system\n  images: ['*', 1]\n  users: ['a*']\n"),
        [
            "2:15: `exemptions.namespaces` must be a list, not a string: write each entry behind a \
             dash",
            "3:12: `exemptions.images[0]` would exempt every container: write at least a registry, \
             such as `registry.example.com/*`",
            "3:17: `exemptions.images[1]` must be a text, not a number: put it in quotes",
            "4:11: `exemptions.users[0]`: `*` has no meaning here: write each name in full",
        ]
    );
    assert_eq!(
        errors("exemptions:\n  workloads: [{kind: Pod}, {name: a, kid: b}, x]\n"),
        [
            "2:15: `exemptions.workloads[0]` needs `kind` and `name`",
            "2:38: unknown key `exemptions.workloads[1].kid`. Did you mean `kind`? Keys: `kind`, \
             `namespace`, `name`",
            "2:47: `exemptions.workloads[2]` must be an object, not a string: write `key: value` \
             lines",
        ]
    );
    assert_eq!(
        errors("[aks]\n"),
        ["1:1: a profile must be an object, not a list: write `key: value` lines"]
    );
}

#[test]
fn what_makes_judging_possible_cannot_be_switched_off() {
    for (rule, severity) in [("wrong-type", "off"), ("unread-text", "warning")] {
        let text = format!("rules:\n  {rule}: {severity}\n");
        let expected = format!("rule `{rule}` is always an error");
        assert!(errors(&text)[0].contains(&expected));
    }
}

#[test]
fn a_profile_can_stand_beside_other_settings() {
    let document = yaml::read(b"profile: aks\nenforce: baseline\n").next().unwrap().unwrap();
    assert!(Profile::read(&document.root).is_err());
    assert!(Profile::read_beside(&document.root, &["enforce"]).is_ok());
}
