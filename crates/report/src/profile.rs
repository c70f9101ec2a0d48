//! A profile that somebody wrote into a file: `podproof.yaml`.

use podproof_policy::{Base, Profile, ProfileError, Version};
use podproof_source::{Lines, Span, yaml};

/// Reads a profile. A text with nothing but comments is the default one. Every mistake is told, as
/// far as the text can be read.
pub fn read(text: &[u8]) -> Result<Profile, Vec<ProfileError>> {
    let mut documents = yaml::read(text);
    let first = match documents.next() {
        None => return Ok(Profile::new(Base::default(), Version::Latest)),
        Some(Err(error)) => {
            return Err(vec![mistake(error.span, format!("{error}: {}", error.next_step()))]);
        }
        Some(Ok(first)) => first,
    };
    let mut mistakes = Vec::new();
    for span in first.overridden {
        let message = "this key stands here twice, and the later one counts: remove one of them";
        mistakes.push(mistake(span, message.into()));
    }
    if let Some(span) = first.ignored {
        let message = "nobody reads this, the profile ended before it: remove it or what ends it";
        mistakes.push(mistake(span, message.into()));
    }
    if let Some(second) = documents.next() {
        let span = second.map_or_else(|error| error.span, |second| second.root.span);
        let message = "a file holds one profile only: remove this one, and the `---` above";
        mistakes.push(mistake(span, message.into()));
    }
    match Profile::read(&first.root) {
        Ok(profile) if mistakes.is_empty() => Ok(profile),
        read => {
            mistakes.extend(read.err().unwrap_or_default());
            mistakes.sort_by_key(|mistake| mistake.span);
            Err(mistakes)
        }
    }
}

/// The mistakes in a profile as lines: `podproof.yaml:3:5: …`.
pub fn lines(name: &str, text: &[u8], mistakes: &[ProfileError]) -> Vec<String> {
    let lines = Lines::new(text);
    let line = |mistake: &ProfileError| {
        let at = mistake.span.map(|span| lines.position(span.start));
        let place = at.map(|at| format!("{}:{}: ", at.line, at.column)).unwrap_or_default();
        format!("{name}:{place}{}", mistake.message)
    };
    mistakes.iter().map(line).collect()
}

fn mistake(span: Span, message: String) -> ProfileError {
    ProfileError { message, span: Some(span) }
}

#[cfg(test)]
mod tests {
    use super::{lines, read};
    use podproof_policy::{Base, Profile, Version};

    fn told(text: &str) -> Vec<String> {
        let mistakes = read(text.as_bytes()).expect_err(text);
        lines("podproof.yaml", text.as_bytes(), &mistakes)
    }

    #[test]
    fn an_empty_file_is_the_default_profile() {
        for text in ["", "# nothing\n", "---\n", "{}"] {
            assert_eq!(read(text.as_bytes()), Ok(Profile::new(Base::Aks, Version::Latest)));
        }
    }

    #[test]
    fn text_that_nobody_heeds_is_a_mistake() {
        for (text, expected) in [
            ("profile: aks\nprofile: baseline\n", "podproof.yaml:1:1: this key stands here twice"),
            ("profile: aks\n...\nversion: v1.1\n", "podproof.yaml:3:1: nobody reads this"),
            ("profile: aks\n---\nversion: v1.1\n", "podproof.yaml:3:1: a file holds one profile"),
            ("profile: [\n", "podproof.yaml:1:10: unclosed bracket"),
            ("rules:\n  a: {{ x }}\n", "podproof.yaml:2:"),
        ] {
            let told = told(text);
            assert_eq!(told.len(), 1, "{told:?}");
            assert!(told[0].starts_with(expected), "{told:?}");
        }
    }

    #[test]
    fn all_mistakes_are_told_in_the_order_of_the_text() {
        let told = told("profle: a\nversion: v1\nversion: v2\n");
        let starts = ["podproof.yaml:1:1: unknown key", "podproof.yaml:2:1: this key stands here"];
        assert!(starts.iter().zip(&told).all(|(start, told)| told.starts_with(start)), "{told:?}");
        assert_eq!(told.len(), 3);
    }
}
