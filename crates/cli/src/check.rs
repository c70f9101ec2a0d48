//! `podproof check`.

use crate::args::{self, Format};
use crate::inputs::{self, Input, InputFile};
use crate::{NOT_CHECKED, complain};
use indicatif::{ProgressBar, ProgressStyle};
use podproof_policy::Profile;
use podproof_report::file::Role;
use podproof_report::verdict::Verdicts;
use podproof_report::{FileReport, Note, Status, Summary, json, text};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::io::{self, IsTerminal as _, Read as _, Write};

/// Files that are checked at the same time, before the first of them is printed.
const WINDOW: usize = 64;
/// Fewer files need no progress bar.
const FILES_WORTH_A_BAR: usize = 200;

/// A checked file, ready to print.
struct Checked {
    report: FileReport,
    is_named: bool,
    /// Found in a folder, and not to be read before it is rendered.
    is_template: bool,
    rendered: String,
}

/// Checks what the arguments name and prints what it found. Gives the exit code.
pub(crate) fn run(args: &args::Check) -> io::Result<u8> {
    let profile = Profile { level: args.profile.into(), version: args.kubernetes_version };
    let inputs = inputs::find(&args.paths);
    let threads = args.threads.unwrap_or(0);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(io::Error::other)?;

    let stdout = anstream::stdout();
    let color = args.format == Format::Text && stdout.is_terminal();
    let mut out = io::BufWriter::new(stdout.lock());
    let mut run = Run { format: args.format, ..Run::default() };
    if args.format == Format::Json {
        out.write_all(json::head(&profile).as_bytes())?;
    }
    let question = Question { profile, format: args.format, color };
    if inputs.are_patched {
        run.verdicts.note_patches();
    }
    let bar = progress_bar(inputs.list.len());
    for window in inputs.list.chunks(WINDOW) {
        let check = |input| check_input(input, &question);
        let checked: Vec<Checked> = pool.install(|| window.par_iter().map(check).collect());
        for file in checked {
            run.add(&file, &mut out)?;
        }
        out.flush()?;
        bar.inc(window.len() as u64);
    }
    bar.finish_and_clear();
    run.finish(&profile, &mut out)?;
    out.flush()?;
    Ok(run.exit_code(args))
}

fn progress_bar(files: usize) -> ProgressBar {
    if files < FILES_WORTH_A_BAR || !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} files")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(files as u64).with_style(style)
}

/// What every file is asked.
struct Question {
    profile: Profile,
    format: Format,
    color: bool,
}

fn check_input(input: &Input, question: &Question) -> Checked {
    let (is_named, text, mut report) = match input {
        Input::Stdin => {
            let mut text = Vec::new();
            let read = io::stdin().lock().read_to_end(&mut text).map(|_| text);
            let (text, report) = judged("-", read, Role::Manifest, question);
            (true, text, report)
        }
        Input::File(InputFile { path, name, is_named, role }) => {
            let (text, report) = judged(name, std::fs::read(path), *role, question);
            (*is_named, text, report)
        }
        Input::Unsearchable { path, why } => (true, Vec::new(), FileReport::unopened(path, why)),
    };
    if let Input::File(InputFile { role: Role::Patch, .. }) = input {
        let message = "judged as a Kustomize patch: only what stands in it can be wrong; check the \
                       rendered overlay too, for example `kustomize build … | podproof check -`";
        report.notes.push(Note { message: message.into(), span: None });
    }
    // A walk mentions templates once per chart, at the end.
    let is_template = !is_named && is_only_template(&report);
    if is_template {
        report.pass_over("a template: render it first");
    }
    let rendered = match question.format {
        Format::Text => text::file(&report, &text, question.color),
        Format::Json => json::file(&report, &text),
    };
    Checked { report, is_named, is_template, rendered }
}

fn judged(
    name: &str,
    text: io::Result<Vec<u8>>,
    role: Role,
    question: &Question,
) -> (Vec<u8>, FileReport) {
    match text {
        Ok(text) => {
            let report = match question.format {
                Format::Text => FileReport::of(name, &text, role, &question.profile),
                Format::Json => FileReport::findings_only(name, &text, role, &question.profile),
            };
            (text, report)
        }
        Err(error) => (Vec::new(), FileReport::unopened(name, &error.to_string())),
    }
}

/// A file of which nothing but templates could not be read.
fn is_only_template(report: &FileReport) -> bool {
    report.is_template && report.status == Status::Unreadable
}

/// What a run has seen so far.
#[derive(Default)]
struct Run {
    format: Format,
    printed: usize,
    summary: Summary,
    verdicts: Verdicts,
    /// Templates in folders, counted by the chart they belong to.
    templates: BTreeMap<Option<String>, usize>,
    not_checked: bool,
}

impl Run {
    fn add(&mut self, file: &Checked, out: &mut impl Write) -> io::Result<()> {
        if self.format == Format::Json && self.printed > 0 {
            out.write_all(b",")?;
        }
        self.printed += 1;
        out.write_all(file.rendered.as_bytes())?;
        let report = &file.report;
        if file.is_template {
            let chart = inputs::chart_of(report.path.as_ref());
            *self.templates.entry(chart).or_default() += 1;
            return Ok(());
        }
        self.not_checked |= match report.status {
            Status::Checked => false,
            Status::PartlyChecked | Status::Unreadable => true,
            Status::PassedOver => file.is_named,
        };
        if report.status == Status::PassedOver && file.is_named {
            complain(&format!("{}: no Kubernetes object in it", report.path));
        }
        self.summary.add(report);
        self.verdicts.add(report);
        Ok(())
    }

    fn finish(&self, profile: &Profile, out: &mut impl Write) -> io::Result<()> {
        for (chart, count) in &self.templates {
            let files = if *count == 1 { "template is" } else { "templates are" };
            match chart {
                Some(chart) => complain(&format!(
                    "{count} {files} no manifests yet; check what they render to: \
                     helm template {chart} | podproof check -"
                )),
                None => complain(&format!(
                    "{count} {files} no manifests yet; render them first and check the result"
                )),
            }
        }
        if self.format == Format::Json {
            out.write_all(json::tail(&self.summary).as_bytes())?;
            return out.write_all(b"\n");
        }
        if self.summary.files == 0 {
            return writeln!(out, "no Kubernetes objects found");
        }
        writeln!(out, "{}", self.summary)?;
        for line in self.verdicts.lines(profile.version) {
            writeln!(out, "{line}")?;
        }
        Ok(())
    }

    fn exit_code(&self, args: &args::Check) -> u8 {
        let found = args.fail_on.severity().map_or(0, |least| self.summary.at_least(least));
        let nothing_checked = self.summary.files == 0 && self.templates.is_empty();
        if self.not_checked || nothing_checked || (args.strict && !self.templates.is_empty()) {
            NOT_CHECKED
        } else {
            u8::from(found > 0)
        }
    }
}
