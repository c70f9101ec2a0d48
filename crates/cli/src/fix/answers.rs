//! Whether the answers on the command line answer anything.

use crate::nearest;
use podproof_policy::fix::Input;
use podproof_report::fix::FixedFile;
use std::collections::BTreeMap;

/// What the fixes of a file ask.
pub(super) fn asked(file: &FixedFile) -> Vec<Input> {
    let by_name: BTreeMap<&str, &Input> =
        file.inputs().map(|input| (input.name.as_str(), input)).collect();
    by_name.into_values().cloned().collect()
}

/// Says which answer nobody asked for, or cannot be used.
pub(super) fn check(answers: &[(String, String)], asked: Vec<Input>) -> Result<(), String> {
    let mut by_name: BTreeMap<String, Vec<Input>> = BTreeMap::new();
    for input in asked {
        by_name.entry(input.name.clone()).or_default().push(input);
    }
    let mut given: BTreeMap<&str, &str> = BTreeMap::new();
    for (name, value) in answers {
        let Some(inputs) = by_name.get(name) else {
            return Err(unknown(name, &by_name.keys().map(String::as_str).collect::<Vec<_>>()));
        };
        if let Some(Err(why)) = inputs.iter().map(|input| input.accepts(value)).find(Result::is_err)
        {
            let label = inputs.first().map(|input| input.label.as_str()).unwrap_or_default();
            return Err(format!("--answer {name}={value}: {why} ({name}: {label})"));
        }
        if given.insert(name, value).is_some_and(|other| other != value) {
            return Err(format!("--answer {name} is given twice, with different values"));
        }
    }
    Ok(())
}

fn unknown(name: &str, known: &[&str]) -> String {
    if known.is_empty() {
        return format!("--answer {name}: nothing is asked by the fixes of these files");
    }
    let hint = nearest(name, known.iter().copied());
    let known = known.join("`, `");
    format!("--answer {name}: no fix asks for `{name}`.{hint} They ask for `{known}`")
}

#[cfg(test)]
mod tests {
    use super::check;
    use podproof_policy::fix::{Input, InputKind};

    #[test]
    fn every_answer_must_answer_something() {
        let uid = Input {
            name: "uid".into(),
            label: "which user".into(),
            kind: InputKind::Uid,
            choices: Vec::new(),
            default: None,
        };
        let checked = |answers: &[(&str, &str)]| {
            let answers: Vec<_> =
                answers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
            check(&answers, vec![uid.clone()])
        };
        assert_eq!(checked(&[("uid", "1000"), ("uid", "1000")]), Ok(()));
        assert!(checked(&[("uid", "1000"), ("uid", "1001")]).unwrap_err().contains("twice"));
        assert!(checked(&[("uid", "0")]).unwrap_err().contains("root"));
        assert!(checked(&[("uids", "1")]).unwrap_err().contains("Did you mean `uid`?"));
    }
}
