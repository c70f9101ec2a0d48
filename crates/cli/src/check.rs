//! `podproof check`.

use crate::accepted::{Accepted, Seen};
use crate::args::{self, Format};
use crate::complain_of_profiles;
use crate::coverage::{Coverage, is_only_template, note_patch, progress_bar};
use crate::inputs::{self, Input};
use crate::output::{Output, rendered};
use crate::profile::Profiles;
use podproof_policy::Profile;
use podproof_report::FileReport;
use podproof_report::baseline::Counts;
use podproof_report::text::Look;
use podproof_report::verdict::Verdicts;
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
    accepted: Counts,
    rendered: String,
}

/// Checks what the arguments name and prints what it found. Gives the exit code.
pub(crate) fn run(args: &args::Check) -> io::Result<u8> {
    let accepted = Accepted::of(args)?;
    let inputs = inputs::find(&args.selection.paths);
    let profiles = match Profiles::of(&args.selection, &inputs) {
        Ok(profiles) => profiles,
        Err(mistakes) => return Ok(complain_of_profiles(&mistakes)),
    };
    let threads = args.selection.threads.unwrap_or(0);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(io::Error::other)?;

    let stdout = anstream::stdout();
    let color = args.format == Format::Text && stdout.is_terminal();
    let look = Look { color, infos: args.show_info };
    // In formats for programs there are no colours that might have to be taken out.
    let out: Box<dyn Write> = match args.format {
        Format::Text => Box::new(stdout.lock()),
        _ => Box::new(io::stdout().lock()),
    };
    let mut out = io::BufWriter::new(out);
    let mut run = Run::new(args.format);
    run.output.begin(profiles.of_run(), &mut out)?;
    let question = Question { profiles, format: args.format, look, accepted };
    if inputs.are_patched {
        run.verdicts.note_patches();
    }
    let bar = progress_bar(inputs.list.len());
    for window in inputs.list.chunks(WINDOW) {
        let check = |input| check_input(input, &question);
        let checked: Vec<Checked> = pool.install(|| window.par_iter().map(check).collect());
        for file in checked {
            run.add(file, &mut out)?;
        }
        out.flush()?;
        bar.inc(window.len() as u64);
    }
    bar.finish_and_clear();
    run.finish(question.profiles.of_run(), &mut out)?;
    out.flush()?;
    run.seen.finish(&question.accepted)?;
    Ok(run.exit_code(&args.selection))
}

/// What every file is asked.
struct Question {
    profiles: Profiles,
    format: Format,
    look: Look,
    accepted: Accepted,
}

fn check_input(input: &Input, question: &Question) -> Checked {
    let profile = question.profiles.of_input(input);
    let input = input.read();
    let text = input.text.as_deref().unwrap_or_default();
    let judge = match question.format {
        Format::Text => FileReport::of,
        _ => FileReport::findings_only,
    };
    let judged = || judge(input.name, text, input.role, profile);
    let mut report = input.unopened().unwrap_or_else(judged);
    note_patch(&mut report, input.role);
    // A walk mentions templates once per chart, at the end.
    let is_template = !input.is_named && is_only_template(&report);
    if is_template {
        report.pass_over("a template: render it first");
    }
    let accepted = question.accepted.apply(&mut report);
    let rendered = rendered(question.format, question.look, &report, text);
    Checked { report, is_named: input.is_named, is_template, accepted, rendered }
}

/// What a run has seen so far.
struct Run {
    output: Output,
    coverage: Coverage,
    verdicts: Verdicts,
    seen: Seen,
}

impl Run {
    fn new(format: Format) -> Self {
        Self {
            output: Output::new(format),
            coverage: Coverage::default(),
            verdicts: Verdicts::default(),
            seen: Seen::default(),
        }
    }

    fn add(&mut self, file: Checked, out: &mut impl Write) -> io::Result<()> {
        self.output.add(&file.report, &file.rendered, out)?;
        self.seen.add(&file.report, file.accepted);
        if self.coverage.add(&file.report, file.is_named, file.is_template) {
            self.verdicts.add(&file.report);
        }
        Ok(())
    }

    fn finish(&self, profile: &Profile, out: &mut impl Write) -> io::Result<()> {
        self.coverage.mention_templates("check");
        let verdicts = || self.verdicts.lines(profile.version);
        self.output.finish(&self.coverage.summary, verdicts, out)
    }

    fn exit_code(&self, selection: &args::Selection) -> u8 {
        let count = |least| self.coverage.summary.at_least(least);
        let found = selection.fail_on.severity().map_or(0, count);
        self.coverage.exit_code(selection, found > 0)
    }
}
