//! The playground: a manifest, what is found in it, and the manifest with what can be fixed.

mod fixed;
mod report;

use podproof_policy::{Answers, Base, Profile, Version};
use podproof_report::file::Role;
use podproof_report::fix::{self, Wanted};
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

const DEMO: &str = include_str!("../../examples/aks-demo.yaml");

fn main() {
    yew::Renderer::<Playground>::new().render();
}

#[component]
fn Playground() -> Html {
    let text = use_state_eq(|| DEMO.to_owned());
    let reverses = use_state_eq(|| false);
    let oninput = {
        let text = text.clone();
        move |event: InputEvent| {
            text.set(event.target_unchecked_into::<HtmlTextAreaElement>().value());
        }
    };
    let onchange = {
        let reverses = reverses.clone();
        move |event: Event| {
            reverses.set(event.target_unchecked_into::<HtmlInputElement>().checked());
        }
    };
    let wanted = Wanted {
        profile: Profile::new(Base::Restricted, Version::Latest),
        reverses: *reverses,
        by_shape: false,
        answers: Answers::default(),
        rules: Vec::new(),
    };
    let fixed = fix::fix("manifest.yaml", text.as_bytes(), Role::Manifest, &wanted);
    let fixed_text = String::from_utf8_lossy(&fixed.text).into_owned();
    let controls = html! {
        <label>
            <input type="checkbox" checked={*reverses} {onchange} />
            { " Also take away what the manifest asks for, such as " }
            <code>{ "privileged" }</code>
        </label>
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
            { report::report(&fixed.before, &text) }
            { fixed::fixed(&fixed_text, &fixed.applied, controls) }
        </main>
    }
}
