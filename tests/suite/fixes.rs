//! The laws of fixes over random objects; and that each law notices a fixer that breaks it. Real
//! manifests are a command: `cargo xtask corpus-fixes FOLDER`.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use podproof_policy::{Level, Version};
use podproof_report::file::Role;
use podproof_report::fix::{FixedFile, Unfixed, Wanted, fix};
use podproof_source::change::json_patch;
use podproof_source::edit::Refusal;
use podproof_tests::fixes::{Fixer, Mode, Oracles, Outcome, PODPROOF, Program, random};
use podproof_tests::oracle;

const MANIFEST: &str = "\
# One
apiVersion: v1
kind: Pod
metadata:
  name: web # two
spec:
  os: {name: linux}
  containers:
  - name: a
    image: nginx:1
  volumes:
  - name: data
    hostPath: {path: /data}
---
kind: ConfigMap
apiVersion: v1
data: {a: b} # three
";

#[test]
fn random_objects_are_fixed_as_upstream_wants_them() {
    if !oracle::is_available() {
        return;
    }
    let mut oracles = Oracles::start(false).unwrap();
    let outcome = random(600, 40, PODPROOF, &mut oracles).unwrap();
    let shown: String =
        outcome.violations.iter().take(5).map(|found| format!("{found}\n")).collect();
    assert!(outcome.violations.is_empty(), "{}\n{shown}", outcome.table());
    let [few, many, most] = Mode::ALL.map(|mode| outcome.tally(mode).allowed_percent());
    let before = outcome.tally(Mode::Defaults).allowed_before_percent();
    assert!(before < few && few < many && many < most, "{}", outcome.table());
}

/// The laws that a program breaks on [`MANIFEST`].
fn broken(program: Program<'_>) -> Vec<&'static str> {
    let mut oracles = Oracles::start(false).unwrap();
    let mut outcome = Outcome::default();
    let at = (Level::Restricted, Version::Latest);
    outcome.file(program, "test.yaml", MANIFEST.as_bytes(), at, 0, &mut oracles).unwrap();
    let mut laws: Vec<&str> = outcome.violations.iter().map(|found| found.law).collect();
    laws.dedup();
    laws
}

fn fixed(text: &[u8], wanted: &Wanted) -> FixedFile {
    fix("test.yaml", text, Role::Manifest, wanted)
}

/// A fixer that then spoils the text.
fn spoiled(from: &'static str, to: &'static str) -> impl Fn(&[u8], &Wanted) -> FixedFile {
    move |text, wanted| {
        let mut done = fixed(text, wanted);
        let is_first = text == MANIFEST.as_bytes();
        let text = String::from_utf8(done.text).unwrap();
        assert!(!is_first || text.contains(from), "no {from:?} in\n{text}");
        done.text = text.replacen(from, to, 1).into_bytes();
        done
    }
}

#[track_caller]
fn breaks(fixer: Fixer<'_>, law: &str) {
    let laws = broken(Program { fixer, ..PODPROOF });
    assert!(laws.contains(&law), "{law}: only {laws:?}");
}

#[test]
fn every_law_notices_a_fixer_that_breaks_it() {
    if !oracle::is_available() {
        return;
    }
    assert_eq!(broken(PODPROOF), [] as [&str; 0]);
    let comment = "a comment is lost or changed";
    breaks(&spoiled("# One\n", ""), comment);
    breaks(&spoiled(" # two", " # too"), comment);
    breaks(&spoiled("# three", "# three\n# four"), comment);
    let unreadable = "the text becomes unreadable";
    breaks(&spoiled("kind: ConfigMap", "kind: [ConfigMap"), unreadable);
    breaks(&spoiled("kind: ConfigMap", "x: 1\n---\nkind: ConfigMap"), unreadable);
    breaks(&spoiled("data: {a: b} # three\n", "data: {a: b} # three\n...\nx\n"), unreadable);
    breaks(&spoiled("kind: ConfigMap", "kind: ConfigMap\nitems: [{}]"), "an object comes or goes");
    let strict = "strict decoding finds something new";
    breaks(&spoiled("    image:", "    images: x\n    image:"), strict);
    breaks(&spoiled("kind: ConfigMap", "kind: ConfigMap\nkind: ConfigMap"), strict);
    breaks(&spoiled("{a: b}", "{<<: {a: c}, a: b, a: b}"), strict);
    let refuses = "the API server refuses something new";
    breaks(
        &spoiled(
            "allowPrivilegeEscalation: false",
            "allowPrivilegeEscalation: false\n      privileged: true",
        ),
        refuses,
    );
    breaks(&spoiled("type: RuntimeDefault", "type: Localhost"), refuses);
    breaks(&spoiled("name: linux", "name: windows"), refuses);
    breaks(&spoiled("runAsNonRoot: true", "runAsNonRoot: true\n    windowsOptions: {}"), refuses);
    let undecodable = "the object can no longer be decoded";
    breaks(&spoiled("runAsNonRoot: true", "runAsNonRoot: \"true\""), undecodable);
    let else_ = "something else changes";
    breaks(&spoiled("nginx:1", "nginx:2"), else_);
    breaks(&spoiled("{a: b}", "{a: c}"), else_);
    breaks(
        &spoiled("runAsNonRoot: true", "runAsNonRoot: false"),
        "exactly what upstream refuses is left",
    );
}

#[test]
fn a_reason_is_asked_for_what_is_left() {
    if !oracle::is_available() {
        return;
    }
    let told = |why: Unfixed| {
        move |text: &[u8], wanted: &Wanted| {
            let mut done = fixed(text, wanted);
            for left in &mut done.left {
                left.why = why.clone();
            }
            done
        }
    };
    for why in [Unfixed::NoFix, Unfixed::MakesWorse, Unfixed::Refused(Refusal::NotProven)] {
        breaks(&told(why), "what is left has a reason");
    }
    let hidden = |text: &[u8], wanted: &Wanted| {
        let mut done = fixed(text, wanted);
        done.left.clear();
        done
    };
    breaks(&hidden, "exactly what upstream refuses is left");
    let unchanged = |text: &[u8], wanted: &Wanted| {
        let mut done = fixed(text, wanted);
        done.text = text.to_vec();
        done
    };
    breaks(&unchanged, "a changed file has fixes");
    breaks(&|_: &[u8], _: &Wanted| panic!("on purpose"), "no panic");
}

#[test]
fn a_second_run_is_compared() {
    if !oracle::is_available() {
        return;
    }
    let growing = |text: &[u8], wanted: &Wanted| {
        let mut done = fixed(text, wanted);
        done.text.push(b'\n');
        done
    };
    breaks(&growing, "a second run changes nothing");
}

#[test]
fn a_patch_is_compared_with_the_text() {
    if !oracle::is_available() {
        return;
    }
    let program = Program {
        patcher: &|old, new| {
            let mut patch = json_patch(old, new);
            patch.pop();
            patch
        },
        ..PODPROOF
    };
    assert_eq!(broken(program), ["the JSON Patch gives the edited object"]);
}
