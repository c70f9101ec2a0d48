//! Any bytes can be fixed: what comes out needs no more fixes, and holds as many documents.
#![no_main]

use libfuzzer_sys::fuzz_target;
use podproof_policy::{Answers, Level, Profile, Version};
use podproof_report::file::Role;
use podproof_report::fix::{Wanted, fix};
use podproof_source::yaml;

fuzz_target!(|input: &[u8]| {
    let (first, input) = input.split_first().unwrap_or((&0, &[]));
    let level = if first & 1 == 0 { Level::Baseline } else { Level::Restricted };
    let version = match first >> 2 {
        minor @ 0..=40 => Version::Minor(minor.into()),
        _ => Version::Latest,
    };
    let wanted = Wanted {
        profile: Profile::new(level.name().parse().unwrap(), version),
        reverses: first & 2 == 0,
        by_shape: true,
        answers: Answers::default(),
        rules: Vec::new(),
    };
    let fixed = fix("x", input, Role::Manifest, &wanted);
    if fixed.text != input {
        assert_eq!(yaml::read(&fixed.text).count(), yaml::read(input).count());
        let again = fix("x", &fixed.text, Role::Manifest, &wanted);
        assert!(again.text == fixed.text, "a second run changes the text again");
    }
});
