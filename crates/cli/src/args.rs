//! The command line.

use clap::{Parser, Subcommand, ValueEnum};
use podproof_policy::{Level, Severity, Version};

/// Checks Kubernetes manifests for pod-security mistakes, as the cluster would judge them.
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
  podproof explain run-as-non-root         say what a rule wants and why";

const CHECK_EXAMPLES: &str = "\
Examples:
  podproof check deployment.yaml
  podproof check k8s/ --profile baseline --kubernetes-version v1.30
  kustomize build overlays/prod | podproof check - --format json

Exit status:
  0  nothing found at or above the severity of --fail-on
  1  something found
  2  something named could not be read, or not in full (this beats 1)";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check manifests and say what is wrong, where and why
    Check(Check),
    /// Explain a rule: what it wants, why, and how to satisfy it
    #[command(after_help = "Example:\n  podproof explain host-ports")]
    Explain {
        /// The rule's id, as it stands in brackets behind `error`
        rule: String,
    },
    /// List all rules
    Rules,
}

#[derive(Debug, clap::Args)]
#[command(after_help = CHECK_EXAMPLES)]
pub(crate) struct Check {
    /// Files, folders, or `-` for standard input. Folders are searched for .yaml, .yml and .json
    /// files; what .gitignore names is left out
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) paths: Vec<std::path::PathBuf>,

    /// The level of the Pod Security Standards that is demanded
    #[arg(long, value_name = "LEVEL", default_value = "restricted")]
    pub(crate) profile: ProfileName,

    /// Judge as this Kubernetes version does: `latest` or `v1.N`
    #[arg(long, value_name = "VERSION", default_value = "latest")]
    pub(crate) kubernetes_version: Version,

    /// How to write the findings
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: Format,

    /// The least severity that makes the exit status 1
    #[arg(long, value_name = "SEVERITY", default_value = "warning")]
    pub(crate) fail_on: FailOn,

    /// Exit with status 2 also if a template was passed over
    #[arg(long)]
    pub(crate) strict: bool,

    /// Number of files to check at the same time [default: one per processor]
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ProfileName {
    Baseline,
    Restricted,
}

impl From<ProfileName> for Level {
    fn from(name: ProfileName) -> Self {
        match name {
            ProfileName::Baseline => Self::Baseline,
            ProfileName::Restricted => Self::Restricted,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people: source lines with the place underlined
    #[default]
    Text,
    /// For programs: one JSON object
    Json,
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
