//! What the API server refuses beside each other in one container.

use super::{APPARMOR, SECCOMP, numbers_must_be_possible, profile_must_have_a_file_if_local};
use crate::finding::Findings;
use crate::fix::Fix;
use crate::pod::{Container, ContainerKind};
use crate::rules::capabilities_baseline;
use crate::rules::{privileged, proc_mount};

/// Since then the API server looks at `procMount`, and knows AppArmor by field.
pub(super) fn must_agree_since_30(container: &Container<'_>, out: &mut Findings) {
    must_agree(container, out);
    unmasked_proc_must_have_users_of_its_own(container, out);
    profile_must_have_a_file_if_local(container, &container.security_context(), APPARMOR, out);
}

pub(super) fn must_agree(container: &Container<'_>, out: &mut Findings) {
    escalation_must_not_be_off_beside_power(container, out);
    only_the_privileged_may_mount_for_the_node(container, out);
    host_port_must_be_that_of_the_program(container, out);
    let context = container.security_context();
    numbers_must_be_possible(&context, &["runAsUser", "runAsGroup"], out);
    profile_must_have_a_file_if_local(container, &context, SECCOMP, out);
}

fn escalation_must_not_be_off_beside_power(container: &Container<'_>, out: &mut Findings) {
    let context = container.security_context();
    if context.get("allowPrivilegeEscalation").as_bool() != Some(false) {
        return;
    }
    let beside = format!("`allowPrivilegeEscalation: false` of {container} exclude each other");
    let privileged = context.get("privileged");
    if privileged.as_bool() == Some(true) {
        out.report(&privileged, format!("`privileged: true` and {beside}"))
            .fix(|_| Some(privileged::without(container)));
    }
    for added in context.at(&["capabilities", "add"]).items() {
        // The API server looks for this very text: `SYS_ADMIN` is a case of `ineffective-setting`.
        if added.as_str() == Some("CAP_SYS_ADMIN") {
            out.report(&added, format!("capability `CAP_SYS_ADMIN` and {beside}"))
                .fix(|_| Some(capabilities_baseline::without(&added, container, &[])));
        }
    }
}

fn only_the_privileged_may_mount_for_the_node(container: &Container<'_>, out: &mut Findings) {
    let propagation = || {
        let mounts = container.get("volumeMounts").items();
        let all = mounts.map(|mount| mount.get("mountPropagation"));
        all.filter(|field| field.as_str() == Some("Bidirectional"))
    };
    if container.security_context().get("privileged").as_bool() == Some(true) {
        return;
    }
    for field in propagation() {
        let message = format!(
            "`mountPropagation: Bidirectional` of {container} needs `privileged: true`, which it \
             does not have"
        );
        out.report(&field, message).fix(|_| {
            let title = format!("remove `mountPropagation: Bidirectional` from {container}");
            let changes = propagation().map(|field| field.remove()).collect();
            Some(Fix::reverses(title, changes).breaks(
                "the program mounts file systems for the node or for other pods",
                "the others do not see what it mounts",
            ))
        });
    }
}

/// Which of the two is meant, only the author knows.
fn host_port_must_be_that_of_the_program(container: &Container<'_>, out: &mut Findings) {
    let on_host_network = container.pod.spec.get("hostNetwork").as_bool() == Some(true);
    if !on_host_network || container.kind != ContainerKind::App {
        return;
    }
    for port in container.get("ports").items() {
        let (host_port, port) = (port.get("hostPort"), port.get("containerPort").as_int());
        let differs = host_port.as_int().is_some_and(|host| host != 0 && port != Some(host));
        if port.is_some() && differs {
            let message = format!(
                "`hostPort` of {container} must be its `containerPort`, as the pod has the network \
                 of the node"
            );
            out.report(&host_port, message);
        }
    }
}

fn unmasked_proc_must_have_users_of_its_own(container: &Container<'_>, out: &mut Findings) {
    let proc_mount = container.security_context().get("procMount");
    if proc_mount.as_str() == Some("Unmasked") && !container.pod.has_own_users() {
        let message = format!("`procMount: Unmasked` of {container} needs `hostUsers: false`");
        out.report(&proc_mount, message).fix(|_| Some(proc_mount::without(container)));
    }
}
