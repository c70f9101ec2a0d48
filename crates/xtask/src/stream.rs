//! A long stream of Deployments for the benchmark: the same one for the same seed.

use fastrand::Rng;
use std::fmt::{self, Write as _};

/// About this many bytes of Deployments, as teams write them: some hardened, some not.
pub fn deployments(bytes: usize, seed: u64) -> Result<String, fmt::Error> {
    let mut rng = Rng::with_seed(seed);
    let mut text = String::with_capacity(bytes + 8192);
    let mut number = 0;
    while text.len() < bytes {
        deployment(&mut text, &mut rng, number)?;
        number += 1;
    }
    Ok(text)
}

fn deployment(text: &mut String, rng: &mut Rng, number: usize) -> fmt::Result {
    let team = rng.u8(0..20);
    write!(
        text,
        "---\n# Service {number} of team {team}\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  \
         name: service-{number}\n  namespace: team-{team}\n  labels: {{app: service-{number}, \
         team: \"{team}\"}}\nspec:\n  replicas: {}\n  selector:\n    matchLabels:\n      \
         app: service-{number}\n  template:\n    metadata:\n      labels:\n        \
         app: service-{number}\n      annotations:\n        example.com/checksum: \"{:016x}\"\n    \
         spec:\n      serviceAccountName: service-{number}\n",
        rng.u8(1..6),
        rng.u64(..)
    )?;
    if rng.bool() {
        *text += "      securityContext:\n        runAsNonRoot: true\n        seccompProfile:\n          \
                  type: RuntimeDefault\n";
    }
    if rng.u8(0..10) == 0 {
        *text += "      hostNetwork: true\n";
    }
    *text += "      containers:\n";
    for index in 0..rng.u8(1..4) {
        container(text, rng, index)?;
    }
    *text += "      volumes:\n        - name: data\n          emptyDir: {}\n        - name: config\n          \
              configMap:\n            name: config\n";
    Ok(())
}

fn container(text: &mut String, rng: &mut Rng, index: u8) -> fmt::Result {
    let port = rng.u16(1024..30000);
    write!(
        text,
        "        - name: part-{index}\n          image: registry.example.com/part-{index}:1.{}.0\n          \
         imagePullPolicy: IfNotPresent\n          ports:\n            - containerPort: {port} # http\n          \
         env:\n",
        rng.u8(..)
    )?;
    for variable in 0..rng.u8(2..9) {
        write!(
            text,
            "            - name: VARIABLE_{variable}\n              value: \"{:08x}\"\n",
            rng.u32(..)
        )?;
    }
    write!(
        text,
        "          resources:\n            requests:\n              cpu: {}m\n              memory: {}Mi\n          \
         livenessProbe:\n            httpGet:\n              path: /healthz\n              port: {port}\n          \
         volumeMounts:\n            - name: data\n              mountPath: /data\n            - name: config\n              \
         mountPath: /etc/service\n              readOnly: true\n",
        rng.u16(50..2000),
        rng.u16(32..4096)
    )?;
    *text += match rng.u8(0..4) {
        0 => "          securityContext:\n            privileged: true\n",
        1 => {
            "          securityContext:\n            allowPrivilegeEscalation: false\n            \
             capabilities:\n              drop: [ALL]\n              add: [NET_BIND_SERVICE]\n"
        }
        2 => {
            "          securityContext:\n            readOnlyRootFilesystem: true\n            \
             runAsUser: 1000\n"
        }
        _ => "",
    };
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::deployments;
    use podproof_source::yaml;

    #[test]
    fn the_stream_is_long_readable_and_the_same_every_time() {
        let text = deployments(100_000, 1).unwrap();
        assert!(text.len() >= 100_000);
        assert_eq!(text, deployments(100_000, 1).unwrap());
        assert!(yaml::read(text.as_bytes()).all(|document| document.is_ok()));
    }
}
