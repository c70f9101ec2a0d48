//! Any bytes get a report, in both formats.
#![no_main]

use libfuzzer_sys::fuzz_target;
use podproof_policy::{Level, Profile, Version};
use podproof_report::{FileReport, file::Role, json, text, verdict::Verdicts};

fuzz_target!(|input: &[u8]| {
    let (first, input) = input.split_first().unwrap_or((&0, &[]));
    let level = if first & 1 == 0 { Level::Baseline } else { Level::Restricted };
    let version = match first >> 1 {
        minor @ 0..=40 => Version::Minor(minor.into()),
        _ => Version::Latest,
    };
    let report = FileReport::of("x", input, Role::Manifest, &Profile { level, version });
    text::file(&report, input, false);
    let json = json::file(&report, input);
    serde_json::from_str::<serde_json::Value>(&json).expect("the report is JSON");
    let mut verdicts = Verdicts::default();
    verdicts.add(&report);
    verdicts.lines(version);
});
