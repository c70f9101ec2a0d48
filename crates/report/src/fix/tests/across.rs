//! Fixes that concern several objects, made by hand: rules come and go.

use super::super::{FixedFile, Unfixed, Wanted, fix, fix_judged};
use super::{BARE, left, wanted};
use crate::FileReport;
use crate::file::Role;
use podproof_policy::fix::Elsewhere;
use podproof_policy::{
    Base, Finding, Fix, Profile, Severity, Suppressed, SuppressedBy, Version, rules,
};
use podproof_source::edit::Refusal;
use podproof_source::{Change, Node, Pointer};

/// Fixes a text for a judge who also offers a fix on pods of some name, as long as a word stands in
/// the text.
fn fixed(text: &str, word: &str, offered: &[(&str, Fix)]) -> FixedFile {
    fixed_but(text, &wanted(), |text, report| {
        if text.contains(word) {
            offer(report, offered);
        }
    })
}

fn fixed_but(text: &str, wanted: &Wanted, add: impl Fn(&str, &mut FileReport)) -> FixedFile {
    fixed_as(Role::Manifest, text, wanted, add)
}

fn fixed_as(
    role: Role,
    text: &str,
    wanted: &Wanted,
    add: impl Fn(&str, &mut FileReport),
) -> FixedFile {
    let (profile, answers) = (&wanted.profile, &wanted.answers);
    let judge = |text: &[u8]| {
        let mut report = FileReport::unmasked("a.yaml", text, role, profile, answers);
        add(&String::from_utf8_lossy(text), &mut report);
        report
    };
    fix_judged(text.as_bytes(), role, wanted, &judge)
}

fn offer(report: &mut FileReport, offered: &[(&str, Fix)]) {
    for (name, fix) in offered {
        let objects = report.objects.iter_mut();
        let objects = objects.filter(|object| object.name.as_deref() == Some(name));
        for object in objects {
            object.findings.push(finding(Severity::Warning, Some(fix.clone())));
        }
    }
}

fn finding(severity: Severity, fix: Option<Fix>) -> Finding {
    Finding {
        rule: rules::by_id("privileged-port").unwrap(),
        severity,
        message: "found".into(),
        container: None,
        path: "metadata".into(),
        pointer: "/metadata".into(),
        span: None,
        is_present: true,
        fix: fix.map(Box::new),
        suppressed: None,
    }
}

fn elsewhere(document: usize, object: Pointer, change: Change) -> Elsewhere {
    let item = object.steps().last().and_then(|step| step.parse().ok());
    Elsewhere { document, item, object, change }
}

fn with(mut fix: Fix, others: impl IntoIterator<Item = Elsewhere>) -> Fix {
    fix.elsewhere.extend(others);
    fix
}

fn text(file: &FixedFile) -> String {
    String::from_utf8(file.text.clone()).unwrap()
}

const WHOLE: Change = Change::Remove { at: Pointer::ROOT };
const SERVICE: &str =
    "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  ports:\n  - targetPort: 80\n";
const IDENTITY: &str =
    "apiVersion: aadpodidentity.k8s.io/v1\nkind: AzureIdentity\nmetadata: {name: old}\n";

fn pod(name: &str) -> String {
    BARE.replace("name: web\nspec", &format!("name: {name}\nspec"))
}

/// The pod as it is after the fixes of its own.
fn hardened(name: &str) -> String {
    text(&fixed_but(&pod(name), &wanted(), |_, _| {}))
}

#[test]
fn another_object_is_changed_too() {
    let port = |object: &Pointer| Change::Set {
        at: Pointer::new(["spec", "ports", "0", "targetPort"]).behind(object),
        value: Node::from(8080),
    };
    let listen = Change::Set { at: Pointer::new(["spec", "x"]), value: Node::from(8080) };
    let fix = |document, object: Pointer| {
        let change = port(&Pointer::ROOT);
        let fix = Fix::safe("listen on 8080".into(), vec![listen.clone()]);
        with(fix, [elsewhere(document, object, change)]).with_command("rollout".into())
    };
    let input = [SERVICE, &pod("b")].join("---\n");
    let file = fixed(&input, "targetPort: 80\n", &[("b", fix(0, Pointer::ROOT))]);
    let expected = [SERVICE.replace("80", "8080"), hardened("b")].join("---\n");
    let listens = text(&file).replace("  x: 8080\n", "");
    assert_eq!((listens, left(&file)), (expected, vec![]));
    let made: Vec<_> = file.applied.iter().map(|made| (&*made.object, &*made.fix.title)).collect();
    assert_eq!(made[0], ("Pod b", "listen on 8080"));

    let item = SERVICE.replace('\n', "\n  ");
    let list = format!("apiVersion: v1\nkind: List\nitems:\n- {}\n", item.trim());
    let at = Pointer::new(["items", "0"]);
    let input = [pod("b"), list].join("---\n");
    let file = fixed(&input, "targetPort: 80\n", &[("b", fix(1, at))]);
    assert!(text(&file).ends_with("  - targetPort: 8080\n"), "{}", text(&file));
    assert_eq!(left(&file), []);
}

#[test]
fn an_object_is_added_once() {
    let secret = |key: &str| {
        let metadata = Node::map([("name", Node::from("web"))]);
        let data = Node::map([(key, Node::from("x"))]);
        let (version, kind) = (Node::from("v1"), Node::from("Secret"));
        let object = [("apiVersion", version), ("kind", kind)].into_iter();
        Node::map(object.chain([("metadata", metadata), ("stringData", data)]))
    };
    let fix = |key: &str| {
        let at = Pointer::new(["metadata", "labels", key]);
        let change = Change::Set { at, value: Node::from("moved") };
        Fix::safe(format!("move {key}"), vec![change]).with_new_object(secret(key))
    };
    let input = [pod("a"), pod("b"), pod("c")].join("---\n");
    let offered = [("a", fix("k")), ("b", fix("k")), ("c", fix("l"))];
    let file = fixed_but(&input, &wanted(), |text, report| {
        if text.matches("moved").count() < 3 {
            offer(report, &offered);
        }
    });
    let end =
        "---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: web\nstringData:\n  k: x\n  l: x\n";
    assert!(text(&file).ends_with(end), "{}", text(&file));
    assert_eq!((text(&file).matches("Secret").count(), left(&file)), (1, vec![]));
}

#[test]
fn objects_are_taken_away_and_the_others_are_known_again() {
    let item = IDENTITY.replace('\n', "\n  ");
    let list = format!("apiVersion: v1\nkind: List\nitems:\n- {0}\n- {0}\n", item.trim());
    let input = [IDENTITY, &pod("a"), IDENTITY, &list, &pod("b")].join("---\n");
    let at = |index| Pointer::new(["items"]).item(index);
    let others = [(0, Pointer::ROOT), (2, Pointer::ROOT), (3, at(0)), (3, at(1))];
    let others = others.map(|(document, at)| elsewhere(document, at, WHOLE));
    let fix = with(Fix::safe("remove identities".into(), Vec::new()), others);
    let file = fixed(&input, "AzureIdentity", &[("a", fix.clone()), ("b", fix)]);
    let list = "apiVersion: v1\nkind: List\nitems: []\n";
    let expected = [&*hardened("a"), list, &hardened("b")].join("---\n");
    assert_eq!((text(&file), left(&file)), (expected, vec![]));
    let made = file.applied.iter().filter(|made| made.fix.title == "remove identities");
    assert_eq!(made.count(), 1);
}

#[test]
fn all_of_it_is_made_or_nothing() {
    let told = IDENTITY.replace('\n', " # why\n");
    let input = [&*told, &pod("a"), SERVICE].join("---\n");
    let set = Change::Set { at: Pointer::new(["spec", "x"]), value: Node::from(1) };
    let others = [elsewhere(0, Pointer::ROOT, WHOLE), elsewhere(2, Pointer::ROOT, set)];
    let fix = with(Fix::safe("remove it".into(), Vec::new()), others);
    let file = fixed(&input, "AzureIdentity", &[("a", fix)]);
    assert_eq!(text(&file), [&*told, &hardened("a"), SERVICE].join("---\n"));
    let refused = Unfixed::Refused(Refusal::CommentLost);
    assert_eq!(left(&file), [("privileged-port", &refused)]);
}

#[test]
fn what_would_cause_a_finding_is_not_made_and_the_others_are() {
    let input = [IDENTITY, &pod("a"), SERVICE].join("---\n");
    let remove = Fix::safe("remove it".into(), Vec::new());
    let remove = with(remove, [elsewhere(0, Pointer::ROOT, WHOLE)]);
    let set = Change::Set { at: Pointer::new(["spec", "x"]), value: Node::from(1) };
    let set = with(Fix::safe("set x".into(), Vec::new()), [elsewhere(2, Pointer::ROOT, set)]);
    for (severity, is_made) in [(Severity::Warning, false), (Severity::Info, true)] {
        let file = fixed_but(&input, &wanted(), |text, report| {
            if text.contains("AzureIdentity") {
                offer(report, &[("a", remove.clone())]);
            } else {
                let mut missing = finding(severity, None);
                missing.path = "spec".into();
                report.objects[0].findings.push(missing);
            }
            if !text.contains("x: 1") {
                offer(report, &[("a", set.clone())]);
            }
        });
        assert!(text(&file).contains("x: 1"), "{}", text(&file));
        assert_eq!(text(&file).contains("AzureIdentity"), !is_made, "{}", text(&file));
        let why = if is_made { Unfixed::NoFix } else { Unfixed::MakesWorse };
        assert_eq!(left(&file), [("privileged-port", &why)]);
    }
}

#[test]
fn what_is_ignored_stays() {
    let input = [IDENTITY, &pod("a")].join("---\n");
    let fix = Fix::safe("remove it".into(), Vec::new());
    let fix = with(fix, [elsewhere(0, Pointer::ROOT, WHOLE)]);
    let file = fixed_but(&input, &wanted(), |_, report| {
        offer(report, &[("a", fix.clone())]);
        let findings = report.objects.iter_mut().flat_map(|object| &mut object.findings);
        for finding in findings.filter(|found| found.message == "found") {
            let reason = "reviewed".to_owned();
            let by = SuppressedBy::Comment;
            finding.suppressed = Some(Box::new(Suppressed { reason, by }));
        }
    });
    assert_eq!(left(&file), [("privileged-port", &Unfixed::Suppressed)]);
    assert_eq!(text(&file), [IDENTITY, &hardened("a")].join("---\n"));
}

#[test]
fn a_patch_holds_no_other_objects() {
    let fix =
        Fix::safe("add it".into(), Vec::new()).with_new_object(Node::map([("a", "b".into())]));
    let offer = |_: &str, report: &mut FileReport| offer(report, &[("web", fix.clone())]);
    let file = fixed_as(Role::Patch, BARE, &wanted(), offer);
    assert_eq!(text(&file), BARE);
    assert!(matches!(left(&file)[..], [(_, Unfixed::Refused(Refusal::Unusual(_)))]));
}

#[test]
fn passwords_of_two_pods_go_to_one_secret_that_is_added_once() {
    let leaky = |name: &str| pod(name) + "    env: [{name: DB_PASSWORD, value: hunter2}]\n";
    let input = [leaky("a"), leaky("b")].join("---\n");
    let answer = |pod: &str| (format!("secret.{pod}"), "shared".to_owned());
    let wanted = Wanted {
        profile: Profile::new(Base::Aks, Version::Latest),
        answers: ["a", "b"].map(answer).into_iter().collect(),
        rules: rules::by_id("hard-coded-credential").into_iter().collect(),
        ..wanted()
    };
    let once = fix("a.yaml", input.as_bytes(), Role::Manifest, &wanted);
    let secret = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: shared\ntype: Opaque\n";
    assert!(text(&once).ends_with(&format!("---\n{secret}")), "{}", text(&once));
    assert!(!text(&once).contains("hunter2") && text(&once).matches(secret).count() == 1);
    assert!(once.applied.iter().all(|made| !made.fix.commands.is_empty()));
    let twice = fix("a.yaml", &once.text, Role::Manifest, &wanted);
    assert_eq!((twice.text == once.text, twice.applied.len()), (true, 0));
}

#[test]
fn a_service_follows_the_port_of_its_pods() {
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  selector: {app: \
                   web}\n  ports:\n  - port: 80 # public\n    targetPort: 80\n";
    let labelled = BARE.replace("spec:", "  labels: {app: web}\nspec:");
    let input = [service, "---\n", &labelled, "    ports: [{containerPort: 80}]\n"].concat();
    let wanted = Wanted {
        profile: Profile::new(Base::Aks, Version::Latest),
        answers: [("port.web.80".to_owned(), "8080".to_owned())].into_iter().collect(),
        rules: rules::by_id("privileged-port").into_iter().collect(),
        ..wanted()
    };
    let file = fix("a.yaml", input.as_bytes(), Role::Manifest, &wanted);
    let expected = input.replace("targetPort: 80", "targetPort: 8080");
    assert_eq!(text(&file), expected.replace("containerPort: 80", "containerPort: 8080"));
}
