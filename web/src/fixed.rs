//! The manifest after its fixes, and what they may break.

use podproof_report::fix::AppliedFix;
use yew::prelude::*;

/// The fixed text, the fixes in it, and the controls that choose them.
pub(crate) fn fixed(text: &str, applied: &[AppliedFix], controls: Html) -> Html {
    let text = text.to_owned();
    html! {
        <section aria-labelledby="fixed">
            <h2 id="fixed">{ "Fixed manifest" }</h2>
            { controls }
            <textarea
                aria-labelledby="fixed"
                rows="20"
                readonly=true
                spellcheck="false"
                value={text.clone()}
            />
            <CopyButton {text} />
            <h3 id="applied">{ "What was changed, and what it may break" }</h3>
            <ul aria-labelledby="applied">{ for applied.iter().map(item) }</ul>
        </section>
    }
}

#[derive(PartialEq, Properties)]
struct CopyButtonProps {
    text: String,
}

#[component]
fn CopyButton(CopyButtonProps { text }: &CopyButtonProps) -> Html {
    let copied = use_state_eq(|| None::<String>);
    let onclick = {
        let (text, copied) = (text.clone(), copied.clone());
        move |_| {
            if let Some(window) = web_sys::window() {
                let _ = window.navigator().clipboard().write_text(&text);
                copied.set(Some(text.clone()));
            }
        }
    };
    // What was copied is old as soon as the text changes.
    let is_copied = copied.as_ref() == Some(text);
    html! {
        <p>
            <button type="button" {onclick}>{ "Copy" }</button>
            <span role="status">{ if is_copied { " Copied" } else { "" } }</span>
        </p>
    }
}

fn item(AppliedFix { object, fix, .. }: &AppliedFix) -> Html {
    html! {
        <li>
            { format!("{object}: {}", fix.title) }
            if !fix.breaks_when.is_empty() {
                <br />
                <small>
                    { format!("May break when {}. Then you see: {}", fix.breaks_when, fix.symptom) }
                </small>
            }
        </li>
    }
}
