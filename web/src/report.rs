//! What is wrong, and what the cluster would say.

use podproof_policy::Finding;
use podproof_policy::Version;
use podproof_report::verdict::Verdicts;
use podproof_report::{FileReport, Summary};
use podproof_source::Lines;
use yew::prelude::*;

/// A report on a text.
pub(crate) fn report(file: &FileReport, text: &str) -> Html {
    let mut summary = Summary::default();
    summary.add(file);
    let mut verdicts = Verdicts::default();
    verdicts.add(file);
    let lines = Lines::new(text.as_bytes());
    let findings = file.objects.iter().flat_map(|object| &object.findings);
    html! {
        <section aria-labelledby="findings">
            <h2 id="findings">{ "Findings" }</h2>
            // Only the outcome is read aloud on every change, not the whole list.
            <div aria-live="polite">
                <p>{ summary.to_string() }</p>
                { for verdicts.lines(Version::Latest).into_iter().map(|line| html!(<p>{ line }</p>)) }
            </div>
            <ul aria-labelledby="findings">
                { for findings.map(|finding| item(finding, &lines)) }
            </ul>
        </section>
    }
}

fn item(finding: &Finding, lines: &Lines<'_>) -> Html {
    let place = finding.span.map(|span| {
        let start = lines.position(span.start);
        format!("{}:{}", start.line, start.column)
    });
    html! {
        <li class={finding.severity.name()}>
            <strong>{ finding.severity.name() }</strong>{ " " }
            <code>{ finding.rule.id }</code>{ " " }
            { &finding.message }{ " " }
            if let Some(place) = place {
                <span class="place">{ place }</span>
            }
        </li>
    }
}
