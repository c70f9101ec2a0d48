//! What a program takes: processor time and memory.

use crate::{Result, tools};
use std::env;
use std::ffi::OsString;
use std::process::{Command, Stdio};
use std::time::Duration;

/// What a run of a program took.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// Processor time, of user and system together; elapsed time where that is not known.
    pub time: Duration,
    /// The most memory it had at a time, in bytes; 0 where that is not known.
    pub memory: u64,
}

/// Runs a command in a process of its own that measures it. What it prints is thrown away.
pub fn cost(command: &Command) -> Result<Cost> {
    let mut measured = Command::new(env::current_exe()?);
    measured.arg("measure").arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        measured.env(name, value.unwrap_or_default());
    }
    let output = measured.stderr(Stdio::inherit()).output()?;
    let printed = String::from_utf8(output.stdout)?;
    let numbers = printed.trim().split_once(' ').filter(|_| output.status.success());
    let (micros, memory) =
        numbers.ok_or_else(|| format!("{} fails", command.get_program().display()))?;
    Ok(Cost { time: Duration::from_micros(micros.parse()?), memory: memory.parse()? })
}

/// Runs a program and prints its cost. Findings are no failure.
pub fn measure(command: &[OsString]) -> Result<()> {
    let (program, args) = command.split_first().ok_or("no program")?;
    let mut child = Command::new(program);
    child.args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let start = std::time::Instant::now();
    let status = tools::status(&mut child)?;
    if status.code().is_none() {
        return Err(format!("{} ended with {status}", program.display()).into());
    }
    let Cost { time, memory } = children(start.elapsed())?;
    println!("{} {memory}", time.as_micros());
    Ok(())
}

/// What the children of this process took.
#[cfg(unix)]
fn children(_elapsed: Duration) -> Result<Cost> {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeVal;
    /// The unit of `ru_maxrss`.
    const UNIT: u64 = if cfg!(target_vendor = "apple") { 1 } else { 1024 };
    let micros = |time: TimeVal| {
        let seconds = u64::try_from(time.tv_sec()).unwrap_or(0);
        Duration::from_secs(seconds)
            + Duration::from_micros(u64::try_from(time.tv_usec()).unwrap_or(0))
    };
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    Ok(Cost {
        time: micros(usage.user_time()) + micros(usage.system_time()),
        memory: u64::try_from(usage.max_rss())? * UNIT,
    })
}

#[cfg(not(unix))]
fn children(elapsed: Duration) -> Result<Cost> {
    Ok(Cost { time: elapsed, memory: 0 })
}
