//! The smallest case that shows the same.

use super::law::Case;

/// Leaves out changes, lines, and pieces of lines for as long as the case stays of interest.
pub fn shrink(case: &Case, is_of_interest: &dyn Fn(&Case) -> bool) -> Case {
    let mut small = case.clone();
    loop {
        let size = (small.changes.len(), small.text.len());
        for index in (0..small.changes.len()).rev() {
            let mut smaller = small.clone();
            smaller.changes.remove(index);
            if !smaller.changes.is_empty() && is_of_interest(&smaller) {
                small = smaller;
            }
        }
        for separators in [b"\n\r".as_slice(), b" ,\n", b""] {
            without_pieces(&mut small, separators, is_of_interest);
        }
        if size == (small.changes.len(), small.text.len()) {
            return small;
        }
    }
}

fn without_pieces(case: &mut Case, separators: &[u8], is_of_interest: &dyn Fn(&Case) -> bool) {
    let is_end = |byte: &u8| separators.is_empty() || separators.contains(byte);
    let pieces: Vec<Vec<u8>> = case.text.split_inclusive(is_end).map(<[u8]>::to_vec).collect();
    let mut kept = pieces;
    let mut length = (kept.len() / 2).max(1);
    loop {
        let mut start = 0;
        while start < kept.len() {
            let end = (start + length).min(kept.len());
            let rest = [&kept[..start], &kept[end..]].concat();
            let smaller = Case { text: rest.concat(), ..case.clone() };
            if is_of_interest(&smaller) {
                kept = rest;
                *case = smaller;
            } else {
                start = end;
            }
        }
        if length == 1 {
            return;
        }
        length /= 2;
    }
}
