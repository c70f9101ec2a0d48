//! `podproof check`.

use crate::args::{self, Format};
use crate::coverage::{Coverage, is_only_template, note_patch, progress_bar};
use crate::inputs::{self, Input};
use podproof_policy::Profile;
use podproof_report::verdict::Verdicts;
use podproof_report::{FileReport, json, text};
use rayon::prelude::*;
use std::io::{self, Write};

/// Files that are checked at the same time, before the first of them is printed.
const WINDOW: usize = 64;

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
    let profile = args.selection.profile();
    let inputs = inputs::find(&args.selection.paths);
    let threads = args.selection.threads.unwrap_or(0);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(io::Error::other)?;

    let stdout = anstream::stdout();
    let color = args.format == Format::Text && stdout.is_terminal();
    // In JSON there are no colours that might have to be taken out.
    let out: Box<dyn Write> = match args.format {
        Format::Text => Box::new(stdout.lock()),
        Format::Json => Box::new(io::stdout().lock()),
    };
    let mut out = io::BufWriter::new(out);
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
    Ok(run.exit_code(&args.selection))
}

/// What every file is asked.
struct Question {
    profile: Profile,
    format: Format,
    color: bool,
}

fn check_input(input: &Input, question: &Question) -> Checked {
    let input = input.read();
    let text = input.text.as_deref().unwrap_or_default();
    let judge = match question.format {
        Format::Text => FileReport::of,
        Format::Json => FileReport::findings_only,
    };
    let judged = || judge(input.name, text, input.role, &question.profile);
    let mut report = input.unopened().unwrap_or_else(judged);
    note_patch(&mut report, input.role);
    // A walk mentions templates once per chart, at the end.
    let is_template = !input.is_named && is_only_template(&report);
    if is_template {
        report.pass_over("a template: render it first");
    }
    let rendered = match question.format {
        Format::Text => text::file(&report, text, question.color),
        Format::Json => json::file(&report, text),
    };
    Checked { report, is_named: input.is_named, is_template, rendered }
}

/// What a run has seen so far.
#[derive(Default)]
struct Run {
    format: Format,
    printed: usize,
    coverage: Coverage,
    verdicts: Verdicts,
}

impl Run {
    fn add(&mut self, file: &Checked, out: &mut impl Write) -> io::Result<()> {
        if self.format == Format::Json && self.printed > 0 {
            out.write_all(b",")?;
        }
        self.printed += 1;
        out.write_all(file.rendered.as_bytes())?;
        if self.coverage.add(&file.report, file.is_named, file.is_template) {
            self.verdicts.add(&file.report);
        }
        Ok(())
    }

    fn finish(&self, profile: &Profile, out: &mut impl Write) -> io::Result<()> {
        self.coverage.mention_templates("check");
        let summary = &self.coverage.summary;
        if self.format == Format::Json {
            out.write_all(json::tail(summary).as_bytes())?;
            return out.write_all(b"\n");
        }
        if summary.files == 0 {
            return writeln!(out, "no Kubernetes objects found");
        }
        writeln!(out, "{summary}")?;
        for line in self.verdicts.lines(profile.version) {
            writeln!(out, "{line}")?;
        }
        Ok(())
    }

    fn exit_code(&self, selection: &args::Selection) -> u8 {
        let count = |least| self.coverage.summary.at_least(least);
        let found = selection.fail_on.severity().map_or(0, count);
        self.coverage.exit_code(selection, found > 0)
    }
}
