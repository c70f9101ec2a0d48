//! `podproof fix`.

mod answers;
mod listing;
mod totals;

use crate::args::{self, Allow};
use crate::coverage::{is_only_template, note_patch, progress_bar};
use crate::inputs::{self, Input, Inputs};
use crate::profile::Profiles;
use crate::{NOT_CHECKED, complain, complain_of_profiles, write};
use podproof_policy::Rule;
use podproof_report::diff::{self, Diff};
use podproof_report::file::Role;
use podproof_report::fix::{FixedFile, Wanted};
use podproof_report::{FileReport, fix};
use rayon::ThreadPool;
use rayon::prelude::*;
use std::io::{self, IsTerminal as _, Write};
use std::path::Path;
use totals::Totals;

/// Files that are fixed at the same time, before the first of them is printed or written.
const WINDOW: usize = 64;

/// Fixes what the arguments name and shows or writes it. Gives the exit code.
pub(crate) fn run(args: &args::Fix) -> io::Result<u8> {
    let inputs = inputs::find(&args.selection.paths);
    let threads = args.selection.threads.unwrap_or(0);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(io::Error::other)?;
    let profiles = match Profiles::of(&args.selection, &inputs) {
        Ok(profiles) => profiles,
        Err(mistakes) => return Ok(complain_of_profiles(&mistakes)),
    };
    let question = Question::of(args, profiles);
    if let Err(problem) = suits(args, &inputs).and_then(|()| question.suits(&inputs, &pool)) {
        complain(&problem);
        return Ok(NOT_CHECKED);
    }
    let mut out = Output::new(question.color);
    let mut totals = Totals::new(question.profiles.of_run(), args);
    if inputs.are_patched {
        totals.note_patches();
    }
    let bar = progress_bar(inputs.list.len());
    for window in inputs.list.chunks(WINDOW) {
        let fix = |input| fix_input(input, &question);
        let fixed: Vec<Fixed<'_>> = pool.install(|| window.par_iter().map(fix).collect());
        for file in fixed {
            finish(&file, args, &mut totals, &mut out)?;
        }
        bar.inc(window.len() as u64);
    }
    bar.finish_and_clear();
    let code = totals.finish(args);
    Ok(code)
}

/// Whether what is to be done can be done to these inputs.
fn suits(args: &args::Fix, inputs: &Inputs) -> Result<(), String> {
    let has_stdin = inputs.list.iter().any(|input| matches!(input, Input::Stdin(_)));
    if args.write && has_stdin {
        return Err("--write cannot write to standard input; \
                    use `podproof fix - --stdout` and send its output where you want it"
            .into());
    }
    if args.stdout && inputs.list.len() != 1 {
        return Err(format!(
            "--stdout prints one text, and there are {} files to fix; name one, or use --write",
            inputs.list.len()
        ));
    }
    Ok(())
}

/// What every file is asked. Unlike [`Wanted`] it can be shared by threads.
struct Question {
    profiles: Profiles,
    allow: Vec<Allow>,
    answers: Vec<(String, String)>,
    rules: Vec<&'static Rule>,
    with_diff: bool,
    color: bool,
}

impl Question {
    fn of(args: &args::Fix, profiles: Profiles) -> Self {
        let with_diff = !args.write && !args.stdout;
        Self {
            profiles,
            allow: args.allow.clone(),
            answers: args.answer.clone(),
            rules: args.rules.clone(),
            with_diff,
            color: with_diff && io::stdout().is_terminal(),
        }
    }

    fn wanted(&self, input: &Input) -> Wanted {
        Wanted {
            profile: self.profiles.of_input(input).clone(),
            reverses: self.allow.contains(&Allow::Reverses),
            by_shape: self.allow.contains(&Allow::ByShape),
            answers: self.answers.iter().cloned().collect(),
            rules: self.rules.clone(),
        }
    }

    /// Whether every answer answers something.
    fn suits(&self, inputs: &Inputs, pool: &ThreadPool) -> Result<(), String> {
        if self.answers.is_empty() {
            return Ok(());
        }
        let asked = |input: &Input| answers::asked(&self.fix(input, &input.read()));
        let asked = pool.install(|| inputs.list.par_iter().flat_map_iter(asked).collect());
        answers::check(&self.answers, asked)
    }

    fn fix(&self, from: &Input, input: &inputs::ReadInput<'_>) -> FixedFile {
        match (&input.text, input.unopened()) {
            (Ok(text), _) => fix::fix(input.name, text, input.role, &self.wanted(from)),
            (Err(_), report) => {
                let report = report.unwrap_or_else(|| FileReport::unopened(input.name, ""));
                FixedFile::unopened(report)
            }
        }
    }
}

/// A fixed file, ready to be shown or written.
struct Fixed<'i> {
    input: inputs::ReadInput<'i>,
    /// Where to write it.
    path: Option<&'i Path>,
    file: FixedFile,
    /// Found in a folder, and not to be read before it is rendered.
    is_template: bool,
    diff: Option<Diff>,
}

fn fix_input<'i>(input: &'i Input, question: &Question) -> Fixed<'i> {
    let path = match input {
        Input::File(file) => Some(file.path.as_path()),
        Input::Stdin(_) | Input::Unsearchable { .. } => None,
    };
    let from = input;
    let input = input.read();
    let mut file = question.fix(from, &input);
    let is_template = !input.is_named && is_only_template(&file.before);
    if is_template {
        file.before.pass_over("a template: render it first");
    }
    if file.is_changed() || input.is_named {
        note_patch(&mut file.before, input.role);
    }
    let old = input.text.as_deref().unwrap_or_default();
    let wants_diff = question.with_diff && file.is_changed();
    let diff = wants_diff.then(|| diff::unified(&file, old, question.color));
    Fixed { input, path, file, is_template, diff }
}

/// Shows or writes a file, and tells of it.
fn finish(
    fixed: &Fixed<'_>,
    args: &args::Fix,
    totals: &mut Totals,
    out: &mut Output,
) -> io::Result<()> {
    if let Some(diff) = &fixed.diff {
        out.diff(diff)?;
    }
    if args.stdout && fixed.input.text.is_ok() {
        out.text(&fixed.file.text)?;
    }
    let is_done = match args.write.then(|| write(fixed)) {
        Some(Err(error)) => {
            complain(&format!("{}: not written: {error}", fixed.input.name));
            false
        }
        _ => true,
    };
    totals.add(fixed, is_done);
    // Whether anybody reads these lines changes nothing about the files.
    let lines = listing::lines(&fixed.file, fixed.input.role == Role::Patch, is_done);
    let _ = anstream::stderr().lock().write_all(lines.as_bytes());
    Ok(())
}

/// Writes a file, if it was changed.
fn write(fixed: &Fixed<'_>) -> io::Result<()> {
    match (&fixed.input.text, fixed.path) {
        (Ok(old), Some(path)) if fixed.file.is_changed() => {
            write::replace(path, old, &fixed.file.text)
        }
        _ => Ok(()),
    }
}

/// Standard output. What is no diff for a terminal is printed byte by byte.
struct Output {
    color: bool,
    said_that_it_is_masked: bool,
}

/// Said once, in front of the first diff of which it is true.
const MASKED: &str = "# Values that may be credentials are hidden here with asterisks: a program such \
                      as `patch` cannot apply this. `podproof fix --write` makes these changes.\n";

impl Output {
    fn new(color: bool) -> Self {
        Self { color, said_that_it_is_masked: false }
    }

    fn diff(&mut self, diff: &Diff) -> io::Result<()> {
        if diff.is_masked && !self.said_that_it_is_masked {
            self.said_that_it_is_masked = true;
            self.text(MASKED.as_bytes())?;
        }
        self.text(diff.text.as_bytes())
    }

    fn text(&self, text: &[u8]) -> io::Result<()> {
        if self.color {
            let mut out = anstream::stdout().lock();
            out.write_all(text)?;
            return out.flush();
        }
        let mut out = io::stdout().lock();
        out.write_all(text)?;
        out.flush()
    }
}
