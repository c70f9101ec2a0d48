//! What somebody may have meant by a word that means nothing.

/// " Did you mean `x`?" for the name that is most like a word, if one is like it at all.
pub fn did_you_mean<'n>(word: &str, names: impl Iterator<Item = &'n str>) -> String {
    nearest(word, names).map_or_else(String::new, |name| format!(" Did you mean `{name}`?"))
}

/// The name that is most like a word, if one is like it at all.
pub(crate) fn nearest<'n>(word: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let mut names = names;
    nearest_of(word, &mut names)
}

// One function for all iterators, out of line: it keeps the Wasm modules small.
#[inline(never)]
fn nearest_of<'n>(word: &str, names: &mut dyn Iterator<Item = &'n str>) -> Option<&'n str> {
    let (mut least, mut nearest) = (usize::MAX, None);
    for name in names {
        let far = distance(word, name);
        // A third of the letters may be wrong.
        if far < least && far * 3 <= name.len().max(3) {
            (least, nearest) = (far, Some(name));
        }
    }
    nearest
}

/// How many letters must be added, removed or replaced to make one word of another. Words that
/// nobody would type are far from every other.
pub(crate) fn distance(word: &str, name: &str) -> usize {
    const LONGEST: usize = 100;
    if word.len() > LONGEST {
        return usize::MAX / 4;
    }
    let mut row: Vec<usize> = (0..=name.len()).collect();
    for (typed, byte) in word.bytes().enumerate() {
        let mut diagonal = typed;
        let mut left = typed + 1;
        for (above, own) in row.iter_mut().skip(1).zip(name.bytes()) {
            let replaced = diagonal + usize::from(!byte.eq_ignore_ascii_case(&own));
            diagonal = *above;
            left = replaced.min(left + 1).min(*above + 1);
            *above = left;
        }
        if let Some(first) = row.first_mut() {
            *first = typed + 1;
        }
    }
    row.last().copied().unwrap_or(word.len())
}

#[cfg(test)]
mod tests {
    use super::{did_you_mean, distance};

    #[test]
    fn distances_count_edits() {
        for (word, name, far) in
            [("", "", 0), ("a", "", 1), ("", "ab", 2), ("kitten", "sitting", 3), ("Pod", "pod", 0)]
        {
            assert_eq!(distance(word, name), far, "{word} {name}");
        }
    }

    #[test]
    fn only_what_is_alike_is_meant() {
        let meant = |word| did_you_mean(word, ["privileged", "host-ports"].into_iter());
        assert_eq!(meant("priviledged"), " Did you mean `privileged`?");
        assert_eq!(meant("host-port"), " Did you mean `host-ports`?");
        assert_eq!(meant("something-else"), "");
        assert_eq!(meant(&"x".repeat(1000)), "");
    }
}
