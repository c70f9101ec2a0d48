//! Names that Microsoft Entra Workload ID looks for (`Azure/azure-workload-identity`,
//! `pkg/webhook/consts.go`).

use crate::field::Field;
use crate::inventory::{Neighbour, POD_IDENTITY_LABEL};
use crate::object::Object;
use crate::pod::Pod;

/// The label of a pod that gets a token for Azure; its value must be `true`.
pub(crate) const USE: &str = "azure.workload.identity/use";
/// The annotation of a service account that names the identity.
pub(crate) const CLIENT_ID: &str = "azure.workload.identity/client-id";
/// The annotation of a service account that names the tenant.
pub(crate) const TENANT_ID: &str = "azure.workload.identity/tenant-id";
/// How many seconds a token lasts.
pub(crate) const EXPIRATION: &str = "azure.workload.identity/service-account-token-expiration";
/// The annotation of a pod that gets a proxy for the old way to a token.
pub(crate) const PROXY: &str = "azure.workload.identity/inject-proxy-sidecar";
/// The annotation of a pod that names containers which are left alone, with semicolons between.
pub(crate) const SKIPPED: &str = "azure.workload.identity/skip-containers";

/// The service account of a pod that names none.
pub(crate) const DEFAULT_ACCOUNT: &str = "default";

/// The service account that a pod runs under.
pub(crate) fn account_of<'a>(pod: &Pod<'a>) -> &'a str {
    let name = |key| pod.spec.get(key).as_str().filter(|name| !name.is_empty());
    name("serviceAccountName").or_else(|| name("serviceAccount")).unwrap_or(DEFAULT_ACCOUNT)
}

/// The service account that a pod runs under, if the input holds it.
pub(crate) fn known_account<'a>(pod: &Pod<'a>) -> Option<&'a Neighbour> {
    let name = account_of(pod);
    pod.object.neighbours("ServiceAccount").find(|other| other.object().name() == Some(name))
}

/// Whether the pod asks for a token.
pub(crate) fn uses_workload_identity(pod: &Pod<'_>) -> bool {
    pod.metadata.at(&["labels", USE]).as_str() == Some("true")
}

/// Whether a label or annotation asks for something: who writes `false` does not.
pub(crate) fn asks(wish: &Field<'_>) -> bool {
    let refuses = |text: &str| {
        ["false", "no", "off", "0"].iter().any(|refusal| text.eq_ignore_ascii_case(refusal))
    };
    wish.as_str().map_or(wish.as_bool() == Some(true), |text| !refuses(text))
}

/// Where the pod's label stands in vain, with the word for it.
pub(crate) fn misplaced_label<'a>(pod: &Pod<'a>) -> Option<(&'static str, Field<'a>)> {
    let outer = outer_metadata(pod);
    let of_outer = |key| outer.iter().map(move |metadata| metadata.get(key).get(USE));
    let labels = of_outer("labels").map(|label| ("label", label));
    let annotations = std::iter::once(pod.annotations().get(USE)).chain(of_outer("annotations"));
    let annotations = annotations.map(|annotation| ("annotation", annotation));
    labels.chain(annotations).find(|(_, wish)| asks(wish))
}

/// The metadata of the workload around a pod, where nobody looks for what the pod asks for.
pub(crate) fn outer_metadata<'a>(pod: &Pod<'a>) -> Option<Field<'a>> {
    let metadata = pod.object.root().get("metadata");
    (metadata.path().pointer() != pod.metadata.path().pointer()).then_some(metadata)
}

/// Whether the pod is meant to use Workload ID, perhaps after fixes.
pub(crate) fn is_meant_for_workload_identity(pod: &Pod<'_>) -> bool {
    let labels = pod.metadata.get("labels");
    let label = labels.get(USE);
    if label.is_set() {
        return asks(&label);
    }
    labels.get(POD_IDENTITY_LABEL).is_set()
        || misplaced_label(pod).is_some()
        || known_account(pod).and_then(client_id).is_some()
}

/// Whether the workload finds its pods by a label, which then must not change.
pub(crate) fn is_selected_by(object: &Object<'_>, label: &'static str) -> bool {
    let selector = object.root().at(&["spec", "selector"]);
    let mut expressions = selector.get("matchExpressions").items();
    selector.get(label).is_set()
        || selector.at(&["matchLabels", label]).is_set()
        || expressions.any(|expression| expression.get("key").as_str() == Some(label))
}

/// The identity that a service account names.
pub(crate) fn client_id(account: &Neighbour) -> Option<&str> {
    let id = account.node().at(&["metadata", "annotations", CLIENT_ID])?.as_str()?;
    Some(id).filter(|id| !id.is_empty())
}

/// Whether a text is an id as Azure gives them: 32 hexadecimal digits in five groups.
pub(crate) fn is_guid(text: &str) -> bool {
    let is_hex = |group: &str| group.bytes().all(|byte| byte.is_ascii_hexdigit());
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.split('-').all(is_hex)
}

/// Whether a text stands for a value that is filled in later.
pub(crate) fn is_placeholder(text: &str) -> bool {
    let marks = ["<", "$", "{{", "%", "YOUR", "your"];
    marks.iter().any(|mark| text.contains(mark)) || text.bytes().all(|byte| b"0-xX".contains(&byte))
}
