//! What gives a pod a service account, and a service account its identity.

use super::misplaced_ids;
use crate::azure::{self, DEFAULT_ACCOUNT};
use crate::field::Field;
use crate::fix::{Answers, Fix, Input};
use crate::inventory::Neighbour;
use crate::pod::Pod;

/// Moves the id to the service account, if that is known and does not name another one.
pub(super) fn with_id_on_account(pod: &Pod<'_>, key: &'static str) -> Option<Fix> {
    let account = azure::known_account(pod)?;
    let object = account.object();
    let (name, annotations) = (object.name()?, object.root().at(&["metadata", "annotations"]));
    let there = annotations.get(key);
    let misplaced = misplaced_ids(pod, key);
    let id = misplaced.first()?.as_str().filter(|id| azure::is_guid(id))?;
    let is_same = |text: Option<&str>| text.is_some_and(|text| text.eq_ignore_ascii_case(id));
    if !misplaced.iter().all(|other| is_same(other.as_str())) {
        return None;
    }
    let changes = misplaced.iter().map(Field::remove).collect();
    if is_same(there.as_str()) {
        let title = format!("remove `{key}` from the pod: the service account has it");
        return Some(Fix::safe(title, changes));
    }
    let fits = annotations.node().is_none_or(|node| node.as_map().is_some());
    let fix = Fix::hardening(format!("move `{key}` to the service account `{name}`"), changes);
    let fix = fix.also_in(account, there.set(id)).breaks(
        "another pod of the service account signs in as another identity",
        "Azure refuses requests of that pod: it lacks the roles",
    );
    (fits && !there.is_set()).then_some(fix)
}

/// Names the only service account that it can be, or the one that a person names.
pub(super) fn with_account(pod: &Pod<'_>, answers: &Answers) -> Fix {
    let place = pod.spec.get("serviceAccountName");
    let candidates = names_of_accounts(pod, |account| azure::client_id(account).is_some());
    let fix = if let [only] = &*candidates {
        let (title, changes) = (titled(only), vec![place.set(&**only)]);
        // Somebody may have written `default`.
        if place.is_set() { Fix::reverses(title, changes) } else { Fix::hardening(title, changes) }
    } else {
        asked_for_account(pod, candidates, answers)
    };
    fix.breaks(
        "the program asks the API server, and the new account lacks the rights of the old one",
        "`forbidden` in the log",
    )
}

fn asked_for_account(pod: &Pod<'_>, candidates: Vec<String>, answers: &Answers) -> Fix {
    let place = pod.spec.get("serviceAccountName");
    let workload = pod.object.name().unwrap_or("pod").trim_end_matches('-');
    let question = "service account that has the identity";
    let input = Input {
        choices: candidates,
        ..Input::name(&format!("service-account.{workload}"), question, None)
    };
    // With another one that has no identity, the mistake would stay.
    let useless = names_of_accounts(pod, |account| azure::client_id(account).is_none());
    let is_of_use = |name: &&str| *name != DEFAULT_ACCOUNT && !useless.iter().any(|no| no == name);
    let answer = answers.valid(&input).filter(is_of_use).map(str::to_owned);
    let title = answer.as_deref().map_or_else(
        || "run the pod under the service account that has the identity".to_owned(),
        titled,
    );
    let changes = answer.map(|name| place.set(&*name)).into_iter().collect();
    Fix::needs_input(title, input, changes)
}

fn titled(account: &str) -> String {
    format!("run the pod under the service account `{account}`")
}

fn names_of_accounts(pod: &Pod<'_>, is_wanted: impl Fn(&Neighbour) -> bool) -> Vec<String> {
    let all = pod.object.neighbours("ServiceAccount").filter(|account| is_wanted(account));
    all.filter_map(|account| account.object().name().map(str::to_owned)).collect()
}
