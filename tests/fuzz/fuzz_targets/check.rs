//! Any bytes get a report, in all formats.
#![no_main]

use libfuzzer_sys::fuzz_target;
use podproof_policy::{Level, Profile, Version};
use podproof_report::{
    FileReport, azure_pipelines, file::Role, github, json, junit, sarif, text, verdict::Verdicts,
};

fuzz_target!(|input: &[u8]| {
    let (first, input) = input.split_first().unwrap_or((&0, &[]));
    let level = if first & 1 == 0 { Level::Baseline } else { Level::Restricted };
    let version = match first >> 1 {
        minor @ 0..=40 => Version::Minor(minor.into()),
        _ => Version::Latest,
    };
    let report = FileReport::of("x", input, Role::Manifest, &Profile::new(level.name().parse().unwrap(), version));
    text::file(&report, input, text::Look::default());
    let results = format!("[{}]", sarif::file(&report, input));
    serde_json::from_str::<serde_json::Value>(&results).expect("the results are JSON");
    let one_command_a_line = |text: &str| text.lines().all(|line| line.starts_with("::"));
    assert!(one_command_a_line(&github::file(&report, input)));
    azure_pipelines::file(&report, input);
    junit::file(&report, input);
    let json = json::file(&report, input);
    serde_json::from_str::<serde_json::Value>(&json).expect("the report is JSON");
    let mut verdicts = Verdicts::default();
    verdicts.add(&report);
    verdicts.lines(version);
});
