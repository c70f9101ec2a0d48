//! The volume of a pod that a class fills, and the Secrets that exist only together with it.

use super::provider_class::{KIND, classes_around, is_class, is_for_azure};
use crate::field::Field;
use crate::finding::Findings;
use crate::fix::{Answers, Fix, Input, InputKind};
use crate::inventory::{Neighbour, STORE_DRIVER};
use crate::pod::{Container, Pod};
use crate::rule::Severity::{Error, Info, Warning};
use podproof_source::Node;

/// A volume of the Secrets Store.
struct Volume<'a> {
    name: &'a str,
    csi: Field<'a>,
}

impl<'a> Volume<'a> {
    fn class_field(&self) -> Field<'a> {
        self.csi.at(&["volumeAttributes", "secretProviderClass"])
    }

    fn class(&self) -> Option<&'a str> {
        self.class_field().as_str().filter(|name| !name.is_empty())
    }
}

fn volumes_of<'a>(pod: &Pod<'a>) -> impl Iterator<Item = Volume<'a>> {
    pod.spec.get("volumes").items().filter_map(|volume| {
        let csi = volume.get("csi");
        let is_store = csi.get("driver").as_str() == Some(STORE_DRIVER);
        let name = volume.get("name").as_str().unwrap_or_default();
        is_store.then_some(Volume { name, csi })
    })
}

/// Whether a volume of the pod is of a class.
pub(super) fn names_class(pod: &Pod<'_>, class: &str) -> bool {
    volumes_of(pod).any(|volume| volume.class() == Some(class))
}

pub(super) fn volumes_must_mount(pod: &Pod<'_>, out: &mut Findings) {
    for volume in volumes_of(pod) {
        must_be_read_only(&volume, out);
        match volume.class() {
            Some(class) => class_must_be_there(&volume, class, pod, out),
            None => must_name_a_class(&volume, pod, out),
        }
        must_not_use_a_password(&volume, pod, out);
        must_be_mounted(&volume, pod, out);
    }
}

fn must_be_read_only(volume: &Volume<'_>, out: &mut Findings) {
    let field = volume.csi.get("readOnly");
    if field.as_bool() == Some(false) || !field.is_set() {
        let name = volume.name;
        let message = format!(
            "volume `{name}` must set `readOnly: true`: the driver mounts nothing without it"
        );
        out.report_as(Error, &field, message).fix(|_| {
            let title = format!("set `readOnly: true` on volume `{name}`");
            Some(Fix::safe(title, vec![field.set(true)]))
        });
    }
}

fn must_name_a_class(volume: &Volume<'_>, pod: &Pod<'_>, out: &mut Findings) {
    let (name, field) = (volume.name, volume.class_field());
    // What is no text is another rule's finding.
    let attributes = volume.csi.get("volumeAttributes");
    if attributes.node().is_some_and(|node| node.as_map().is_none())
        || field.is_set() && field.as_str().is_none()
    {
        return;
    }
    let message = format!("volume `{name}` must name its `secretProviderClass`: it does not mount");
    out.report_as(Error, &field, message).fix(|answers| {
        let mut names = classes_around(&pod.object).filter_map(|class| class.object().name());
        let only = names.next().filter(|_| names.next().is_none());
        let label = format!("`SecretProviderClass` of volume `{name}`");
        let input = Input::name(&format!("class.{name}"), &label, only.map(str::to_owned));
        let changes = answers.valid(&input).map(|class| field.set(class));
        let title = format!("name the `secretProviderClass` of volume `{name}`");
        Some(Fix::needs_input(title, input, Vec::from_iter(changes)))
    });
}

fn class_must_be_there(volume: &Volume<'_>, class: &str, pod: &Pod<'_>, out: &mut Findings) {
    let is_named = |other: &&Neighbour| other.object().name() == Some(class);
    if classes_around(&pod.object).any(|other| is_named(&other)) {
        return;
    }
    let namespace = pod.object.namespace();
    let all = pod.object.around.into_iter().flat_map(|around| around.of_kind(KIND));
    let mut named = all.filter(|other| is_class(&other.object())).filter(is_named);
    // An object without a namespace may be meant for any.
    let elsewhere = named.find_map(|other| other.object().namespace().map(str::to_owned));
    if let Some((own, other)) = namespace.zip(elsewhere) {
        let message = format!(
            "class `{class}` is in namespace `{other}`, but the pod in `{own}`: the volume does \
             not mount"
        );
        out.report(&volume.class_field(), message);
    } else if classes_around(&pod.object).next().is_some() {
        let message =
            format!("the input holds other classes of this namespace, but no class `{class}`");
        out.report_as(Info, &volume.class_field(), message);
    }
}

fn must_not_use_a_password(volume: &Volume<'_>, pod: &Pod<'_>, out: &mut Findings) {
    let secret = volume.csi.get("nodePublishSecretRef");
    let class = volume.class().and_then(|name| {
        classes_around(&pod.object).find(|other| other.object().name() == Some(name))
    });
    if !secret.is_set() {
        return;
    }
    let name = volume.name;
    match class {
        Some(class) if is_for_azure(&class.object()) => {
            let message = format!(
                "volume `{name}` signs in as a service principal, whose password is kept in a \
                 Secret: Workload ID needs none"
            );
            out.report(&secret, message);
        }
        // Other providers take other secrets.
        Some(_) => {}
        None => {
            let message = format!(
                "volume `{name}` signs in with a Secret; if the provider is Azure's, Workload ID \
                 needs none"
            );
            out.report_as(Info, &secret, message);
        }
    }
}

fn must_be_mounted(volume: &Volume<'_>, pod: &Pod<'_>, out: &mut Findings) {
    let name = volume.name;
    // A patch may hold the volume alone.
    let has_containers = pod.spec.get("containers").is_set();
    if name.is_empty() || !has_containers || pod.mounts(name) {
        return;
    }
    let message = format!(
        "no container mounts volume `{name}`: nothing is fetched from the vault, and no Secret is \
         made"
    );
    out.report(&volume.csi, message).fix(|answers| with_mount(name, pod, answers));
}

/// Mounts the volume in the only container, at the path that a person names.
fn with_mount(volume: &str, pod: &Pod<'_>, answers: &Answers) -> Option<Fix> {
    let container = pod.only_container()?;
    let input = Input {
        name: format!("mount.{volume}"),
        label: format!("path at which {container} is to find the files of volume `{volume}`"),
        kind: InputKind::Text,
        choices: Vec::new(),
        default: Some("/mnt/secrets-store".to_owned()),
    };
    let mounts = container.get("volumeMounts");
    if mounts.node().is_some_and(|node| node.as_list().is_none()) {
        return None;
    }
    let is_free =
        |path: &str| mounts.items().all(|mount| mount.get("mountPath").as_str() != Some(path));
    let is_path = |path: &str| pod.is_for_windows() || path.starts_with('/') && !path.contains(':');
    let change = answers.valid(&input).filter(|path| is_path(path) && is_free(path)).map(|path| {
        let mount = Node::map([
            ("name", volume.into()),
            ("mountPath", path.into()),
            ("readOnly", true.into()),
        ]);
        if mounts.is_set() { mounts.append(mount) } else { mounts.set(Node::list([mount])) }
    });
    let title = format!("mount volume `{volume}` in {container}");
    let fix = Fix::needs_input(title, input, Vec::from_iter(change));
    Some(fix.breaks(
        "the vault cannot be read, or the image has files at this path",
        "the pod stays in `ContainerCreating`, with the event `FailedMount`, or the program misses \
         its files",
    ))
}

pub(super) fn container_must_see_the_vault(container: &Container<'_>, out: &mut Findings) {
    for mount in container.get("volumeMounts").items() {
        let name = mount.get("name").as_str().unwrap_or_default();
        let path = mount.get("subPath");
        let is_part = path.as_str().is_some_and(|path| !path.is_empty());
        if is_part && volumes_of(container.pod).any(|volume| volume.name == name) {
            let message =
                format!("{container} never sees a new version of what it mounts by `subPath`");
            out.report_as(Info, &path, message);
        }
    }
    let mut seen = Vec::new();
    for field in secrets_in_environment(container) {
        let name = field.as_str().unwrap_or_default();
        if !name.is_empty() && !seen.contains(&name) {
            seen.push(name);
            synced_secret_must_exist(&field, name, container, out);
        }
    }
}

/// The names of Secrets that become variables.
fn secrets_in_environment<'a>(container: &Container<'a>) -> impl Iterator<Item = Field<'a>> {
    let one = container.get("env").items();
    let one = one.map(|variable| variable.at(&["valueFrom", "secretKeyRef", "name"]));
    let whole = container.get("envFrom").items();
    one.chain(whole.map(|source| source.at(&["secretRef", "name"])))
}

/// A Secret that a class makes is there as long as a pod mounts a volume of the class.
fn synced_secret_must_exist(
    field: &Field<'_>,
    secret: &str,
    container: &Container<'_>,
    out: &mut Findings,
) {
    let pod = container.pod;
    let makes = |class: &&Neighbour| {
        let mut secrets = class.object().root().at(&["spec", "secretObjects"]).items();
        secrets.any(|made| made.get("secretName").as_str() == Some(secret))
    };
    let classes: Vec<&Neighbour> = classes_around(&pod.object).filter(makes).collect();
    let Some(class) = classes.first().and_then(|class| class.object().name().map(str::to_owned))
    else {
        return;
    };
    let names: Vec<_> = classes.iter().map(|class| class.object()).collect();
    let is_mounted = volumes_of(pod).any(|volume| {
        let is_of = |object: &crate::object::Object<'_>| object.name() == volume.class();
        volume.class().is_some() && names.iter().any(is_of) && pod.mounts(volume.name)
    });
    let mut known = pod.object.neighbours("Secret");
    if is_mounted {
        let message = format!(
            "{container} sees a new version of Secret `{secret}` only after a restart: files are \
             updated, variables are not"
        );
        out.report_as(Info, field, message);
    } else if known.all(|other| other.object().name() != Some(secret)) {
        let message = format!(
            "Secret `{secret}` exists only while a pod mounts a volume of class `{class}`, and this \
             pod does not: {container} may not start"
        );
        out.report_as(Warning, field, message);
    }
}
