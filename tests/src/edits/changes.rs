//! Random changes of an object, most of them such as a fix makes.

use super::objects::{anything, key, pick, scalar, string};
use fastrand::Rng;
use podproof_source::{Change, Node, Pointer, Value, change};

/// One to six changes that fit one after the other; rarely one that does not fit.
pub fn changes(rng: &mut Rng, root: &Node) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut object = root.clone();
    let count = rng.usize(1..=6);
    for _ in 0..3 * count {
        if changes.len() == count {
            break;
        }
        let made = if rng.usize(..10) < 6 { of_a_fix(rng, &object) } else { None };
        let made = made.unwrap_or_else(|| vec![of_any_kind(rng, &object)]);
        match change::apply(&object, &made) {
            Ok(next) => object = next,
            Err(_) => continue,
        }
        changes.extend(made);
    }
    if rng.usize(..100) == 0 {
        changes.extend(misfit(rng, &object));
    }
    changes
}

/// The object with some of its parts also in the place of others, as where people use aliases.
pub fn repeat(rng: &mut Rng, root: &Node) -> Node {
    let mut object = root.clone();
    for _ in 0..rng.usize(1..4) {
        let key = pick(rng, &["securityContext", "securityContext", "labels", "capabilities"]);
        let found: Vec<_> = places(&object)
            .into_iter()
            .filter(|(at, node)| at.steps().last().is_some_and(|s| &**s == key) && !node.is_null())
            .map(|(at, node)| (at, node.clone()))
            .collect();
        if let [(_, first), .., (last, _)] = &found[..] {
            let at = if rng.bool() { last } else { &found[1].0 };
            let change = Change::Set { at: at.clone(), value: first.clone() };
            object = change::apply(&object, &[change]).unwrap_or(object);
        }
    }
    object
}

/// Every place below the root, with the node.
fn places(root: &Node) -> Vec<(Pointer, &Node)> {
    let mut places = vec![(Pointer::ROOT, root)];
    let mut next = 0;
    while let Some((at, node)) = places.get(next).cloned() {
        match &node.value {
            Value::Map(map) => {
                places.extend(map.entries().iter().map(|e| (at.key(&e.key), &e.value)));
            }
            Value::List(items) => {
                places.extend(items.iter().enumerate().map(|(i, item)| (at.item(i), item)));
            }
            _ => {}
        }
        next += 1;
    }
    places
}

/// A key of something that is no object.
fn misfit(rng: &mut Rng, object: &Node) -> Option<Change> {
    let mut places = places(object);
    places.retain(|(_, node)| is_scalar(node) && !node.is_null());
    let (at, _) = places.get(rng.usize(..places.len().max(1)))?;
    Some(Change::Set { at: at.key("x"), value: true.into() })
}

fn of_a_fix(rng: &mut Rng, root: &Node) -> Option<Vec<Change>> {
    let places = places(root);
    let pods: Vec<_> = places.iter().filter(|(_, node)| node.get("containers").is_some()).collect();
    let (pod, spec) = pods.get(rng.usize(..pods.len().max(1)))?;
    let set = |at: Pointer, value: Node| vec![Change::Set { at, value }];
    let runtime_default = || Node::map([("type", Node::from("RuntimeDefault"))]);
    if rng.usize(..5) < 2 {
        let context = pod.key("securityContext");
        return Some(match rng.usize(..10) {
            0 | 1 => set(context.key("runAsNonRoot"), true.into()),
            2 => set(context.key("seccompProfile"), runtime_default()),
            3 => set(context.key("seccompProfile").key("type"), "RuntimeDefault".into()),
            4 => {
                let field = pick(rng, &["hostNetwork", "hostPID", "hostIPC"]);
                vec![Change::Remove { at: pod.key(field) }]
            }
            5 => set(pod.key("os").key("name"), "windows".into()),
            6 => {
                let annotation = "container.apparmor.security.beta.kubernetes.io/web";
                let metadata = Pointer::new(pod.steps().split_last()?.1.iter().cloned());
                let at = metadata.key("metadata").key("annotations").key(annotation);
                if rng.bool() {
                    set(at, "runtime/default".into())
                } else {
                    vec![Change::Remove { at }]
                }
            }
            7 | 8 => {
                let count = spec.get("volumes")?.as_list()?.len();
                let volume = pod.key("volumes").item(rng.usize(..count.max(1)));
                let empty = Node::map::<&str>([]);
                let add = Change::Set { at: volume.key("emptyDir"), value: empty };
                vec![Change::Remove { at: volume.key("hostPath") }, add]
            }
            _ => {
                let volume =
                    Node::map([("name", Node::from("tmp")), ("emptyDir", Node::map::<&str>([]))]);
                set(pod.key("volumes").key("-"), volume)
            }
        });
    }
    let list = pick(rng, &["containers", "containers", "initContainers"]);
    let count = spec.get(list)?.as_list()?.len();
    let index = rng.usize(..count.max(1));
    let context = pod.key(list).item(index).key("securityContext");
    let old = spec.get(list)?.as_list()?.get(index)?.get("securityContext");
    let all = || Node::list([Node::from("ALL")]);
    Some(match rng.usize(..10) {
        0 | 1 => set(context.key("allowPrivilegeEscalation"), false.into()),
        2 | 3 => set(context.key("capabilities").key("drop"), all()),
        4 => set(context.key("capabilities"), Node::map([("drop", all())])),
        5 => {
            let add = old?.at(&["capabilities", "add"])?.as_list()?;
            let index = rng.usize(..add.len().max(1));
            let list = context.key("capabilities").key("add");
            vec![Change::RemoveItem { list, index, value: add.get(index)?.clone() }]
        }
        6 => {
            let field = pick(rng, &["privileged", "procMount", "runAsUser", "seccompProfile"]);
            vec![Change::Remove { at: context.key(field) }]
        }
        7 => set(context.key("runAsUser"), Node::from(1000)),
        8 => set(context.key("privileged"), false.into()),
        _ => set(context.key("seccompProfile"), runtime_default()),
    })
}

fn of_any_kind(rng: &mut Rng, root: &Node) -> Change {
    let places = places(root);
    let (at, node) = &places[rng.usize(..places.len())];
    let is_root = at.steps().is_empty();
    match rng.usize(..10) {
        0 | 1 if !is_root => Change::Remove { at: at.clone() },
        2 if node.as_list().is_some_and(|items| !items.is_empty()) && !is_root => {
            let items = node.as_list().unwrap_or_default();
            let index = rng.usize(..items.len());
            Change::RemoveItem { list: at.clone(), index, value: items[index].clone() }
        }
        _ => match &node.value {
            Value::List(_) if rng.bool() => {
                let levels = rng.usize(..4);
                Change::Set { at: at.key("-"), value: anything(rng, levels) }
            }
            Value::Map(_) | Value::Null if is_root || rng.usize(..50) != 0 => {
                let mut at = at.key(key(rng));
                for _ in 0..rng.usize(..3) {
                    at = at.key(key(rng));
                }
                let levels = rng.usize(..4);
                Change::Set { at, value: anything(rng, levels) }
            }
            // Another kind of value is rare.
            Value::Map(_) | Value::List(_) if rng.usize(..20) != 0 => {
                let (at, _) =
                    places.iter().rfind(|(_, node)| is_scalar(node)).unwrap_or(&places[0]);
                let at = if at.steps().is_empty() { at.key("x") } else { at.clone() };
                Change::Set { at, value: string(rng) }
            }
            _ if is_root => Change::Set { at: at.key("x"), value: scalar(rng) },
            _ if rng.usize(..50) == 0 => Change::Set { at: at.clone(), value: anything(rng, 3) },
            _ => Change::Set { at: at.clone(), value: scalar(rng) },
        },
    }
}

fn is_scalar(node: &Node) -> bool {
    !matches!(node.value, Value::Map(_) | Value::List(_))
}
