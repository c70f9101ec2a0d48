//! A program that is not root should not need a port below 1024.
//!
//! On Linux only root may open such a port, unless the capability `NET_BIND_SERVICE` or the sysctl
//! `net.ipv4.ip_unprivileged_port_start` allows it. Some container runtimes set the sysctl for every
//! pod and others do not, so the same pod starts on one cluster and fails on the next. Let the program
//! listen on a high port, and put a Service with the low one in front of it.
//!
//! ```yaml,bad
//! spec:
//!   containers:
//!     - name: web
//!       ports:
//!         - containerPort: 80
//! #                        ^^ container `web` needs port 80, which only root may open
//! ```
//!
//! ```yaml,fixed
//! spec:
//!   containers:
//!     - name: web
//!       ports:
//!         - containerPort: 80
//!   securityContext:
//!     sysctls:
//!       - name: net.ipv4.ip_unprivileged_port_start
//!         value: "0"
//! ```
//!
//! Who says which port the program listens on has it moved, with its probes and the Services in
//! front of it, whose own ports stay.
//!
//! ```yaml,bad
//! apiVersion: v1
//! kind: Pod
//! metadata:
//!   labels:
//!     app: web
//! spec:
//!   containers:
//!     - name: web
//!       ports:
//!         - name: http
//!           containerPort: 80
//! #                        ^^ container `web` needs port 80, which only root may open
//!       livenessProbe:
//!         httpGet:
//!           port: 80
//!       readinessProbe:
//!         httpGet:
//!           port: http
//! ---
//! apiVersion: v1
//! kind: Service
//! spec:
//!   selector:
//!     app: web
//!   ports:
//!     - port: 80
//! ```
//!
//! ```yaml,fixed,port.web.80=8080
//! apiVersion: v1
//! kind: Pod
//! metadata:
//!   labels:
//!     app: web
//! spec:
//!   containers:
//!     - name: web
//!       ports:
//!         - name: http
//!           containerPort: 8080
//!       livenessProbe:
//!         httpGet:
//!           port: 8080
//!       readinessProbe:
//!         httpGet:
//!           port: http
//! ---
//! apiVersion: v1
//! kind: Service
//! spec:
//!   selector:
//!     app: web
//!   ports:
//!     - port: 80
//!       targetPort: 8080
//! ```
//!
//! ```yaml,good
//! spec:
//!   containers:
//!     - name: web
//!       ports:
//!         - containerPort: 80
//!       securityContext:
//!         capabilities:
//!           add: [NET_BIND_SERVICE]
//! ```
//!
//! ```yaml,good
//! spec:
//!   securityContext:
//!     sysctls:
//!       - name: net.ipv4.ip_unprivileged_port_start
//!         value: "80"
//!   containers:
//!     - name: web
//!       ports:
//!         - containerPort: 80
//! ```
//!
//! ## How to fix it
//!
//! Have the program listen on a port above 1023 and say so: `podproof fix --answer
//! port.CONTAINER.80=8080` then moves `containerPort`, the probes that name the number, and
//! `targetPort` of the Services in the same file; ports that have a name follow by themselves. Without
//! an answer the sysctl is set, which every level of the Pod Security Standards allows.
//!
//! ## When to ignore it
//!
//! When the container runtime of all your nodes sets the sysctl, as containerd does since 2.0.

use crate::field::Field;
use crate::finding::Findings;
use crate::fix::{Answers, Fix, Input, InputKind};
use crate::pod::{Container, Pod};
use crate::rule::{Category, Check::EachContainer, Rule, Severity, since};
use podproof_source::{Change, Node};

pub static RULE: Rule = Rule {
    id: "privileged-port",
    title: "A program that is not root should not need a port below 1024",
    category: Category::Hardening,
    severity: Severity::Info,
    standard: None,
    replaces: &[],
    versions: &[since(0, EachContainer(should_not_need_a_low_port))],
    source: crate::source!("privileged_port.rs"),
};

const SYSCTL: &str = "net.ipv4.ip_unprivileged_port_start";
const FIRST_FOR_ALL: i64 = 1024;

fn should_not_need_a_low_port(container: &Container<'_>, out: &mut Findings) {
    let pod = container.pod;
    // Root's ports on the node are another matter, and root itself has its own finding.
    let on_host = pod.spec.get("hostNetwork").as_bool() == Some(true);
    if on_host || pod.is_for_windows() || container.root_user().is_some() || may_bind(container) {
        return;
    }
    for port in container.get("ports").items() {
        let field = port.get("containerPort");
        let Some(number) = field.as_int() else { continue };
        if number < 1 || number >= first_for_all(pod) {
            continue;
        }
        let message = format!("{container} needs port {number}, which only root may open");
        out.report(&field, message)
            .fix(|answers| Some(with_other_port_or_sysctl(container, number, answers)));
    }
}

fn may_bind(container: &Container<'_>) -> bool {
    let added = container.security_context().get("capabilities").get("add");
    added.items().any(|added| {
        // Other rules see to the spelling.
        let name = added.as_str().unwrap_or_default().to_ascii_uppercase();
        matches!(name.trim_start_matches("CAP_"), "NET_BIND_SERVICE" | "ALL")
    })
}

/// The first port that a program may open that is not root.
fn first_for_all(pod: &Pod<'_>) -> i64 {
    let first = sysctl(pod).and_then(|sysctl| sysctl.get("value").as_str()?.parse().ok());
    first.unwrap_or(FIRST_FOR_ALL)
}

/// The kubelet also knows names with slashes.
fn sysctl<'a>(pod: &Pod<'a>) -> Option<Field<'a>> {
    let mut sysctls = pod.security_context().get("sysctls").items();
    sysctls.find(|sysctl| {
        sysctl.get("name").as_str().is_some_and(|name| name.replace('/', ".") == SYSCTL)
    })
}

fn with_other_port_or_sysctl(container: &Container<'_>, old: i64, answers: &Answers) -> Fix {
    let input = Input {
        name: format!("port.{}.{old}", container.name()),
        label: format!("port above 1023 that the program of {container} listens on"),
        kind: InputKind::Port,
        choices: Vec::new(),
        default: Some((8000 + old).to_string()),
    };
    let new: Option<i64> = answers.valid(&input).and_then(|answer| answer.parse().ok());
    let mut fix = match new {
        Some(new) => moved(container, old, new),
        None => with_sysctl(container.pod),
    };
    fix.inputs.push(input);
    fix
}

fn with_sysctl(pod: &Pod<'_>) -> Fix {
    let title = format!("allow all ports to programs that are not root (sysctl `{SYSCTL}`)");
    let fix = if let Some(sysctl) = sysctl(pod) {
        Fix::reverses(title, vec![sysctl.get("value").set("0")])
    } else {
        let sysctl = Node::map([("name", SYSCTL.into()), ("value", "0".into())]);
        let sysctls = pod.security_context().get("sysctls");
        let is_there = sysctls.is_set();
        let change =
            if is_there { sysctls.append(sysctl) } else { sysctls.set(Node::list([sysctl])) };
        Fix::hardening(title, vec![change])
    };
    fix.breaks(
        "the kubelet of a node is older than 1.22 and does not allow this sysctl",
        "SysctlForbidden as the pod's status",
    )
}

/// Moves a port, whatever its protocol, together with all that names its number.
fn moved(container: &Container<'_>, old: i64, new: i64) -> Fix {
    let ports = container.get("ports").items().map(|port| port.get("containerPort"));
    let asked = handlers(container).map(|handler| handler.get("port"));
    let same = ports.chain(asked).filter(|port| port.as_int() == Some(old));
    let changes = same.map(|port| port.set(new)).collect();
    let title = format!("move port {old} of {container} to {new}");
    let fix = Fix::hardening(title, changes).breaks(
        "the program still listens on the old port",
        "`Connection refused` for clients, and probes that fail",
    );
    let services = container.pod.object.neighbours("Service");
    services.fold(fix, |fix, service| {
        let object = service.object();
        let spec = object.root().get("spec");
        if !selects(&spec.get("selector"), container.pod) {
            return fix;
        }
        let targets = spec.get("ports").items().filter_map(|port| target(&port, old));
        let changes: Vec<Change> = targets.map(|target| target.set(new)).collect();
        changes.into_iter().fold(fix, |fix, change| fix.also_in(service, change))
    })
}

/// What asks or tells the container something over a port.
fn handlers<'a>(container: &Container<'a>) -> impl Iterator<Item = Field<'a>> + use<'a> {
    let probes = ["livenessProbe", "readinessProbe", "startupProbe"];
    let hooks = ["postStart", "preStop"].map(|hook| container.field.at(&["lifecycle", hook]));
    let handlers = probes.map(|probe| container.get(probe)).into_iter().chain(hooks);
    handlers.flat_map(|handler| ["httpGet", "tcpSocket", "grpc"].map(|kind| handler.get(kind)))
}

fn selects(selector: &Field<'_>, pod: &Pod<'_>) -> bool {
    let labels = pod.metadata.get("labels");
    let mut wanted = selector.entries().peekable();
    wanted.peek().is_some()
        && wanted.all(|(key, value)| {
            value.as_str().is_some() && labels.get(key).as_str() == value.as_str()
        })
}

/// Where a port of a Service says that it leads to the old port of the pod.
fn target<'a>(port: &Field<'a>, old: i64) -> Option<Field<'a>> {
    let target = port.get("targetPort");
    let number = if target.is_set() { target.as_int() } else { port.get("port").as_int() };
    (number == Some(old)).then_some(target)
}
