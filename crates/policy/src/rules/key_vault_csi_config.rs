//! Secrets of a Key Vault must be mounted in a way that works, without a password.
//!
//! A `SecretProviderClass` says what the Secrets Store CSI driver fetches from a Key Vault, and as whom.
//! Most mistakes show late: the class is accepted, and then no pod with the volume starts. And who still
//! signs in with the deprecated pod-managed identity, or as a service principal with a password, has not
//! gained much by keeping secrets in a vault.
//!
//! ```yaml,bad
//! apiVersion: secrets-store.csi.x-k8s.io/v1
//! kind: SecretProviderClass
//! metadata:
//!   name: web-vault
//! spec:
//!   provider: azure
//!   parameters:
//!     usePodIdentity: "true"
//! #                   ^^^^^^ the class uses the deprecated pod-managed identity, which is no longer supported
//!     useVMManagedIdentity: false
//! #                         ^^^^^ `useVMManagedIdentity` must be a text, `"false"`, with quotes: the cluster refuses the class otherwise
//!     keyvaultName: web
//!     tenantID: 00000000-1111-2222-3333-555555555555
//!     objects: |
//!       array:
//!         - |
//!           objectName: database
//!           objectType: secret
//! ```
//!
//! ```yaml,fixed,client-id=00000000-1111-2222-3333-444444444444
//! apiVersion: secrets-store.csi.x-k8s.io/v1
//! kind: SecretProviderClass
//! metadata:
//!   name: web-vault
//! spec:
//!   provider: azure
//!   parameters:
//!     usePodIdentity: "false"
//!     useVMManagedIdentity: "false"
//!     keyvaultName: web
//!     tenantID: 00000000-1111-2222-3333-555555555555
//!     objects: |
//!       array:
//!         - |
//!           objectName: database
//!           objectType: secret
//!     clientID: "00000000-1111-2222-3333-444444444444"
//! ```
//!
//! If the pods that mount the class stand in the same input, with their identity, the client id is
//! known.
//!
//! ```yaml,bad
//! apiVersion: secrets-store.csi.x-k8s.io/v1
//! kind: SecretProviderClass
//! metadata:
//!   name: web-vault
//! spec:
//!   provider: azure
//!   parameters:
//!     usePodIdentity: true
//! #                   ^^^^ `usePodIdentity` must be a text, `"true"`, with quotes: the cluster refuses the class otherwise
//! #                   ^^^^ the class uses the deprecated pod-managed identity, which is no longer supported
//!     keyvaultName: web
//!     tenantId: 00000000-1111-2222-3333-555555555555
//!     objects: "array: ['objectName: database']"
//! ---
//! metadata:
//!   labels:
//!     aadpodidbinding: web
//! spec:
//!   containers:
//!     - name: web
//!       volumeMounts:
//!         - name: vault
//!           mountPath: /mnt/vault
//!   volumes:
//!     - name: vault
//!       csi:
//! #     ^^^ volume `vault` must set `readOnly: true`: the driver mounts nothing without it
//!         driver: secrets-store.csi.k8s.io
//!         volumeAttributes:
//!           secretProviderClass: web-vault
//! ---
//! apiVersion: aadpodidentity.k8s.io/v1
//! kind: AzureIdentityBinding
//! metadata:
//!   name: web
//! spec:
//!   azureIdentity: web-identity
//!   selector: web
//! ---
//! apiVersion: aadpodidentity.k8s.io/v1
//! kind: AzureIdentity
//! metadata:
//!   name: web-identity
//! spec:
//!   clientID: 00000000-1111-2222-3333-444444444444
//! ```
//!
//! ```yaml,fixed
//! apiVersion: secrets-store.csi.x-k8s.io/v1
//! kind: SecretProviderClass
//! metadata:
//!   name: web-vault
//! spec:
//!   provider: azure
//!   parameters:
//!     usePodIdentity: "false"
//!     keyvaultName: web
//!     tenantId: 00000000-1111-2222-3333-555555555555
//!     objects: "array: ['objectName: database']"
//!     clientID: "00000000-1111-2222-3333-444444444444"
//! ---
//! metadata:
//!   labels:
//!     aadpodidbinding: web
//! spec:
//!   containers:
//!     - name: web
//!       volumeMounts:
//!         - name: vault
//!           mountPath: /mnt/vault
//!   volumes:
//!     - name: vault
//!       csi:
//!         driver: secrets-store.csi.k8s.io
//!         volumeAttributes:
//!           secretProviderClass: web-vault
//!         readOnly: true
//! ---
//! apiVersion: aadpodidentity.k8s.io/v1
//! kind: AzureIdentityBinding
//! metadata:
//!   name: web
//! spec:
//!   azureIdentity: web-identity
//!   selector: web
//! ---
//! apiVersion: aadpodidentity.k8s.io/v1
//! kind: AzureIdentity
//! metadata:
//!   name: web-identity
//! spec:
//!   clientID: 00000000-1111-2222-3333-444444444444
//! ```
//!
//! A class that names an identity for Workload ID must not choose another way to sign in.
//!
//! ```yaml,bad
//! apiVersion: secrets-store.csi.x-k8s.io/v1
//! kind: SecretProviderClass
//! metadata:
//!   name: web-vault
//! spec:
//!   provider: azure
//!   parameters:
//!     clientID: 00000000-1111-2222-3333-444444444444
//! #             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `clientID` is not used, nor is Workload ID: `useVMManagedIdentity` takes an identity of the node, which others on it can take as well
//!     usePodIdentity: "true"
//! #                   ^^^^^^ the class uses the deprecated pod-managed identity, which is no longer supported
//!     useVMManagedIdentity: "true"
//! #                         ^^^^^^ `usePodIdentity` and `useVMManagedIdentity` exclude each other: the provider refuses a class with both
//!     keyvaultName: web
//!     tenantID: 00000000-1111-2222-3333-555555555555
//!     objects: "array: ['objectName: database']"
//! ```
//!
//! ```yaml,fixed
//! apiVersion: secrets-store.csi.x-k8s.io/v1
//! kind: SecretProviderClass
//! metadata:
//!   name: web-vault
//! spec:
//!   provider: azure
//!   parameters:
//!     clientID: 00000000-1111-2222-3333-444444444444
//!     usePodIdentity: "false"
//!     useVMManagedIdentity: "false"
//!     keyvaultName: web
//!     tenantID: 00000000-1111-2222-3333-555555555555
//!     objects: "array: ['objectName: database']"
//! ```
//!
//! Without any, it signs in as a service principal. Some parameters must always be there, and flags be
//! true or false.
//!
//! ```yaml,bad
//! apiVersion: secrets-store.csi.x-k8s.io/v1
//! kind: SecretProviderClass
//! metadata:
//!   name: web-vault
//! spec:
//!   provider: azure
//!   parameters:
//! # ^^^^^^^^^^ `keyvaultName` is missing: no volume of this class mounts without it
//! # ^^^^^^^^^^ `tenantID` is missing: no volume of this class mounts without it
//! # ^^^^^^^^^^ without `clientID` the provider signs in as a service principal, whose password is kept in the cluster: Workload ID needs none
//!     usePodIdentity: "false"
//!     objects: |
//! #   ^^^^^^^ the provider cannot read `objects`, so no volume mounts: each object must be a text, begun with `- |`
//!       array:
//!         - objectName: database
//!           objectType: secret
//! ---
//! apiVersion: secrets-store.csi.x-k8s.io/v1
//! kind: SecretProviderClass
//! metadata:
//!   name: api-vault
//! spec:
//!   provider: azure
//!   parameters:
//!     useVMManagedIdentity: "yes"
//! #                         ^^^^^ `useVMManagedIdentity` must be `"true"` or `"false"`: no volume of this class mounts with another value
//!     keyvaultName: https://web.vault.azure.net
//! #                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^ `keyvaultName` must be the name of the vault, not its address: 3 to 24 letters, digits and `-`
//!     tenantID: 00000000-1111-2222-3333-555555555555
//!     objects:
//! #   ^^^^^^^ `objects` must be a text, begun with `objects: |`: the cluster refuses the class otherwise
//!       array:
//!         - objectName: database
//! ```
//!
//! A Secret that is made of fetched files takes them by name: the alias, if there is one.
//!
//! ```yaml,bad
//! apiVersion: secrets-store.csi.x-k8s.io/v1
//! kind: SecretProviderClass
//! metadata:
//!   name: web-vault
//! spec:
//!   provider: azure
//!   parameters:
//!     clientID: 00000000-1111-2222-3333-444444444444
//!     keyvaultName: web
//!     tenantID: 00000000-1111-2222-3333-555555555555
//!     objects: |
//!       array:
//!         - |
//!           objectName: database
//!           objectAlias: database.txt
//!           objectType: secret
//!   secretObjects:
//!     - secretName: web-database
//!       type: Opaque
//!       data:
//!         - key: password
//!           objectName: database
//! #                     ^^^^^^^^ the file of `database` is called `database.txt`, its alias: the Secret is not made
//! ```
//!
//! ```yaml,fixed
//! apiVersion: secrets-store.csi.x-k8s.io/v1
//! kind: SecretProviderClass
//! metadata:
//!   name: web-vault
//! spec:
//!   provider: azure
//!   parameters:
//!     clientID: 00000000-1111-2222-3333-444444444444
//!     keyvaultName: web
//!     tenantID: 00000000-1111-2222-3333-555555555555
//!     objects: |
//!       array:
//!         - |
//!           objectName: database
//!           objectAlias: database.txt
//!           objectType: secret
//!   secretObjects:
//!     - secretName: web-database
//!       type: Opaque
//!       data:
//!         - key: password
//!           objectName: database.txt
//! ```
//!
//! Such a Secret is only there while a pod mounts the volume.
//!
//! ```yaml,bad
//! spec:
//!   containers:
//!     - name: web
//!       env:
//!         - name: DATABASE
//!           valueFrom:
//!             secretKeyRef:
//!               name: web-database
//! #                   ^^^^^^^^^^^^ Secret `web-database` exists only while a pod mounts a volume of class `web-vault`, and this pod does not: container `web` may not start
//!               key: password
//! ---
//! spec:
//!   containers:
//!     - name: web
//!       envFrom:
//!         - secretRef:
//!             name: web-database
//! #                 ^^^^^^^^^^^^ container `web` sees a new version of Secret `web-database` only after a restart: files are updated, variables are not
//!       volumeMounts:
//!         - name: vault
//!           mountPath: /etc/web/database
//!           subPath: database
//! #                  ^^^^^^^^ container `web` never sees a new version of what it mounts by `subPath`
//!   volumes:
//!     - name: vault
//!       csi:
//!         driver: secrets-store.csi.k8s.io
//!         readOnly: true
//!         volumeAttributes:
//!           secretProviderClass: web-vault
//! ---
//! apiVersion: secrets-store.csi.x-k8s.io/v1
//! kind: SecretProviderClass
//! metadata:
//!   name: web-vault
//! spec:
//!   provider: azure
//!   parameters:
//!     clientID: 00000000-1111-2222-3333-444444444444
//!     keyvaultName: web
//!     tenantID: 00000000-1111-2222-3333-555555555555
//!     objects: |
//! #   ^^^^^^^ `database` is pinned to one version, so pods never see that it was rotated
//!       array:
//!         - |
//!           objectName: database
//!           objectType: secret
//!           objectVersion: 0123456789abcdef
//!   secretObjects:
//!     - secretName: web-database
//!       type: Opaque
//!       data:
//!         - key: password
//!           objectName: database
//! ```
//!
//! A pod mounts the volume only if a container does.
//!
//! ```yaml,bad
//! spec:
//!   containers:
//!     - name: web
//!   volumes:
//!     - name: vault
//!       csi:
//! #     ^^^ no container mounts volume `vault`: nothing is fetched from the vault, and no Secret is made
//! #     ^^^ volume `vault` must name its `secretProviderClass`: it does not mount
//!         driver: secrets-store.csi.k8s.io
//!         readOnly: false
//! #                 ^^^^^ volume `vault` must set `readOnly: true`: the driver mounts nothing without it
//! ```
//!
//! ```yaml,fixed,class.vault=web-vault,mount.vault=/mnt/vault
//! spec:
//!   containers:
//!     - name: web
//!       volumeMounts:
//!         - name: vault
//!           mountPath: /mnt/vault
//!           readOnly: true
//!   volumes:
//!     - name: vault
//!       csi:
//!         driver: secrets-store.csi.k8s.io
//!         readOnly: true
//!         volumeAttributes:
//!           secretProviderClass: web-vault
//! ```
//!
//! It finds its class in its own namespace, and needs no password.
//!
//! ```yaml,bad
//! metadata:
//!   namespace: shop
//! spec:
//!   containers:
//!     - name: web
//!       volumeMounts:
//!         - name: vault
//!           mountPath: /mnt/vault
//!         - name: keys
//!           mountPath: /mnt/keys
//!   volumes:
//!     - name: vault
//!       csi:
//!         driver: secrets-store.csi.k8s.io
//!         readOnly: true
//!         volumeAttributes:
//!           secretProviderClass: web-vault
//! #                              ^^^^^^^^^ class `web-vault` is in namespace `web`, but the pod in `shop`: the volume does not mount
//!         nodePublishSecretRef:
//! #       ^^^^^^^^^^^^^^^^^^^^ volume `vault` signs in with a Secret; if the provider is Azure's, Workload ID needs none
//!           name: vault-password
//!     - name: keys
//!       csi:
//!         driver: secrets-store.csi.k8s.io
//!         readOnly: true
//!         volumeAttributes:
//!           secretProviderClass: keys
//! #                              ^^^^ the input holds other classes of this namespace, but no class `keys`
//! ---
//! apiVersion: secrets-store.csi.x-k8s.io/v1
//! kind: SecretProviderClass
//! metadata:
//!   name: web-vault
//!   namespace: web
//! spec:
//!   provider: vault
//! ---
//! apiVersion: secrets-store.csi.x-k8s.io/v1
//! kind: SecretProviderClass
//! metadata:
//!   name: shop-vault
//!   namespace: shop
//! spec:
//!   provider: vault
//! ```
//!
//! ```yaml,good
//! apiVersion: secrets-store.csi.x-k8s.io/v1
//! kind: SecretProviderClass
//! metadata:
//!   name: web-vault
//! spec:
//!   provider: azure
//!   parameters:
//!     clientID: 00000000-1111-2222-3333-444444444444
//!     keyvaultName: web
//!     tenantID: 00000000-1111-2222-3333-555555555555
//!     objects: |
//!       array:
//!         - |
//!           objectName: database
//!           objectType: secret
//!           objectVersion: ""
//! ---
//! spec:
//!   serviceAccountName: web
//!   containers:
//!     - name: web
//!       volumeMounts:
//!         - name: vault
//!           mountPath: /mnt/vault
//!           readOnly: true
//!   volumes:
//!     - name: vault
//!       csi:
//!         driver: secrets-store.csi.k8s.io
//!         readOnly: true
//!         volumeAttributes:
//!           secretProviderClass: web-vault
//! ```
//!
//! ## How to fix it
//!
//! Give the class the client id of an identity that may read the vault, as `clientID`, and no mode. Let the
//! identity trust the service account that the pods run under (`az identity federated-credential create`).
//! All parameters are texts, so flags need quotes. Mount the volume in each container that reads the files,
//! and read them instead of variables where secrets are rotated.
//!
//! The fixes put quotes around flags, set `readOnly: true`, and move from pod-managed identity to Workload
//! ID. They ask for the client id, unless the input holds all pods that have it, and for the path of a
//! volume.
//!
//! ## When to ignore it
//!
//! An identity of the node, without a `clientID`, is no finding: some clusters have nothing better. A
//! service principal may be needed for a vault of another tenant. A Secret that another program makes, or
//! another pod keeps alive, is there although this pod does not mount the volume.

mod identity;
mod mount;
mod objects;
mod provider_class;

use crate::rule::{Category, Check::ObjectPodAndEachContainer, Rule, Severity, since};

pub static RULE: Rule = Rule {
    id: "key-vault-csi-config",
    title: "Secrets of a Key Vault must be mounted in a way that works, without a password",
    category: Category::Identity,
    severity: Severity::Warning,
    standard: None,
    replaces: &[],
    versions: &[since(
        0,
        ObjectPodAndEachContainer(
            provider_class::class_must_open_the_vault,
            mount::volumes_must_mount,
            mount::container_must_see_the_vault,
        ),
    )],
    source: crate::source!("key_vault_csi_config.rs"),
};
