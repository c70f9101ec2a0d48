//! Which items of a list are still there in another one.

use crate::{Entry, Node, Value};

/// What happens to an item.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step<'a> {
    /// It stays, perhaps with another value.
    Keep(&'a Node, &'a Node),
    /// It goes.
    Remove,
    /// It is new.
    Insert(&'a Node),
}

/// The steps from one list to the other that change the fewest values.
pub(crate) fn align<'a>(old: &'a [Node], new: &'a [Node]) -> Vec<Step<'a>> {
    let start = old.iter().zip(new).take_while(|(old, new)| old.equals(new)).count();
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let behind = old_rest.iter().rev().zip(new_rest.iter().rev());
    let end = behind.take_while(|(old, new)| old.equals(new)).count();
    let (old_middle, old_end) = old_rest.split_at(old_rest.len() - end);
    let (new_middle, new_end) = new_rest.split_at(new_rest.len() - end);

    let keep = |(old, new)| Step::Keep(old, new);
    let mut steps: Vec<_> = old.iter().zip(new).take(start).map(keep).collect();
    if is_small(old_middle, new_middle) {
        align_middle(old_middle, new_middle, &mut steps);
    } else {
        let both = old_middle.len().min(new_middle.len());
        steps.extend(old_middle.iter().zip(new_middle).map(keep));
        steps.extend(old_middle[both..].iter().map(|_| Step::Remove));
        steps.extend(new_middle[both..].iter().map(Step::Insert));
    }
    steps.extend(old_end.iter().zip(new_end).map(keep));
    steps
}

/// Whether comparing every pair of items is worth it. In long lists of the same length mostly every
/// item is still in its place.
fn is_small(old: &[Node], new: &[Node]) -> bool {
    let most = if old.len() == new.len() { 10_000 } else { 1_000_000 };
    old.len().saturating_mul(new.len()) <= most
}

/// An alignment of least cost, by the costs of all pairs of rests.
fn align_middle<'a>(old: &'a [Node], new: &'a [Node], steps: &mut Vec<Step<'a>>) {
    let width = new.len() + 1;
    let mut costs = vec![0_usize; (old.len() + 1) * width];
    let mut kept = vec![0_usize; costs.len()];
    for i in (0..=old.len()).rev() {
        for j in (0..=new.len()).rev() {
            let at = i * width + j;
            let (item, other) = (old.get(i), new.get(j));
            costs[at] = match (item, other) {
                (None, None) => 0,
                (Some(item), None) => costs[at + width] + size(item) + 1,
                (None, Some(other)) => costs[at + 1] + size(other) + 1,
                (Some(item), Some(other)) => {
                    kept[at] = costs[at + width + 1] + difference(item, other);
                    let removed = costs[at + width] + size(item) + 1;
                    let inserted = costs[at + 1] + size(other) + 1;
                    kept[at].min(removed).min(inserted)
                }
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < old.len() || j < new.len() {
        let at = i * width + j;
        match (old.get(i), new.get(j)) {
            (Some(item), Some(other)) if kept[at] == costs[at] => {
                steps.push(Step::Keep(item, other));
                (i, j) = (i + 1, j + 1);
            }
            (Some(item), _) if costs[at] == costs[at + width] + size(item) + 1 => {
                steps.push(Step::Remove);
                i += 1;
            }
            (_, Some(other)) => {
                steps.push(Step::Insert(other));
                j += 1;
            }
            _ => return,
        }
    }
}

/// How many values are in a value.
fn size(node: &Node) -> usize {
    1 + match &node.value {
        Value::List(items) => items.iter().map(size).sum(),
        Value::Map(map) => map.entries().iter().map(|entry| size(&entry.value)).sum(),
        _ => 0_usize,
    }
}

/// How many values must change to make one value of the other. Zero only for equal ones.
fn difference(old: &Node, new: &Node) -> usize {
    match (&old.value, &new.value) {
        (Value::Map(old), Value::Map(new)) => {
            let of_old = |entry: &Entry| match new.get(&entry.key) {
                Some(kept) => difference(&entry.value, &kept.value),
                None => size(&entry.value),
            };
            let is_new = |entry: &&Entry| old.get(&entry.key).is_none();
            let new_ones = new.entries().iter().filter(is_new).map(|entry| size(&entry.value));
            old.entries().iter().map(of_old).chain(new_ones).sum()
        }
        (Value::List(old), Value::List(new)) => {
            let both = old.len().min(new.len());
            let pairs = old.iter().zip(new).map(|(old, new)| difference(old, new));
            pairs.chain(old[both..].iter().chain(&new[both..]).map(size)).sum()
        }
        (old_value, new_value) if old_value == new_value => 0,
        _ => size(old) + size(new),
    }
}
