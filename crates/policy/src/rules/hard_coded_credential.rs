//! A workload or `ConfigMap` must not hold a credential as plain text.
//!
//! Who can read the manifest, in Git or in the cluster, can use the credential, and it stays in the
//! history when it is removed. Keys and tokens with a shape of their own are errors; what only a name
//! like `DB_PASSWORD` gives away is a warning.
//!
//! ```yaml,bad
//! metadata:
//!   name: shop
//! spec:
//!   containers:
//!     - name: web
//!       env:
//!         - name: DB_PASSWORD
//!           value: hunter2
//! #                ^^^^^^^ container `web` seems to hold a password in the variable `DB_PASSWORD`: move it to a Secret and change it
//!         - name: DB_HOST
//!           value: db
//! ```
//!
//! ```yaml,fixed,secret.shop=shop-secrets
//! metadata:
//!   name: shop
//! spec:
//!   containers:
//!     - name: web
//!       env:
//!         - name: DB_PASSWORD
//!           valueFrom:
//!             secretKeyRef:
//!               name: shop-secrets
//!               key: DB_PASSWORD
//!         - name: DB_HOST
//!           value: db
//! ---
//! apiVersion: v1
//! kind: Secret
//! metadata:
//!   name: shop-secrets
//! type: Opaque
//! ```
//!
//! ```yaml,bad
//! spec:
//!   containers:
//!     - name: cache
//!       args: [--requirepass, hunter2, --appendonly, "yes"]
//! #                           ^^^^^^^ container `cache` seems to hold a password in the argument `--requirepass`: move it to a Secret and change it
//! ```
//!
//! ```yaml,bad
//! apiVersion: v1
//! kind: ConfigMap
//! data:
//!   application.properties: |
//! # ^^^^^^^^^^^^^^^^^^^^^^ the key `application.properties` seems to hold a password at `spring.datasource.password`: move it to a Secret and change it
//!     spring.datasource.username=shop
//!     spring.datasource.password=hunter2
//! ```
//!
//! References, paths, placeholders and names of objects are no credentials.
//!
//! ```yaml,good
//! spec:
//!   containers:
//!     - name: web
//!       args: [--token=$(TOKEN), --password-file=/etc/web/password]
//!       env:
//!         - name: TOKEN
//!           valueFrom: {secretKeyRef: {name: web, key: token}}
//!         - name: DB_PASSWORD
//!           value: $(PASSWORD_OF_THE_OPERATOR)
//!         - name: SECRETS_DIR
//!           value: /mnt/secrets
//!         - name: TLS_SECRET
//!           value: web-tls
//! ```
//!
//! ## How to fix it
//!
//! Consider the credential as known to others: make a new one, and take the old one out of use.
//!
//! To Azure services a program can log in without any: as a managed identity, with Microsoft Entra
//! Workload ID. SQL databases take `Authentication=Active Directory Workload Identity` in place of
//! a password, storage and messaging the address of the account in place of a connection string.
//!
//! Otherwise keep it in Azure Key Vault, and mount it with the Secrets Store CSI driver, or in a
//! Secret that no repository holds. The fix makes a variable refer to a Secret and adds an empty one;
//! it does not copy the value. Fill the Secret with
//! `kubectl patch secret`, which leaves its other keys alone, or with `secretObjects` of a `SecretProviderClass`.
//!
//! An argument becomes `$(NAME)` of such a variable, or the path of a mounted file. For a
//! `ConfigMap`, mount a Secret with that file instead, or let the file refer to a variable.
//!
//! ## When to ignore it
//!
//! When the value is no credential, or the one of a throw-away database in a test. A password that
//! everybody knows (`changeme`) is an info only, for it has to be changed anyway.

use crate::credential::{self, Arguments, Hit, Kind};
use crate::field::Field;
use crate::finding::{Findings, Reported};
use crate::fix::{Answers, Fix, Input, InputKind};
use crate::inventory::Neighbour;
use crate::object::Object;
use crate::pod::Container;
use crate::rule::{Category, Check::ObjectAndEachContainer, Rule, Severity, since};
use podproof_source::Node;

pub static RULE: Rule = Rule {
    id: "hard-coded-credential",
    title: "A workload or `ConfigMap` must not hold a credential as plain text",
    category: Category::Credentials,
    severity: Severity::Warning,
    standard: None,
    replaces: &[],
    versions: &[since(
        0,
        ObjectAndEachContainer(config_must_not_hold_a_credential, must_not_hold_a_credential),
    )],
    source: crate::source!("hard_coded_credential.rs"),
};

fn must_not_hold_a_credential(container: &Container<'_>, out: &mut Findings) {
    for variable in container.get("env").items() {
        let (name, value) = (variable.get("name"), variable.get("value"));
        let (Some(name), Some(text)) = (name.as_str(), value.as_str()) else { continue };
        if let Some(hit) = credential::in_variable(name, text) {
            report(&value, &hit, &container.to_string(), (" in the variable `", name), out)
                .fix(|answers| from_secret(name, &variable, container, answers));
        }
    }
    let mut arguments = Arguments::default();
    for list in ["command", "args"] {
        for item in container.get(list).items() {
            let Some((name, hit)) = item.as_str().and_then(|text| arguments.next(text)) else {
                continue;
            };
            let name = name.unwrap_or_default();
            report(&item, &hit, &container.to_string(), (" in the argument `", name), out);
        }
    }
}

fn config_must_not_hold_a_credential(object: &Object<'_>, out: &mut Findings) {
    if object.kind != "ConfigMap" {
        return;
    }
    let data = object.root().get("data");
    for (key, value) in data.entries() {
        let Some(text) = value.as_str() else { continue };
        let hit = if credential::is_code(key, text) {
            credential::by_shape(text).map(|hit| ("", hit))
        } else {
            let of_key = credential::in_variable(key, text).map(|hit| ("", hit));
            let of_text = || credential::in_text(text);
            of_key.or_else(|| of_text().map(|(name, hit)| (name.unwrap_or_default(), hit)))
        };
        if let Some((name, hit)) = hit {
            let value = value.at_key_of(&data, key);
            let holder = ["the key `", shown(key), "`"].concat();
            report(&value, &hit, &holder, (" at `", name), out);
        }
    }
}

#[inline(never)]
fn report<'f>(
    field: &Field<'_>,
    hit: &Hit,
    holder: &str,
    (place, name): (&str, &str),
    out: &'f mut Findings,
) -> Reported<'f> {
    let (severity, verb) = match hit.kind {
        Kind::Proved => (Severity::Error, " holds "),
        Kind::Likely => (Severity::Warning, " seems to hold "),
        Kind::Minor => (Severity::Info, " holds "),
    };
    let advice = if hit.what.starts_with("an Azure") || hit.what.starts_with("a Microsoft") {
        ": make a new one, and better none: log in with Workload ID"
    } else if hit.kind == Kind::Minor {
        ": a Secret is the place for it"
    } else {
        ": move it to a Secret and change it"
    };
    let (place, name, end) = if name.is_empty() { ("", "", "") } else { (place, shown(name), "`") };
    out.report_as(severity, field, [holder, verb, hit.what, place, name, end, advice].concat())
}

/// A name for a message, unless somebody wrote a credential in its place.
fn shown(name: &str) -> &str {
    if credential::by_shape(name).is_some() { "…" } else { name }
}

/// The variable with a reference in place of its value. The value itself goes nowhere.
#[inline(never)]
fn from_secret(
    name: &str,
    variable: &Field<'_>,
    container: &Container<'_>,
    answers: &Answers,
) -> Option<Fix> {
    let is_key = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    let is_taken = variable.get("valueFrom").is_set();
    if is_taken || !name.bytes().all(is_key) || credential::by_shape(name).is_some() {
        return None;
    }
    let workload = container.pod.object.name().unwrap_or("pod");
    let workload = workload.strip_suffix('-').unwrap_or(workload);
    let question = "name of the Secret for the credentials of this workload";
    let default = Some([workload, "-secrets"].concat());
    let default = default.filter(|name| InputKind::Name.accepts(name).is_ok());
    let input = Input::name(&["secret.", workload].concat(), question, default);
    let title = ["take `", name, "` of ", &container.to_string(), " from a Secret"].concat();
    Some(answered(Fix::needs_input(title, input, Vec::new()), name, variable, container, answers))
}

/// The changes, when it is known which Secret it is.
fn answered(
    fix: Fix,
    name: &str,
    variable: &Field<'_>,
    container: &Container<'_>,
    answers: &Answers,
) -> Fix {
    let Some(secret) = fix.inputs.first().and_then(|input| answers.valid(input)) else {
        return fix;
    };
    let object = &container.pod.object;
    let reference = Node::map([("name", secret.into()), ("key", name.into())]);
    let source = Node::map([("secretKeyRef", reference)]);
    let changes = vec![variable.get("value").remove(), variable.get("valueFrom").set(source)];
    let namespace = object.namespace();
    let option = namespace.map_or(String::new(), |namespace| format!(" --namespace {namespace}"));
    let fix = Fix { changes, ..fix }.with_command(format!(
        "kubectl patch secret {secret}{option} --type=merge \
         --patch='{{\"stringData\":{{\"{name}\":\"NEW_VALUE\"}}}}'"
    ));
    let same = |neighbour: &Neighbour| neighbour.object().name() == Some(secret);
    let is_there = object.around.is_none() || object.neighbours("Secret").any(same);
    if is_there { fix } else { fix.with_new_object(stub(secret, namespace)) }
}

/// A Secret without a key: applying it overwrites none that are there.
fn stub(name: &str, namespace: Option<&str>) -> Node {
    let metadata = [("name", Some(name)), ("namespace", namespace)];
    let metadata = metadata.into_iter().filter_map(|(key, text)| Some((key, text?.into())));
    Node::map([
        ("apiVersion", "v1".into()),
        ("kind", "Secret".into()),
        ("metadata", Node::map(metadata)),
        ("type", "Opaque".into()),
    ])
}
