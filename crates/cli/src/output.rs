//! The report of a run in one of the formats, written file by file.

use crate::args::Format;
use podproof_policy::Profile;
use podproof_report::text::Look;
use podproof_report::{FileReport, Summary, azure_pipelines, github, json, junit, sarif, text};
use std::io::{self, Write};

/// How a run is reported, and what of it must be kept until the end.
pub(crate) struct Output {
    format: Format,
    printed: usize,
    unread: sarif::Unread,
}

impl Output {
    pub(crate) fn new(format: Format) -> Self {
        Self { format, printed: 0, unread: sarif::Unread::default() }
    }

    /// Writes what comes before the files.
    pub(crate) fn begin(&self, profile: &Profile, out: &mut impl Write) -> io::Result<()> {
        let head = match self.format {
            Format::Json => json::head(profile),
            Format::Sarif => sarif::head(profile),
            Format::Junit => junit::HEAD.into(),
            Format::Text | Format::Github | Format::Azure => return Ok(()),
        };
        out.write_all(head.as_bytes())
    }

    /// Writes a rendered file.
    pub(crate) fn add(
        &mut self,
        report: &FileReport,
        rendered: &str,
        out: &mut impl Write,
    ) -> io::Result<()> {
        self.unread.add(report);
        if rendered.is_empty() {
            return Ok(());
        }
        if matches!(self.format, Format::Json | Format::Sarif) && self.printed > 0 {
            out.write_all(b",")?;
        }
        self.printed += 1;
        out.write_all(rendered.as_bytes())
    }

    /// Writes what comes behind the files.
    pub(crate) fn finish(
        &self,
        summary: &Summary,
        verdicts: impl FnOnce() -> Vec<String>,
        out: &mut impl Write,
    ) -> io::Result<()> {
        match self.format {
            Format::Json => writeln!(out, "{}", json::tail(summary)),
            Format::Sarif => out.write_all(sarif::tail(&self.unread).as_bytes()),
            Format::Junit => out.write_all(junit::TAIL.as_bytes()),
            _ if summary.files == 0 => writeln!(out, "no Kubernetes objects found"),
            Format::Github | Format::Azure => writeln!(out, "{summary}"),
            Format::Text => {
                writeln!(out, "{summary}")?;
                verdicts().iter().try_for_each(|line| writeln!(out, "{line}"))
            }
        }
    }
}

/// A file in a format.
pub(crate) fn rendered(format: Format, look: Look, report: &FileReport, source: &[u8]) -> String {
    match format {
        Format::Text => text::file(report, source, look),
        Format::Json => json::file(report, source),
        Format::Sarif => sarif::file(report, source),
        Format::Github => github::file(report, source),
        Format::Azure => azure_pipelines::file(report, source),
        Format::Junit => junit::file(report, source),
    }
}
