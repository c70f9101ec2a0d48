//! A container must not use a port of the node.
//!
//! A `hostPort` opens the container to whoever reaches the node, often past network policies, and
//! may take a port that an agent of the node expects to own. Only one such pod fits on a node.
//!
//! ```yaml,bad
//! spec:
//!   containers:
//!     - name: web
//!       ports:
//!         - containerPort: 8080
//!           hostPort: 80
//! #                   ^^ container `web` uses port `80` of the node
//! ```
//!
//! ```yaml,fixed
//! spec:
//!   containers:
//!     - name: web
//!       ports:
//!         - containerPort: 8080
//! ```
//!
//! ```yaml,good
//! spec:
//!   containers:
//!     - name: web
//!       ports:
//!         - containerPort: 8080
//!           hostPort: 0
//! ```
//!
//! In a Pod on the node's network the API server makes every port of a container a host port.
//!
//! ```yaml,bad
//! spec:
//!   hostNetwork: true
//!   containers:
//!     - name: web
//!       ports:
//!         - containerPort: 8080
//! #                        ^^^^ container `web` uses port `8080` of the node because of `hostNetwork: true`
//! ```
//!
//! ```yaml,fixed
//! spec:
//!   containers:
//!     - name: web
//!       ports:
//!         - containerPort: 8080
//! ```
//!
//! It does not do so in the template of a workload. The pods made from it are judged on their own.
//!
//! ```yaml,good
//! apiVersion: apps/v1
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       hostNetwork: true
//!       containers:
//!         - name: web
//!           ports:
//!             - containerPort: 8080
//! ```
//!
//! ## How to fix it
//!
//! Remove `hostPort`, or `hostNetwork`, and let clients reach the pod through a Service: of type
//! `LoadBalancer` or `NodePort`, or behind an Ingress, if they come from outside.
//!
//! ## When to ignore it
//!
//! Ingress controllers and node agents may need one. Run them in a namespace of their own that
//! allows it.

use super::host_namespaces;
use crate::field::Field;
use crate::finding::Findings;
use crate::fix::Fix;
use crate::pod::{Container, ContainerKind};
use crate::rule::{Category, Check::EachContainer, Rule, Severity, baseline, since};

pub static RULE: Rule = Rule {
    id: "host-ports",
    title: "A container must not use a port of the node",
    category: Category::PodSecurity,
    severity: Severity::Error,
    standard: baseline("hostPorts"),
    replaces: &[],
    versions: &[since(0, EachContainer(must_not_use_ports_of_the_node))],
    source: crate::source!("host_ports.rs"),
};

fn must_not_use_ports_of_the_node(container: &Container<'_>, out: &mut Findings) {
    let gets_host_ports = gets_host_ports(container);
    for port in container.get("ports").items() {
        let (host_port, container_port) = (port.get("hostPort"), port.get("containerPort"));
        match (number(&host_port), number(&container_port)) {
            (Some(number), _) => {
                out.report(&host_port, format!("{container} uses port `{number}` of the node"))
                    .fix(|_| Some(without(number, container)));
            }
            (None, Some(number)) if gets_host_ports => {
                let message = format!(
                    "{container} uses port `{number}` of the node because of `hostNetwork: true`"
                );
                out.report(&container_port, message)
                    .fix(|_| Some(host_namespaces::without("hostNetwork", container.pod)));
            }
            _ => {}
        }
    }
}

/// Removes a host port. Where the API server would set it again, `hostNetwork` has to go too.
fn without(number: i64, container: &Container<'_>) -> Fix {
    let host_ports = container.get("ports").items().map(|port| port.get("hostPort"));
    let same = host_ports.filter(|port| port.as_int() == Some(number));
    let mut changes: Vec<_> = same.map(|port| port.remove()).collect();
    let mut title = format!("remove `hostPort: {number}` from {container}");
    if gets_host_ports(container) {
        let of_network = host_namespaces::without("hostNetwork", container.pod);
        title += &format!(" and {}", of_network.title);
        changes.extend(of_network.changes);
    }
    Fix::reverses(title, changes).breaks(
        "clients reach the program at a node's address: put a Service in front of it",
        "`Connection refused` for clients of that port of the node",
    )
}

/// Whether the API server sets the `hostPort` of every port that has none.
fn gets_host_ports(container: &Container<'_>) -> bool {
    let pod = container.pod;
    let on_host_network = pod.spec.get("hostNetwork").as_bool() == Some(true);
    pod.is_bare && on_host_network && container.kind != ContainerKind::Ephemeral
}

/// The port's number. Zero is none.
fn number(port: &Field<'_>) -> Option<i64> {
    port.as_int().filter(|number| *number != 0)
}
