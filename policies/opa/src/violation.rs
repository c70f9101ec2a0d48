//! `podproof/violation`, Gatekeeper's contract: `input.review.object` and `input.parameters` give a
//! list of `{"msg", "details"}`.

use crate::Input;
use crate::json::{list, object, string};
use podproof_policy::{Base, Finding, Profile, Version, check, objects};
use podproof_source::Node;

/// What applies where the parameters say nothing.
const DEFAULT: Base = Base::Restricted;

/// The findings for an input, or why it cannot be judged.
pub fn violations(input: Input<'_>) -> Result<Vec<Finding>, String> {
    let input = match input {
        Input::Missing => return Err("there is no input, or it could not be read".to_owned()),
        Input::Unreadable(why) => return Err(format!("the input cannot be read: {why}")),
        Input::Value(input) => input,
    };
    let profile = profile(given(input, "parameters"))?;
    let review = given(input, "review").ok_or("`input.review` is missing")?;
    let Some(reviewed) = given(review, "object") else {
        // There is nothing in the cluster afterwards, and older hosts give no object.
        return match given(review, "operation").and_then(Node::as_str) {
            Some("DELETE") => Ok(Vec::new()),
            _ => Err("`input.review.object` is missing".to_owned()),
        };
    };
    if reviewed.as_map().is_none() {
        let shape = reviewed.shape();
        return Err(format!("`input.review.object` is {shape}, not an object"));
    }
    Ok(objects(reviewed).iter().flat_map(|object| check(object, &profile)).collect())
}

/// The answer: a violation for each finding, or the one that says what is wrong with the input.
pub fn to_node(violations: Result<Vec<Finding>, String>) -> Node {
    list(match violations {
        Ok(findings) => findings.iter().map(of_finding).collect(),
        Err(why) => {
            let message = format!("podproof could not judge this: {why}");
            vec![object([("msg", string(&message)), ("details", object([]))])]
        }
    })
}

fn of_finding(finding: &Finding) -> Node {
    let Finding { rule, severity, message, container, path, pointer, .. } = finding;
    let place = if path.is_empty() { String::new() } else { format!("{path}: ") };
    let mut details = vec![
        ("rule", string(rule.id)),
        ("severity", string(severity.name())),
        ("path", string(path)),
        ("pointer", string(pointer)),
    ];
    if let Some((name, kind)) = container {
        details.push(("container", string(name)));
        details.push(("containerType", string(kind.name())));
    }
    let message = format!("{place}{message} ({})", rule.id);
    object([("msg", string(&message)), ("details", object(details))])
}

/// The value of a key; null counts as absent.
fn given<'a>(node: &'a Node, key: &str) -> Option<&'a Node> {
    node.get(key).filter(|value| !value.is_null())
}

/// Reads `parameters`. A key that means nothing is an error: it may be a misspelt demand.
fn profile(parameters: Option<&Node>) -> Result<Profile, String> {
    let mut profile = Profile::new(DEFAULT, Version::Latest);
    let Some(parameters) = parameters else { return Ok(profile) };
    let Some(map) = parameters.as_map() else {
        return Err(format!("`parameters` is {}, not an object", parameters.shape()));
    };
    for entry in map.entries() {
        let key = &*entry.key;
        let invalid = |why| format!("`parameters.{key}`: {why}");
        let text = || {
            let shape = || invalid(format!("{}, not a string", entry.value.shape()));
            entry.value.as_str().ok_or_else(shape)
        };
        match key {
            "profile" => profile.base = base(text()?).map_err(invalid)?,
            "version" => profile.version = text()?.parse().map_err(invalid)?,
            _ => return Err(invalid("unknown: use `profile` and `version`".to_owned())),
        }
    }
    Ok(profile)
}

/// The module holds the rules of the Pod Security Standards and no others.
fn base(text: &str) -> Result<Base, String> {
    match text.parse() {
        Ok(base @ (Base::Baseline | Base::Restricted)) => Ok(base),
        _ => Err(format!("`{text}` is no profile of this module: use `baseline` or `restricted`")),
    }
}

#[cfg(test)]
mod tests {
    use super::{Base, Profile, Version, profile};
    use crate::{Input, eval, json};
    use podproof_source::{MAX_DEPTH, Node};

    const GOOD: &str = r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web"},"spec":{
        "securityContext":{"runAsNonRoot":true,"seccompProfile":{"type":"RuntimeDefault"}},
        "containers":[{"name":"web","image":"registry.example/web:1","securityContext":
        {"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]}}}]}}"#;

    const PRIVILEGED: &str = r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web"},"spec":{
        "containers":[{"name":"web","securityContext":{"privileged":true}}]}}"#;

    fn messages(input: &str) -> Vec<String> {
        let read = json::read(input.as_bytes());
        let input = match &read {
            Ok(node) => Input::Value(node),
            Err(why) => Input::Unreadable(why),
        };
        let answer = eval(0, input);
        let message = |violation: &Node| violation.get("msg").unwrap().as_str().unwrap().to_owned();
        answer.as_list().unwrap().iter().map(message).collect()
    }

    fn review(object: &str, parameters: &str) -> String {
        format!(r#"{{"review":{{"object":{object}}},"parameters":{parameters}}}"#)
    }

    #[test]
    fn a_compliant_pod_has_no_violations_and_a_privileged_one_names_the_field() {
        assert_eq!(messages(&review(GOOD, "{}")), [""; 0]);
        let found = messages(&review(PRIVILEGED, "null"));
        let privileged = "spec.containers[0].securityContext.privileged: ";
        assert!(
            found.iter().any(|text| text.starts_with(privileged) && text.ends_with("(privileged)")),
            "{found:?}"
        );
    }

    #[test]
    fn parameters_choose_level_and_version() {
        let parameters = json::read(br#"{"profile":"baseline","version":"v1.30"}"#).unwrap();
        let chosen = Profile::new(Base::Baseline, Version::Minor(30));
        assert_eq!(profile(Some(&parameters)), Ok(chosen));
        let baseline = messages(&review(PRIVILEGED, r#"{"profile":"baseline"}"#)).len();
        assert!(0 < baseline && baseline < messages(&review(PRIVILEGED, "{}")).len());
    }

    #[test]
    fn what_cannot_be_judged_is_one_violation_that_says_why() {
        let deep = "[".repeat(MAX_DEPTH + 1) + &"]".repeat(MAX_DEPTH + 1);
        for (input, why) in [
            (review(GOOD, "1"), "`parameters` is a number"),
            (review(GOOD, r#"{"profile":"strict"}"#), "`strict` is no profile"),
            (review(GOOD, r#"{"profile":"privileged"}"#), "`privileged` is no profile"),
            (review(GOOD, r#"{"version":1}"#), "a number, not a string"),
            (review(GOOD, r#"{"version":"1.30"}"#), "`1.30` is no version"),
            (review(GOOD, r#"{"levle":"baseline"}"#), "`parameters.levle`: unknown"),
            (review("null", "{}"), "`input.review.object` is missing"),
            (review("[]", "{}"), "is a list, not an object"),
            ("{}".to_owned(), "`input.review` is missing"),
            ("7".to_owned(), "`input.review` is missing"),
            ("{\"review\":".to_owned(), "the input cannot be read"),
            (deep, "the input cannot be read"),
        ] {
            let messages = messages(&input);
            assert!(messages.len() == 1 && messages[0].contains(why), "{input}: {messages:?}");
        }
        for answer in [eval(0, Input::Missing), eval(1, Input::Missing)] {
            assert_eq!(answer.as_list().unwrap().len(), 1);
        }
    }

    #[test]
    fn a_deletion_leaves_nothing_to_judge() {
        let input = r#"{"review":{"operation":"DELETE","object":null}}"#;
        assert_eq!(messages(input), [""; 0]);
    }
}
