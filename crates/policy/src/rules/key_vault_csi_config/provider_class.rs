//! The class: which vault, which objects, and as whom.

use super::identity;
use super::objects::{Reading, VaultObject, read};
use crate::azure::is_placeholder;
use crate::field::Field;
use crate::finding::Findings;
use crate::fix::Fix;
use crate::inventory::Neighbour;
use crate::object::Object;
use crate::rule::Severity::{Error, Info};

pub(super) const KIND: &str = "SecretProviderClass";
const GROUP: &str = "secrets-store.csi.x-k8s.io/";

pub(super) const POD_IDENTITY: &str = "usePodIdentity";
pub(super) const VM_IDENTITY: &str = "useVMManagedIdentity";
const TOKEN_PROXY: &str = "useAzureTokenProxy";
/// Each chooses another way to sign in.
const MODES: [&str; 3] = [POD_IDENTITY, VM_IDENTITY, TOKEN_PROXY];

/// The classes in an object's namespace, as far as they are known.
pub(super) fn classes_around<'a>(object: &Object<'a>) -> impl Iterator<Item = &'a Neighbour> {
    object.neighbours(KIND).filter(|class| is_class(&class.object()))
}

pub(super) fn is_class(object: &Object<'_>) -> bool {
    object.kind == KIND && object.api_version.starts_with(GROUP)
}

pub(super) fn is_for_azure(object: &Object<'_>) -> bool {
    is_class(object) && object.root().at(&["spec", "provider"]).as_str() == Some("azure")
}

pub(super) fn class_must_open_the_vault(object: &Object<'_>, out: &mut Findings) {
    if !is_for_azure(object) {
        return;
    }
    let parameters = object.root().at(&["spec", "parameters"]);
    if parameters.node().is_some_and(|node| node.as_map().is_none()) {
        let message = "`parameters` must be an object of texts: the cluster refuses the class";
        out.report_as(Error, &parameters, message.into());
        return;
    }
    values_must_be_texts(&parameters, out);
    vault_and_objects_must_be_named(&parameters, out);
    name_of_vault_must_be_one(&parameters.get("keyvaultName"), out);
    flags_must_be_readable(&parameters, out);
    modes_must_exclude_each_other(&parameters, out);
    must_sign_in_with_workload_id(object, &parameters, out);
    let objects = parameters.get("objects").at_key_of(&parameters, "objects");
    if let Some(text) = objects.as_str().filter(|text| !text.trim().is_empty()) {
        match read(text) {
            Reading::Known(known) => {
                versions_must_not_be_pinned(&objects, &known, out);
                synced_files_must_exist(object, &known, out);
            }
            Reading::Wrong(why) => {
                let message =
                    format!("the provider cannot read `objects`, so no volume mounts: {why}");
                out.report_as(Error, &objects, message);
            }
            Reading::Unknown => {}
        }
    }
}

/// The schema of the class knows texts only.
fn values_must_be_texts(parameters: &Field<'_>, out: &mut Findings) {
    for (key, value) in parameters.entries() {
        if !value.is_set() || value.as_str().is_some() {
            continue;
        }
        let meant = flag(&value).filter(|_| MODES.contains(&key)).map(|on| on.to_string());
        let written = match &meant {
            Some(text) => format!("`\"{text}\"`, with quotes"),
            None if key == "objects" => "begun with `objects: |`".to_owned(),
            None => "in quotes".to_owned(),
        };
        let message =
            format!("`{key}` must be a text, {written}: the cluster refuses the class otherwise");
        out.report_as(Error, &value, message).fix(|_| {
            let text = meant?;
            let title = format!("put the value of `{key}` in quotes");
            Some(Fix::safe(title, vec![value.set(&*text)]))
        });
    }
}

fn vault_and_objects_must_be_named(parameters: &Field<'_>, out: &mut Findings) {
    // The older spelling of the second is still read.
    for (key, older) in [("keyvaultName", None), ("tenantID", Some("tenantId")), ("objects", None)]
    {
        let is_named = std::iter::once(key).chain(older).any(|key| {
            let value = parameters.get(key);
            // What is no text is another finding.
            value.is_set() && value.as_str().is_none_or(|text| !text.trim().is_empty())
        });
        if !is_named {
            let message = format!("`{key}` is missing: no volume of this class mounts without it");
            out.report_as(Error, &parameters.get(key), message);
        }
    }
}

/// The provider makes the vault's address of it, and takes no other characters.
fn name_of_vault_must_be_one(field: &Field<'_>, out: &mut Findings) {
    let Some(name) = field.as_str().map(str::trim).filter(|name| !name.is_empty()) else { return };
    let is_legal = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let is_name = (3..=24).contains(&name.len()) && name.bytes().all(is_legal);
    if !is_name && !is_placeholder(name) {
        let message = "`keyvaultName` must be the name of the vault, not its address: 3 to 24 \
                       letters, digits and `-`";
        out.report_as(Error, field, message.into());
    }
}

fn flags_must_be_readable(parameters: &Field<'_>, out: &mut Findings) {
    for key in MODES {
        let value = parameters.get(key);
        let is_given = value.as_str().is_some_and(|text| !is_placeholder(text));
        if is_given && flag(&value).is_none() {
            let message = format!(
                "`{key}` must be `\"true\"` or `\"false\"`: no volume of this class mounts with \
                 another value"
            );
            out.report_as(Error, &value, message);
        }
    }
}

fn modes_must_exclude_each_other(parameters: &Field<'_>, out: &mut Findings) {
    let mut chosen = MODES.into_iter().filter(|key| is_on(parameters, key));
    let (Some(first), Some(second)) = (chosen.next(), chosen.next()) else { return };
    let message = format!(
        "`{first}` and `{second}` exclude each other: the provider refuses a class with both"
    );
    out.report_as(Error, &parameters.get(second), message);
}

fn must_sign_in_with_workload_id(object: &Object<'_>, parameters: &Field<'_>, out: &mut Findings) {
    let client_id = parameters.get("clientID");
    let (pods, nodes) = (is_on(parameters, POD_IDENTITY), is_on(parameters, VM_IDENTITY));
    if pods {
        let message =
            "the class uses the deprecated pod-managed identity, which is no longer supported";
        out.report(&parameters.get(POD_IDENTITY), message.into())
            .fix(|answers| Some(identity::instead_of_pod_identity(object, parameters, answers)));
    }
    if nodes && is_given(&client_id) {
        let message = format!(
            "`clientID` is not used, nor is Workload ID: `{VM_IDENTITY}` takes an identity of the \
             node, which others on it can take as well"
        );
        out.report(&client_id, message)
            .fix(|_| Some(identity::instead_of_node_identity(parameters)));
    }
    if is_given(&client_id) || pods || nodes {
        return;
    }
    if is_on(parameters, TOKEN_PROXY) {
        let message = format!("`{TOKEN_PROXY}` needs a `clientID`: the provider refuses the class");
        out.report_as(Error, &client_id, message)
            .fix(|answers| Some(identity::named(object, parameters, answers)));
    } else if MODES.iter().all(|key| flag(&parameters.get(key)) == Some(false)) {
        let message = "without `clientID` the provider signs in as a service principal, whose \
                       password is kept in the cluster: Workload ID needs none";
        out.report(&client_id, message.into())
            .fix(|answers| Some(identity::named(object, parameters, answers)));
    }
}

fn versions_must_not_be_pinned(objects: &Field<'_>, known: &[VaultObject<'_>], out: &mut Findings) {
    for object in known.iter().filter(|object| object.is_pinned()) {
        let message = format!(
            "`{}` is pinned to one version, so pods never see that it was rotated",
            object.name
        );
        out.report_as(Info, objects, message);
    }
}

fn synced_files_must_exist(object: &Object<'_>, known: &[VaultObject<'_>], out: &mut Findings) {
    for secret in object.root().at(&["spec", "secretObjects"]).items() {
        for data in secret.get("data").items() {
            let field = data.get("objectName");
            let Some(name) = field.as_str().filter(|name| !is_placeholder(name)) else { continue };
            if known.iter().any(|object| object.is_file(name)) {
                continue;
            }
            let mut aliased = known.iter().filter(|object| object.name == name);
            let only = aliased.next().filter(|_| aliased.next().is_none()).map(VaultObject::file);
            let message = match only {
                Some(alias) => format!(
                    "the file of `{name}` is called `{alias}`, its alias: the Secret is not made"
                ),
                None => format!("`objects` holds no `{name}`: the Secret is not made"),
            };
            out.report(&field, message).fix(|_| {
                let alias = only?;
                let title = format!("call `{name}` `{alias}` in `secretObjects`, as its file is");
                Some(Fix::safe(title, vec![field.set(alias)]))
            });
        }
    }
}

/// Whether a mode is chosen, also by a value that still needs quotes.
pub(super) fn is_on<'a>(parameters: &Field<'a>, key: &'a str) -> bool {
    flag(&parameters.get(key)) == Some(true)
}

/// What Go's `ParseBool` makes of a text, and what a value without quotes means.
fn flag(field: &Field<'_>) -> Option<bool> {
    let number = field.as_int().and_then(|number| match number {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    });
    match field.as_str().map(str::trim) {
        Some("1" | "t" | "T" | "true" | "TRUE" | "True") => Some(true),
        Some("" | "0" | "f" | "F" | "false" | "FALSE" | "False") => Some(false),
        Some(_) => None,
        None if !field.is_set() => Some(false),
        None => field.as_bool().or(number),
    }
}

pub(super) fn is_given(field: &Field<'_>) -> bool {
    field.is_set() && field.as_str().is_none_or(|text| !text.trim().is_empty())
}
