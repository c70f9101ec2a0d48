//! Which items of a list are still there in another one.

use crate::Node;

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

/// The steps from one list to the other: equal items stay as they are, as many as possible; those
/// between two of them are taken for each other in order.
pub(crate) fn align<'a>(old: &'a [Node], new: &'a [Node]) -> Vec<Step<'a>> {
    let mut steps = Vec::new();
    let (mut from, mut to) = (0, 0);
    for (same_old, same_new) in longest_common(old, new).into_iter().chain([(old.len(), new.len())])
    {
        between(&old[from..same_old], &new[to..same_new], &mut steps);
        if let (Some(old), Some(new)) = (old.get(same_old), new.get(same_new)) {
            steps.push(Step::Keep(old, new));
        }
        (from, to) = (same_old + 1, same_new + 1);
    }
    steps
}

fn between<'a>(old: &'a [Node], new: &'a [Node], steps: &mut Vec<Step<'a>>) {
    let both = old.len().min(new.len());
    steps.extend(old.iter().zip(new).map(|(old, new)| Step::Keep(old, new)));
    steps.extend(old[both..].iter().map(|_| Step::Remove));
    steps.extend(new[both..].iter().map(Step::Insert));
}

/// The indices of a longest common subsequence.
fn longest_common(old: &[Node], new: &[Node]) -> Vec<(usize, usize)> {
    let start = old.iter().zip(new).take_while(|(old, new)| old.equals(new)).count();
    let rest = old.len().min(new.len()) - start;
    let behind = old.iter().rev().zip(new.iter().rev());
    let end = behind.take(rest).take_while(|(old, new)| old.equals(new)).count();
    let mut pairs: Vec<(usize, usize)> = (0..start).map(|index| (index, index)).collect();
    let (old_middle, new_middle) = (&old[start..old.len() - end], &new[start..new.len() - end]);
    if old_middle.len().saturating_mul(new_middle.len()) <= MOST_PAIRS {
        let middle = longest_common_of_few(old_middle, new_middle);
        pairs.extend(middle.into_iter().map(|(old, new)| (old + start, new + start)));
    }
    pairs.extend((0..end).rev().map(|back| (old.len() - 1 - back, new.len() - 1 - back)));
    pairs
}

/// More comparisons than this are not worth a shorter patch.
const MOST_PAIRS: usize = 1_000_000;

fn longest_common_of_few(old: &[Node], new: &[Node]) -> Vec<(usize, usize)> {
    let width = new.len() + 1;
    // Length of the longest common subsequence of what is left at each pair of indices.
    let mut lengths = vec![0_u32; (old.len() + 1) * width];
    for (i, item) in old.iter().enumerate().rev() {
        for (j, other) in new.iter().enumerate().rev() {
            lengths[i * width + j] = if item.equals(other) {
                lengths[(i + 1) * width + j + 1] + 1
            } else {
                lengths[(i + 1) * width + j].max(lengths[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j, mut pairs) = (0, 0, Vec::new());
    while i < old.len() && j < new.len() {
        if old[i].equals(&new[j]) {
            pairs.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if lengths[(i + 1) * width + j] >= lengths[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}
