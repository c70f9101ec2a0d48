//! Random pods and workloads: every field of every check, good, bad, empty, null and absent.

use crate::Result;
use crate::oracle::Oracle;
use crate::verdicts::{VERSIONS, both_levels, differences};
use fastrand::Rng;
use serde_json::{Map, Value, json};

/// Judges this many random objects on both sides; gives what differed.
pub fn compare(count: usize, seed: u64) -> Result<Vec<String>> {
    let mut oracle = Oracle::start("podsecurity")?;
    let at = both_levels(&VERSIONS)?;
    let mut rng = Rng::with_seed(seed);
    let mut found = Vec::new();
    for _ in 0..count {
        let object = object(&mut rng).to_string();
        found.extend(differences(&mut oracle, &object, &at)?);
    }
    Ok(found)
}

/// A random object that carries a pod.
pub fn object(rng: &mut Rng) -> Value {
    let pod = Generator { badness: *pick(rng, &[0.02, 0.1, 0.3, 0.6]), rng }.pod();
    let with_template = |api: &str, kind: &str, pod: &Value| {
        json!({"apiVersion": api, "kind": kind, "metadata": {"name": "w"},
               "spec": {"selector": {}, "template": pod}})
    };
    match rng.usize(0..18) {
        0 => with_template("apps/v1", "Deployment", &pod),
        1 => with_template("apps/v1", "DaemonSet", &pod),
        2 => with_template("apps/v1", "StatefulSet", &pod),
        3 => with_template("apps/v1", "ReplicaSet", &pod),
        4 => {
            json!({"apiVersion": "v1", "kind": "ReplicationController", "spec": {"template": pod}})
        }
        5 => with_template("batch/v1", "Job", &pod),
        6 => json!({"apiVersion": "batch/v1", "kind": "CronJob",
                    "spec": {"jobTemplate": {"spec": {"template": pod}}}}),
        7 => json!({"apiVersion": "v1", "kind": "PodTemplate", "template": pod}),
        _ => {
            let mut pod = pod;
            pod["apiVersion"] = json!("v1");
            pod["kind"] = json!("Pod");
            pod
        }
    }
}

fn pick<'a, T>(rng: &mut Rng, choices: &'a [T]) -> &'a T {
    &choices[rng.usize(..choices.len())]
}

struct Generator<'a> {
    rng: &'a mut Rng,
    /// How often a field takes anything but its good value.
    badness: f64,
}

impl Generator<'_> {
    fn often(&mut self, probability: f64) -> bool {
        self.rng.f64() < probability
    }

    /// Sets a field: mostly to its good value (absent, if that is null), else to any of the others,
    /// null included.
    fn set(&mut self, object: &mut Map<String, Value>, key: &str, good: Value, others: &[Value]) {
        if self.often(self.badness) {
            let any = self.rng.usize(..others.len() + 2);
            let value = match any {
                0 => Value::Null,
                1 => return,
                other => others[other - 2].clone(),
            };
            object.insert(key.into(), value);
        } else if !good.is_null() {
            object.insert(key.into(), good);
        }
    }

    fn pod(&mut self) -> Value {
        let mut spec = Map::new();
        let yes_no = [json!(true), json!(false)];
        for field in ["hostNetwork", "hostPID", "hostIPC"] {
            self.set(&mut spec, field, Value::Null, &yes_no);
        }
        if self.often(0.25) {
            self.set(&mut spec, "hostUsers", json!(false), &yes_no);
        }
        if self.often(0.2) {
            let systems = [
                json!({"name": "linux"}),
                json!({"name": ""}),
                json!({}),
                json!({"name": "Windows"}),
            ];
            self.set(&mut spec, "os", json!({"name": "windows"}), &systems);
        }
        let context = self.pod_context();
        self.set(&mut spec, "securityContext", context, &[json!({})]);
        let volumes = self.volumes();
        self.set(&mut spec, "volumes", volumes, &[json!([])]);
        let mut names = 0;
        for list in ["initContainers", "containers", "ephemeralContainers"] {
            let most = if list == "containers" { 3 } else { 2 };
            let count = self.rng.usize(..=most);
            let containers: Vec<Value> = (0..count).map(|_| self.container(&mut names)).collect();
            if count > 0 || self.often(0.2) {
                spec.insert(list.into(), containers.into());
            }
        }
        let mut metadata = Map::from_iter([("name".to_owned(), json!("pod"))]);
        let annotations = self.annotations();
        self.set(&mut metadata, "annotations", Value::Null, &[annotations.clone(), annotations]);
        json!({"metadata": metadata, "spec": spec})
    }

    fn annotations(&mut self) -> Value {
        let keys = [
            "container.apparmor.security.beta.kubernetes.io/c0",
            "container.apparmor.security.beta.kubernetes.io/nobody",
            "container.apparmor.security.beta.kubernetes.io",
            "seccomp.security.alpha.kubernetes.io/pod",
            "container.seccomp.security.alpha.kubernetes.io/c0",
            "container.seccomp.security.alpha.kubernetes.io/c1",
            "container.seccomp.security.alpha.kubernetes.io/nobody",
        ];
        let values = [
            "",
            "runtime/default",
            "docker/default",
            "localhost/x",
            "localhost",
            "unconfined",
            "x",
        ];
        let mut annotations = Map::new();
        for _ in 0..self.rng.usize(1..4) {
            let (key, value) = (*pick(self.rng, &keys), *pick(self.rng, &values));
            annotations.insert(key.into(), json!(value));
        }
        annotations.into()
    }

    /// The fields that pods and containers share.
    fn context(&mut self, of_pod: bool) -> Map<String, Value> {
        let mut context = Map::new();
        let good = |own: Value| if of_pod { own } else { Value::Null };
        self.set(&mut context, "runAsNonRoot", good(json!(true)), &[json!(true), json!(false)]);
        self.set(&mut context, "runAsUser", Value::Null, &[json!(0), json!(1), json!(1000)]);
        let profiles = [
            json!({}),
            json!({"type": ""}),
            json!({"type": "Unconfined"}),
            json!({"type": null}),
            json!({"type": "RuntimeDefault"}),
            json!({"type": "Localhost", "localhostProfile": "x"}),
            json!({"type": "runtimeDefault"}),
        ];
        let default = json!({"type": "RuntimeDefault"});
        self.set(&mut context, "seccompProfile", good(default), &profiles);
        self.set(&mut context, "appArmorProfile", Value::Null, &profiles);
        let options = [
            json!({}),
            json!({"type": "container_t"}),
            json!({"type": "container_engine_t"}),
            json!({"type": "container_init_t"}),
            json!({"type": "container_kvm_t"}),
            json!({"type": "spc_t"}),
            json!({"user": "u"}),
            json!({"role": "r"}),
            json!({"level": "s0"}),
            json!({"type": "", "user": "", "role": ""}),
            json!({"type": "spc_t", "user": "u", "role": "r"}),
        ];
        self.set(&mut context, "seLinuxOptions", Value::Null, &options);
        let windows = [
            json!({}),
            json!({"hostProcess": true}),
            json!({"hostProcess": false}),
            json!({"hostProcess": null}),
        ];
        self.set(&mut context, "windowsOptions", Value::Null, &windows);
        context
    }

    fn pod_context(&mut self) -> Value {
        let mut context = self.context(true);
        let names = [
            "kernel.shm_rmid_forced",
            "net.ipv4.ip_local_port_range",
            "net.ipv4.ip_unprivileged_port_start",
            "net.ipv4.tcp_syncookies",
            "net.ipv4.ping_group_range",
            "net.ipv4.ip_local_reserved_ports",
            "net.ipv4.tcp_keepalive_time",
            "net.ipv4.tcp_fin_timeout",
            "net.ipv4.tcp_keepalive_intvl",
            "net.ipv4.tcp_keepalive_probes",
            "net.ipv4.tcp_rmem",
            "net.ipv4.tcp_wmem",
            "net.ipv4.tcp_slow_start_after_idle",
            "net.ipv4.tcp_notsent_lowat",
            "kernel.msgmax",
            "net/ipv4/tcp_syncookies",
            "",
        ];
        let mut sysctl = || json!({"name": pick(self.rng, &names), "value": "1"});
        let one = sysctl();
        let two = json!([sysctl(), sysctl()]);
        let others = [json!([one]), two, json!([]), json!([{"value": "1"}]), json!([null])];
        self.set(&mut context, "sysctls", Value::Null, &others);
        context.into()
    }

    fn volumes(&mut self) -> Value {
        let sources = [
            "hostPath",
            "gcePersistentDisk",
            "awsElasticBlockStore",
            "gitRepo",
            "nfs",
            "iscsi",
            "glusterfs",
            "rbd",
            "flexVolume",
            "cinder",
            "cephfs",
            "flocker",
            "fc",
            "azureFile",
            "vsphereVolume",
            "quobyte",
            "azureDisk",
            "photonPersistentDisk",
            "portworxVolume",
            "scaleIO",
            "storageos",
        ];
        let allowed = [
            "configMap",
            "csi",
            "downwardAPI",
            "emptyDir",
            "ephemeral",
            "image",
            "persistentVolumeClaim",
            "projected",
            "secret",
        ];
        let mut volumes = Vec::new();
        for index in 0..self.rng.usize(..3) {
            let mut volume = Map::from_iter([("name".to_owned(), json!(format!("v{index}")))]);
            for names in [&sources[..], &allowed[..]] {
                let source = *pick(self.rng, names);
                let default = if names.len() == allowed.len() { json!({}) } else { Value::Null };
                self.set(&mut volume, source, default, &[json!({})]);
            }
            volumes.push(Value::from(volume));
        }
        if self.often(self.badness * 0.1) {
            volumes.push(Value::Null);
        }
        volumes.into()
    }

    fn container(&mut self, names: &mut usize) -> Value {
        let mut container = Map::from_iter([("name".to_owned(), json!(format!("c{names}")))]);
        *names += 1;
        if self.often(self.badness * 0.05) {
            container.remove("name");
        }
        let mut context = self.context(false);
        let yes_no = [json!(true), json!(false)];
        self.set(&mut context, "privileged", Value::Null, &yes_no);
        self.set(&mut context, "allowPrivilegeEscalation", json!(false), &yes_no);
        let mounts = [json!("Default"), json!("Unmasked"), json!(""), json!("default")];
        self.set(&mut context, "procMount", Value::Null, &mounts);
        let capabilities = self.capabilities();
        let others = [json!({}), capabilities.clone(), capabilities, json!({"drop": ["ALL"]})];
        self.set(&mut context, "capabilities", json!({"drop": ["ALL"]}), &others);
        self.set(&mut container, "securityContext", context.into(), &[json!({})]);
        let port = |port: u32| json!([{"containerPort": 80, "hostPort": port}]);
        let ports = [
            json!([]),
            json!([{"containerPort": 8080}]),
            port(0),
            port(80),
            json!([{"containerPort": 0}, {"containerPort": 81, "hostPort": null}]),
            json!([null]),
        ];
        self.set(&mut container, "ports", json!([{"containerPort": 8080}]), &ports);
        let handlers = [
            json!({"httpGet": {"port": 80, "host": "127.0.0.1"}}),
            json!({"httpGet": {"port": 80}}),
            json!({"httpGet": {"port": 80, "host": ""}}),
            json!({"tcpSocket": {"port": 80, "host": "h"}}),
            json!({"tcpSocket": {"port": 80}}),
            json!({"grpc": {"port": 80}}),
            json!({}),
            json!({"httpGet": null}),
            json!({"exec": {"command": ["x"]}}),
        ];
        for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
            self.set(&mut container, probe, Value::Null, &handlers);
        }
        let hook = pick(self.rng, &handlers).clone();
        let hooks = [
            json!({"postStart": hook}),
            json!({"preStop": hook}),
            json!({}),
            json!({"preStop": null}),
        ];
        self.set(&mut container, "lifecycle", Value::Null, &hooks);
        container.into()
    }

    fn capabilities(&mut self) -> Value {
        let names = [
            "AUDIT_WRITE",
            "CHOWN",
            "DAC_OVERRIDE",
            "FOWNER",
            "FSETID",
            "KILL",
            "MKNOD",
            "NET_BIND_SERVICE",
            "SETFCAP",
            "SETGID",
            "SETPCAP",
            "SETUID",
            "SYS_CHROOT",
            "NET_RAW",
            "NET_ADMIN",
            "SYS_ADMIN",
            "CAP_CHOWN",
            "chown",
            "ALL",
            "all",
            "",
        ];
        let mut list = |most: usize| {
            let count = self.rng.usize(..=most);
            let names = (0..count).map(|_| json!(*pick(self.rng, &names)));
            Value::from(names.collect::<Vec<_>>())
        };
        let (add, drop) = (list(3), list(2));
        json!({"add": add, "drop": drop})
    }
}
