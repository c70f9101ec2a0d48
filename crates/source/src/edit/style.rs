//! How a text writes things.

use super::write::Style;
use crate::yaml::syntax::{Kind, Syntax};

/// How a text writes things: as it mostly ends its lines, and as it indents in the first place that
/// shows it.
pub(super) fn style(text: &str, root: &Syntax) -> Style {
    // A stray carriage return is not the way in which the text ends its lines.
    let both = text.matches("\r\n").count();
    let (returns, feeds) = (text.matches('\r').count() - both, text.matches('\n').count() - both);
    let line_break = match () {
        () if both > feeds.max(returns) => "\r\n",
        () if returns > feeds => "\r",
        () => "\n",
    };
    let column = |at: usize| {
        let before = text.get(..at).unwrap_or_default();
        before.rsplit(['\n', '\r']).next().unwrap_or_default().chars().count()
    };
    let (mut step, mut dash) = (None, None);
    measure(root, &column, &mut step, &mut dash);
    Style { step: step.unwrap_or(2), dash: dash.unwrap_or(2), line_break }
}

fn measure(
    syntax: &Syntax,
    column: &dyn Fn(usize) -> usize,
    step: &mut Option<usize>,
    dash: &mut Option<usize>,
) {
    if step.is_some() && dash.is_some() {
        return;
    }
    match &syntax.kind {
        Kind::Map { flow: false, pairs } => {
            for pair in pairs {
                let indent = || column(pair.value.content.start).checked_sub(column(pair.start));
                match &pair.value.kind {
                    Kind::Map { flow: false, .. } => {
                        *step = step.or_else(|| indent().filter(|indent| *indent > 0));
                    }
                    Kind::List { flow: false, .. } => *dash = dash.or_else(indent),
                    _ => {}
                }
                measure(&pair.value, column, step, dash);
            }
        }
        Kind::List { flow: false, items } => {
            for item in items {
                measure(&item.value, column, step, dash);
            }
        }
        _ => {}
    }
}
