//! A container should get Secrets as files, not as environment variables.
//!
//! Variables are passed on to every process that the program starts, are printed in crash reports
//! and debug pages, and keep the old value until the pod is restarted. A mounted file can be read by
//! one user only, and follows the Secret.
//!
//! ```yaml,bad
//! spec:
//!   containers:
//!     - name: web
//!       envFrom:
//!         - secretRef: {name: web}
//! #         ^^^^^^^^^ container `web` gets all keys of a Secret as variables: mount it as files
//!       env:
//!         - name: TOKEN
//!           valueFrom:
//!             secretKeyRef: {name: web, key: token}
//! #           ^^^^^^^^^^^^ container `web` gets a Secret in the variable `TOKEN`: mount it as a file
//! ```
//!
//! ```yaml,good
//! spec:
//!   containers:
//!     - name: web
//!       env:
//!         - name: TOKEN_FILE
//!           value: /etc/web/token
//!       volumeMounts:
//!         - {name: secrets, mountPath: /etc/web, readOnly: true}
//!   volumes:
//!     - name: secrets
//!       secret: {secretName: web}
//! ```
//!
//! ## How to fix it
//!
//! Mount the Secret as a volume, or Azure Key Vault with the Secrets Store CSI driver, and give the
//! program the path. Many images take a variable that ends with `_FILE` for it.
//!
//! ## When to ignore it
//!
//! When the program reads variables only. The rule is off in all profiles; a profile of yours can
//! switch it on.

use crate::credential;
use crate::finding::Findings;
use crate::pod::Container;
use crate::rule::{Category, Check::EachContainer, Rule, Severity, since};

pub static RULE: Rule = Rule {
    id: "secret-in-environment",
    title: "A container should get Secrets as files, not as environment variables",
    category: Category::Credentials,
    severity: Severity::Info,
    standard: None,
    replaces: &[],
    versions: &[since(0, EachContainer(must_not_get_secrets_as_variables))],
    source: crate::source!("secret_in_environment.rs"),
};

fn must_not_get_secrets_as_variables(container: &Container<'_>, out: &mut Findings) {
    for source in container.get("envFrom").items() {
        let secret = source.get("secretRef");
        if secret.is_set() {
            let holder = container.to_string();
            let rest = " gets all keys of a Secret as variables: mount it as files";
            out.report(&secret, [holder.as_str(), rest].concat());
        }
    }
    for variable in container.get("env").items() {
        let secret = variable.at(&["valueFrom", "secretKeyRef"]);
        if secret.is_set() {
            let holder = container.to_string();
            let name = variable.get("name").as_str().unwrap_or_default();
            let name = if credential::by_shape(name).is_some() { "…" } else { name };
            let start = " gets a Secret in the variable `";
            let message = [holder.as_str(), start, name, "`: mount it as a file"].concat();
            out.report(&secret, message);
        }
    }
}
