//! The playground: a manifest and what is found in it, side by side.

use podproof_policy::{Finding, Level, Profile, Version};
use podproof_report::file::Role;
use podproof_report::verdict::Verdicts;
use podproof_report::{FileReport, Summary};
use podproof_source::Lines;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

const DEMO: &str = include_str!("../../examples/aks-demo.yaml");

const PROFILE: Profile = Profile { level: Level::Restricted, version: Version::Latest };

fn main() {
    yew::Renderer::<Playground>::new().render();
}

#[component]
fn Playground() -> Html {
    let text = use_state_eq(|| DEMO.to_owned());
    let oninput = {
        let text = text.clone();
        move |event: InputEvent| {
            text.set(event.target_unchecked_into::<HtmlTextAreaElement>().value());
        }
    };
    html! {
        <main>
            <h1>{ "Podproof" }</h1>
            <label for="manifest">{ "Kubernetes manifest (YAML)" }</label>
            <textarea
                id="manifest"
                rows="20"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                value={(*text).clone()}
                {oninput}
            />
            <Report text={(*text).clone()} />
        </main>
    }
}

#[derive(PartialEq, Properties)]
struct ReportProps {
    text: String,
}

#[component]
fn Report(ReportProps { text }: &ReportProps) -> Html {
    let file = FileReport::of("manifest.yaml", text.as_bytes(), Role::Manifest, &PROFILE);
    let mut summary = Summary::default();
    summary.add(&file);
    let mut verdicts = Verdicts::default();
    verdicts.add(&file);
    let lines = Lines::new(text.as_bytes());
    let findings = file.objects.iter().flat_map(|object| &object.findings);
    html! {
        <section aria-labelledby="findings">
            <h2 id="findings">{ "Findings" }</h2>
            // Only the outcome is read aloud on every change, not the whole list.
            <div aria-live="polite">
                <p>{ summary.to_string() }</p>
                { for verdicts.lines(PROFILE.version).into_iter().map(|line| html!(<p>{ line }</p>)) }
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
