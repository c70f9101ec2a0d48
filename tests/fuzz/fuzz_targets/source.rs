//! Any bytes are read or refused, with places inside the text; what was read goes through JSON
//! unchanged.
#![no_main]

use libfuzzer_sys::fuzz_target;
use podproof_source::{Lines, Node, Span, yaml};

fuzz_target!(|text: &[u8]| {
    let lines = Lines::new(text);
    let inside = |span: Span| {
        assert!(span.start <= span.end && span.end as usize <= text.len(), "{span:?}");
        lines.position(span.start);
    };
    for document in yaml::read(text) {
        match document {
            Ok(document) => {
                visit(&document.root, &inside);
                document.ignored.iter().for_each(|span| inside(*span));
                let json = serde_json::to_string(&document.root).expect("a tree is JSON");
                serde_json::from_str::<Node>(&json).expect("JSON is a tree");
            }
            Err(error) => inside(error.span),
        }
    }
});

fn visit(node: &Node, inside: &impl Fn(Span)) {
    inside(node.span);
    for item in node.as_list().unwrap_or_default() {
        visit(item, inside);
    }
    for entry in node.as_map().map(|map| map.entries()).unwrap_or_default() {
        inside(entry.key_span);
        visit(&entry.value, inside);
    }
}
