mod across;

use super::worse::{Origins, worse_documents};
use super::{FixedFile, Unfixed, Wanted, fix};
use crate::file::Role;
use podproof_policy::{Base, Profile, Version, rules};
use podproof_source::edit::Refusal;

const BARE: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - \
                    name: web\n";
const PRIVILEGED: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: bad\nspec:\n  \
                          hostPID: true\n  containers:\n  - name: web\n    securityContext:\n      \
                          privileged: true\n";

fn wanted() -> Wanted {
    Wanted {
        profile: Profile::new(Base::Restricted, Version::Latest),
        reverses: false,
        by_shape: false,
        answers: [].into_iter().collect(),
        rules: Vec::new(),
    }
}

fn fixed(text: &str, wanted: &Wanted) -> FixedFile {
    fix("a.yaml", text.as_bytes(), Role::Manifest, wanted)
}

fn left(file: &FixedFile) -> Vec<(&str, &Unfixed)> {
    file.left().map(|(_, finding, why)| (finding.rule.id, why)).collect()
}

#[test]
fn what_nobody_set_is_set_and_fixing_twice_is_fixing_once() {
    let text = [BARE, PRIVILEGED, BARE].join("---\n");
    for wanted in [wanted(), Wanted { reverses: true, ..wanted() }] {
        let once = fixed(&text, &wanted);
        assert!(once.is_changed());
        let twice = fix("a.yaml", &once.text, Role::Manifest, &wanted);
        assert_eq!((twice.text == once.text, twice.applied.len()), (true, 0));
    }
    let bare = fixed(BARE, &wanted());
    assert_eq!(left(&bare), []);
    let rules: Vec<&str> = bare.applied.iter().map(|applied| applied.rule.id).collect();
    assert!(rules.contains(&"run-as-non-root"), "{rules:?}");
}

#[test]
fn what_somebody_wrote_stays_unless_it_may_go() {
    let kept = fixed(PRIVILEGED, &wanted());
    assert!(left(&kept).contains(&("host-namespaces", &Unfixed::NotAllowed)));
    assert!(String::from_utf8_lossy(&kept.text).contains("privileged"));
    let reversed = fixed(PRIVILEGED, &Wanted { reverses: true, ..wanted() });
    assert_eq!(left(&reversed), []);
    assert!(!String::from_utf8_lossy(&reversed.text).contains("hostPID"));
}

#[test]
fn only_the_rules_that_were_asked_for_are_fixed() {
    let rules = rules::by_id("run-as-non-root").into_iter().collect();
    let file = fixed(BARE, &Wanted { rules, ..wanted() });
    assert!(file.applied.iter().all(|applied| applied.rule.id == "run-as-non-root"));
    assert_eq!(file.applied.len(), 1);
    assert!(file.left().all(|(_, _, why)| *why == Unfixed::OtherRule));
}

#[test]
fn a_kind_known_by_its_shape_is_fixed_only_on_demand() {
    let text = BARE.replace("v1", "example.com/v1").replace("Pod", "Sandbox");
    let text = text.replace("spec:\n", "spec: {template: {spec: {containers: [{name: a}]}}}\nx:\n");
    let file = fixed(&text, &wanted());
    assert!(!file.is_changed());
    assert!(file.left().all(|(_, _, why)| *why == Unfixed::ByShape));
    assert_eq!(left(&fixed(&text, &Wanted { by_shape: true, ..wanted() })), []);
}

#[test]
fn answers_are_put_in_and_asked_for() {
    let text = format!("{BARE}  volumes:\n  - name: data\n    hostPath:\n      path: /x\n");
    let file = fixed(&text, &wanted());
    assert_eq!(left(&file), [("restricted-volumes", &Unfixed::NeedsInput)]);
    assert!(file.inputs().any(|input| input.name == "volume.data"));
    let answers = [("volume.data".to_owned(), "emptyDir".to_owned())].into_iter().collect();
    let file = fixed(&text, &Wanted { answers, ..wanted() });
    assert_eq!(left(&file), []);
    assert!(String::from_utf8_lossy(&file.text).contains("emptyDir"));
}

#[test]
fn what_is_refused_says_so_and_the_other_fixes_are_made() {
    // A document that ends early: the cluster does not see all of it.
    let text = format!("{BARE}...\nmore: text\n---\n{BARE}");
    let file = fixed(&text, &wanted());
    assert!(String::from_utf8_lossy(&file.text).starts_with(&format!("{BARE}...\n")));
    assert!(file.applied.len() > 2);
    assert!(left(&file).contains(&("run-as-non-root", &Unfixed::Refused(Refusal::PartlyRead))));
    let anchored = PRIVILEGED
        .replace("hostPID: true", "hostPID: &yes true\n  automountServiceAccountToken: *yes");
    let file = fixed(&anchored, &Wanted { reverses: true, ..wanted() });
    let refused = Unfixed::Refused(Refusal::AnchorInUse);
    assert_eq!(left(&file), [("host-namespaces", &refused)]);
    assert!(!String::from_utf8_lossy(&file.text).contains("privileged: true"));
}

#[test]
fn in_a_patch_only_what_stands_there_is_fixed() {
    let file = fix("a.yaml", BARE.as_bytes(), Role::Patch, &wanted());
    assert!(!file.is_changed());
    let wanted = Wanted { reverses: true, ..wanted() };
    let file = fix("a.yaml", PRIVILEGED.as_bytes(), Role::Patch, &wanted);
    let text = String::from_utf8_lossy(&file.text).into_owned();
    assert!(!text.contains("hostPID") && !text.contains("runAsNonRoot"), "{text}");
}

#[test]
fn a_fix_shows_no_secret() {
    let text = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, data: {a: &p \
                hunter2}}\n- {apiVersion: v1, kind: Pod, spec: {containers: [{name: a, \
                securityContext: {procMount: *p, capabilities: {add: [*p]}}}]}}\n";
    let file = fixed(text, &Wanted { reverses: true, ..wanted() });
    let objects = file.before.objects.iter().chain(&file.after.objects);
    let findings = objects.flat_map(|object| &object.findings);
    let mut shown: Vec<String> =
        findings.map(|found| format!("{}{:?}", found.message, found.fix)).collect();
    shown.extend(file.applied.iter().map(|applied| format!("{:?}", applied.fix)));
    assert!(shown.len() > 5 && !shown.concat().contains("hunter2"), "{shown:?}");
    let diff = crate::diff::unified(&file, text.as_bytes(), false);
    assert!(!diff.text.contains("hunter2"), "{}", diff.text);
}

#[test]
fn a_long_text_is_fixed_as_its_documents_are() {
    let text = format!("# First.\n{BARE}");
    let one = |text: &str| String::from_utf8(fixed(text, &wanted()).text).unwrap_or_default();
    let number = 40_000 / text.len();
    let file = fixed(&vec![text.as_str(); number].join("---\n"), &wanted());
    assert_eq!(file.text, vec![one(&text); number].join("---\n").into_bytes());
    assert_eq!(left(&file), []);
    let starts: Vec<u32> =
        file.applied.iter().filter_map(|applied| applied.span).map(|span| span.start).collect();
    assert!(starts.last() > Some(&39_000), "{starts:?}");
}

#[test]
fn a_document_in_which_more_is_found_is_noticed() {
    let report = |text: &str| fixed(text, &wanted()).before;
    let volumes = |types: &[&str]| {
        let volume = |of: &&str| format!("  - {{name: data, {of}: {{path: /x}}}}\n");
        BARE.to_owned() + "  volumes:\n" + &types.iter().map(volume).collect::<String>()
    };
    let both = report(&(BARE.to_owned() + "---\n" + &volumes(&["emptyDir", "hostPath"])));
    // The path of the volume that stays differs, as another one went.
    let moved = report(&(BARE.to_owned() + "---\n" + &volumes(&["hostPath"])));
    assert!(worse_documents(&both, &moved, &Origins::default()).is_empty());
    let more = report(&(BARE.to_owned() + "---\n" + &volumes(&["hostPath", "hostPath"])));
    let worse = worse_documents(&both, &more, &Origins::default());
    assert_eq!(worse, [Some(1)].into());
}
