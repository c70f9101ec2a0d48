//! The command line.

use crate::nearest;
use clap::{Parser, Subcommand, ValueEnum};
use podproof_policy::{Base, Rule, Severity, Version, did_you_mean, rules};
use std::path::PathBuf;

/// Checks Kubernetes manifests for pod-security mistakes, as the cluster would judge them, and
/// fixes them.
#[derive(Debug, Parser)]
#[command(version, after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  podproof check deployment.yaml           check a file
  podproof check k8s/ --profile baseline   check all manifests of a folder at level baseline
  helm template . | podproof check -       check what a Helm chart renders to
  podproof fix k8s/                        show what would make them safe
  podproof fix k8s/ --write                and write it
  podproof explain run-as-non-root         say what a rule wants and why";

const CHECK_EXAMPLES: &str = "\
Examples:
  podproof check deployment.yaml
  podproof check k8s/ --profile baseline --kubernetes-version v1.30
  kustomize build overlays/prod | podproof check - --format json
  podproof check k8s/ --write-baseline podproof-baseline.json   accept what is there today
  podproof check k8s/ --baseline podproof-baseline.json         and count only what is new

Exit status:
  0  nothing found at or above the severity of --fail-on
  1  something found
  2  something named could not be read, or not in full (this beats 1)";

const FIX_EXAMPLES: &str = "\
Examples:
  podproof fix deployment.yaml                         show the changes as a diff
  podproof fix k8s/ --write                            make them
  podproof fix k8s/ --write --allow reverses           also take away what somebody wrote
  podproof fix k8s/ --answer volume.data=emptyDir      also what needs an answer
  kustomize build . | podproof fix - --stdout | kubectl apply -f -

Fixes that no program can notice, and those that only set what nobody set, are made by default.
The diff, or the text of --stdout, goes to standard output, what there is to say about it to
standard error. Only YAML and JSON that must change is changed, byte by byte.

Exit status:
  0  after the fixes nothing is left at or above the severity of --fail-on
  1  something is left; with --check also if there is anything to fix
  2  something named could not be read in full or not written, or an option is wrong (this beats 1)";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check manifests and say what is wrong, where and why
    Check(Check),
    /// Fix manifests: show the changes, or write them
    Fix(Fix),
    /// Explain a rule: what it wants, why, and how to satisfy it
    #[command(after_help = "Example:\n  podproof explain host-ports")]
    Explain {
        /// The rule's id, as it stands in brackets behind `error`
        rule: String,
    },
    /// List all rules
    Rules {
        /// How to write them
        #[arg(long, value_name = "FORMAT", default_value = "text")]
        format: RulesFormat,
    },
    /// Print the JSON Schema of a profile, for editors
    Schema,
    /// Work on profiles: the files that say what is checked
    Profile {
        #[command(subcommand)]
        command: ProfileCommand,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ProfileCommand {
    /// Print a profile, and the annotations to add, from what manifests tell kube-linter and Polaris
    /// to ignore
    #[command(after_help = "Example:\n  podproof profile import k8s/ > podproof.yaml")]
    Import {
        /// Files, folders, or `-` for standard input
        #[arg(value_name = "PATH", default_value = ".")]
        paths: Vec<PathBuf>,
    },
}

/// What is judged, and by what.
#[derive(Debug, clap::Args)]
pub(crate) struct Selection {
    /// Files, folders, or `-` for standard input. Folders are searched for .yaml, .yml and .json
    /// files; what .gitignore names is left out
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) paths: Vec<std::path::PathBuf>,

    /// What is demanded: a level of the Pod Security Standards, `baseline` or `restricted`; `aks`, all
    /// of Microsoft's advice; or a file with a profile [default: the podproof.yaml in the folder of
    /// each checked file, or in the nearest one above; else `aks`]
    #[arg(long, value_name = "PROFILE", value_parser = profile)]
    pub(crate) profile: Option<ProfileArgument>,

    /// Judge as this Kubernetes version does: `latest` or `v1.N` [default: what the profile says, else
    /// `latest`]
    #[arg(long, value_name = "VERSION")]
    pub(crate) kubernetes_version: Option<Version>,

    /// Heed no comment and no annotation that ignores findings
    #[arg(long)]
    pub(crate) no_suppressions: bool,

    /// The least severity that makes the exit status 1
    #[arg(long, value_name = "SEVERITY", default_value = "warning")]
    pub(crate) fail_on: FailOn,

    /// Exit with status 2 also if a template was passed over
    #[arg(long)]
    pub(crate) strict: bool,

    /// Number of files to look at at the same time [default: one per processor]
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,
}

/// What `--profile` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ProfileArgument {
    Shipped(Base),
    File(PathBuf),
}

fn profile(text: &str) -> Result<ProfileArgument, String> {
    if let Ok(base) = text.parse() {
        return Ok(ProfileArgument::Shipped(base));
    }
    let file = PathBuf::from(text);
    if file.is_file() {
        return Ok(ProfileArgument::File(file));
    }
    if text.contains(['/', '\\', '.']) {
        return Err("there is no such file".into());
    }
    let hint = did_you_mean(text, Base::ALL.iter().map(|base| base.name()));
    Err(format!("it is neither `baseline`, `restricted` or `aks` nor a file.{hint}"))
}

#[derive(Debug, clap::Args)]
#[command(after_help = CHECK_EXAMPLES)]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) selection: Selection,

    /// How to write the findings
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: Format,

    /// Print hints in full, not in one line for each object
    #[arg(long)]
    pub(crate) show_info: bool,

    /// Count only what this file does not hold: findings that were accepted by --write-baseline
    #[arg(long, value_name = "FILE", conflicts_with = "write_baseline")]
    pub(crate) baseline: Option<std::path::PathBuf>,

    /// Accept all that is found now: write it to this file, for --baseline
    #[arg(long, value_name = "FILE")]
    pub(crate) write_baseline: Option<std::path::PathBuf>,
}

#[derive(Debug, clap::Args)]
#[command(after_help = FIX_EXAMPLES)]
pub(crate) struct Fix {
    #[command(flatten)]
    pub(crate) selection: Selection,

    /// Write the fixed files. Each is replaced as a whole or not at all
    #[arg(long, conflicts_with_all = ["stdout", "check"])]
    pub(crate) write: bool,

    /// Print the fixed text of the only input, byte by byte
    #[arg(long, conflicts_with = "check")]
    pub(crate) stdout: bool,

    /// Write nothing, and exit with status 1 if anything would be changed
    #[arg(long)]
    pub(crate) check: bool,

    /// Also make fixes that take away what somebody wrote (`reverses`), or fixes of kinds that the
    /// Pod Security Standards do not know (`by-shape`)
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    pub(crate) allow: Vec<Allow>,

    /// Answer a question that a fix asks, such as `volume.data=emptyDir`
    #[arg(long, value_name = "NAME=VALUE", value_parser = answer)]
    pub(crate) answer: Vec<(String, String)>,

    /// Fix only what this rule finds. May be given several times
    #[arg(long = "rule", value_name = "ID", value_parser = rule)]
    pub(crate) rules: Vec<&'static Rule>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Allow {
    Reverses,
    ByShape,
}

fn answer(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write it as NAME=VALUE, such as `volume.data=emptyDir`".into()),
    }
}

fn rule(id: &str) -> Result<&'static Rule, String> {
    rules::by_id(id).ok_or_else(|| no_such_rule(id))
}

/// What to say about a rule that does not exist.
pub(crate) fn no_such_rule(id: &str) -> String {
    let hint = nearest(id, rules::RULES.iter().map(|rule| rule.id));
    format!("there is no rule `{id}`.{hint} `podproof rules` lists them all")
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people: source lines with the place underlined
    #[default]
    Text,
    /// For programs: one JSON object
    Json,
    /// For code scanning: SARIF 2.1.0
    Sarif,
    /// For GitHub Actions: annotations of the lines
    Github,
    /// For Azure Pipelines: issues of the run
    Azure,
    /// For any CI system: JUnit XML, a test for each object and rule
    Junit,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum RulesFormat {
    /// For people: a table
    #[default]
    Text,
    /// For programs: one JSON object
    Json,
    /// The page docs/rules.md
    Markdown,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum FailOn {
    Error,
    Warning,
    Info,
    Never,
}

impl FailOn {
    pub(crate) fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Info => Some(Severity::Info),
            Self::Never => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_well_formed() {
        super::Args::command().debug_assert();
    }
}
