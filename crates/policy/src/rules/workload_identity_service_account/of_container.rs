//! What a container must not hold beside its token for Azure.

use crate::azure::{self, SKIPPED};
use crate::field::Field;
use crate::finding::Findings;
use crate::fix::Fix;
use crate::pod::Container;

/// Variables of other ways to sign in. Azure's libraries try these ways first.
const OTHERS: &[&str] = &["AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_PASSWORD"];

const CLIENT_ID: &str = "AZURE_CLIENT_ID";

pub(super) fn must_sign_in_by_token(container: &Container<'_>, out: &mut Findings) {
    if !azure::is_meant_for_workload_identity(container.pod) || is_skipped(container) {
        return;
    }
    for variable in container.get("env").items() {
        let name = variable.get("name").as_str().unwrap_or_default();
        let value = variable.get("value");
        if OTHERS.contains(&name) && holds_something(&variable) {
            let message =
                format!("{container} has `{name}` beside Workload ID, which needs no secret");
            out.report(&variable, message).fix(|_| without(name, container));
        } else if name == CLIENT_ID && is_another_identity(&value, container) {
            let message = format!(
                "{container} sets `{name}` to another identity than that of its service account"
            );
            // Without the label nobody sets the variable anew.
            let is_set_anew = azure::uses_workload_identity(container.pod);
            out.report(&value, message)
                .fix(|_| if is_set_anew { without(name, container) } else { None });
        }
    }
}

fn is_skipped(container: &Container<'_>) -> bool {
    let skipped = container.pod.annotations().get(SKIPPED).as_str().unwrap_or_default();
    skipped.split(';').any(|name| name.trim() == container.name())
}

fn holds_something(variable: &Field<'_>) -> bool {
    let is_empty = variable.get("value").as_str().is_none_or(str::is_empty);
    !is_empty || variable.get("valueFrom").is_set()
}

fn is_another_identity(value: &Field<'_>, container: &Container<'_>) -> bool {
    let of_account = azure::known_account(container.pod).and_then(azure::client_id);
    let ids = value.as_str().zip(of_account);
    ids.is_some_and(|(own, of_account)| {
        let both_are_ids = azure::is_guid(own) && azure::is_guid(of_account);
        both_are_ids && !own.eq_ignore_ascii_case(of_account)
    })
}

/// Takes a variable away, unless another text of the container refers to it.
fn without(name: &str, container: &Container<'_>) -> Option<Fix> {
    let env = container.get("env");
    let named = env.items().filter(|variable| variable.get("name").as_str() == Some(name));
    let changes = named.map(|variable| variable.remove_from(&env)).collect();
    let title = format!("remove the variable `{name}` from {container}");
    let fix = Fix::reverses(title, changes).breaks(
        "the identity of the service account lacks roles that the other one has",
        "`AuthorizationFailed` or status 403 from Azure in the log",
    );
    (!refers_to(name, container)).then_some(fix)
}

fn refers_to(name: &str, container: &Container<'_>) -> bool {
    let reference = format!("$({name})");
    let arguments = ["command", "args"].into_iter().flat_map(|list| container.get(list).items());
    let values = container.get("env").items().map(|variable| variable.get("value"));
    arguments.chain(values).any(|text| text.as_str().is_some_and(|text| text.contains(&reference)))
}
