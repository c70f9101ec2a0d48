//! A text that is replaced piece by piece, and never forgets what of it is the old one.

use super::Replacement;
use std::ops::Range;

/// A text made of pieces of an old one and of new ones.
pub(super) struct Pieces {
    pieces: Vec<Piece>,
    old_length: usize,
}

#[derive(Clone, Debug)]
enum Piece {
    Old(Range<usize>),
    New(String),
}

impl Piece {
    fn len(&self) -> usize {
        match self {
            Self::Old(range) => range.len(),
            Self::New(text) => text.len(),
        }
    }

    fn part(&self, range: Range<usize>) -> Self {
        match self {
            Self::Old(old) => Self::Old(old.start + range.start..old.start + range.end),
            Self::New(text) => Self::New(text.get(range).unwrap_or_default().to_owned()),
        }
    }
}

impl Pieces {
    /// An old text of this length.
    pub(super) fn new(old_length: usize) -> Self {
        Self { pieces: vec![Piece::Old(0..old_length)], old_length }
    }

    /// Makes sorted replacements of the text as it is now.
    pub(super) fn replace(&mut self, replacements: &[Replacement]) {
        let mut at = 0;
        let mut pieces = std::mem::take(&mut self.pieces).into_iter();
        let mut piece = pieces.next();
        let mut made = Vec::new();
        for Replacement { range, text } in replacements {
            for (until, keep) in [(range.start, true), (range.end, false)] {
                while at < until {
                    let Some(current) = piece.take() else { break };
                    let width = current.len().min(until - at);
                    if keep {
                        made.push(current.part(0..width));
                    }
                    at += width;
                    piece = match current.len() - width {
                        0 => pieces.next(),
                        _ => Some(current.part(width..current.len())),
                    };
                }
            }
            made.push(Piece::New(text.clone()));
        }
        made.extend(piece);
        made.extend(pieces);
        self.pieces = made;
    }

    /// What makes the text of the old one, which starts so many bytes into the file.
    pub(super) fn replacements(self, base: usize) -> Vec<Replacement> {
        let mut replacements: Vec<Replacement> = Vec::new();
        let (mut old_end, mut new) = (0, String::new());
        let end = Piece::Old(self.old_length..self.old_length);
        for piece in self.pieces.into_iter().chain([end]) {
            match piece {
                Piece::New(text) => new += &text,
                Piece::Old(range) => {
                    if old_end < range.start || !new.is_empty() {
                        let text = std::mem::take(&mut new);
                        let range = base + old_end..base + range.start;
                        replacements.push(Replacement { range, text });
                    }
                    old_end = range.end;
                }
            }
        }
        replacements
    }
}

/// A text after sorted replacements.
pub(super) fn replaced(text: &str, replacements: &[Replacement]) -> String {
    let mut new = String::with_capacity(text.len());
    let mut at = 0;
    for replacement in replacements {
        new += text.get(at..replacement.range.start).unwrap_or_default();
        new += &replacement.text;
        at = replacement.range.end;
    }
    new + text.get(at..).unwrap_or_default()
}
