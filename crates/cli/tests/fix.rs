//! `podproof fix` as its users meet it: diffs, files, streams, exit codes.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Instant;
use support::{Folder, stderr, stdout, with_stdin};

const BARE: &str = "\
# A comment that stays.
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: registry.example.com/web:1
";
const PRIVILEGED: &str = "\
apiVersion: v1
kind: Pod
metadata:
  name: bad
spec:
  hostPID: true
  containers:
    - name: web
      env:
        - name: PASSWORD
          value: hunter2
      securityContext:
        privileged: true
";
const VOLUME: &str = "\
apiVersion: v1
kind: Pod
metadata:
  name: files
spec:
  containers:
    - name: web
  volumes:
    - name: data
      hostPath:
        path: /srv
";

/// Whether every line of a text stands in another one, in the same order.
fn keeps_lines(old: &str, new: &str) -> bool {
    let mut new = new.split_inclusive('\n');
    old.split_inclusive('\n').all(|line| new.any(|other| other == line))
}

#[test]
fn by_default_a_diff_is_shown_and_nothing_is_written() {
    let folder = Folder::new("diff", &[("a.yaml", BARE)]);
    let output = folder.fix(&["."]);
    let diff = stdout(&output);
    assert!(diff.starts_with("--- a/a.yaml\n+++ b/a.yaml\n@@ "), "{diff}");
    assert!(diff.contains("\n+") && !diff.contains("\n-"), "{diff}");
    let told = stderr(&output);
    assert!(told.contains("Pod web: set `runAsNonRoot: true`"), "{told}");
    assert!(told.contains("may break when"), "{told}");
    assert!(told.contains("--write makes them"), "{told}");
    assert!(told.contains("before: baseline: admitted; restricted: rejected"), "{told}");
    assert!(told.contains("after:  baseline: admitted; restricted: admitted"), "{told}");
    assert_eq!(folder.read("a.yaml"), BARE);
    assert_eq!(folder.names(), ["a.yaml"]);
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_diff_can_be_applied() {
    let folder = Folder::new("patch", &[("a.yaml", BARE), ("b.yaml", BARE)]);
    let mut patch = Command::new("patch");
    let patch = patch.arg("-p1").current_dir(&folder.0).stdin(Stdio::piped()).stdout(Stdio::null());
    let Ok(mut patch) = patch.spawn() else {
        assert!(std::env::var_os("CI").is_none(), "`patch` is not installed");
        return;
    };
    let diff = folder.fix(&["a.yaml", "b.yaml"]).stdout;
    patch.stdin.take().unwrap().write_all(&diff).unwrap();
    assert!(patch.wait().unwrap().success());
    assert_eq!(folder.read("a.yaml").as_bytes(), folder.fix(&["a.yaml", "--stdout"]).stdout);
    assert_eq!(folder.fix(&["--check"]).status.code(), Some(0));
}

#[test]
fn credentials_are_hidden_in_diffs_and_lists_but_not_in_files() {
    let folder = Folder::new("masked", &[("a.yaml", PRIVILEGED), ("b.yaml", PRIVILEGED)]);
    let output = folder.fix(&["--allow", "reverses"]);
    let diff = stdout(&output);
    assert!(!diff.contains("hunter2") && !stderr(&output).contains("hunter2"), "{diff}");
    assert!(diff.contains("-        privileged: true"), "{diff}");
    assert_eq!(diff.matches("cannot apply this").count(), 1, "{diff}");
    folder.fix(&["--allow", "reverses", "--write"]);
    assert!(folder.read("a.yaml").contains("          value: hunter2\n"));
    let text = stdout(&with_stdin("fix", PRIVILEGED.as_bytes(), &["--stdout", "--allow=reverses"]));
    assert_eq!(text, folder.read("a.yaml"));
}

#[test]
fn line_ends_byte_order_mark_and_comments_stay() {
    let windows = format!("\u{feff}{}", BARE.replace('\n', "\r\n"));
    let folder = Folder::new("bytes", &[("a.yaml", &windows)]);
    let output = folder.fix(&["--write"]);
    assert_eq!(stdout(&output), "");
    let text = folder.read("a.yaml");
    assert!(keeps_lines(&windows, &text) && text.len() > windows.len(), "{text}");
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    assert_eq!(folder.names(), ["a.yaml"]);
    let again = folder.fix(&["--write"]);
    assert!(stderr(&again).contains("nothing to fix"), "{}", stderr(&again));
    assert_eq!(folder.read("a.yaml"), text);
}

#[cfg(unix)]
#[test]
fn mode_and_links_stay() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = Folder::new("mode", &[("real.txt", BARE), ("locked.yaml", BARE)]);
    let set_mode = |file: &str, mode| {
        let mode = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(folder.0.join(file), mode).unwrap();
    };
    set_mode("real.txt", 0o640);
    set_mode("locked.yaml", 0o444);
    symlink("real.txt", folder.0.join("link.yaml")).unwrap();
    let output = folder.fix(&["--write"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("locked.yaml: not written: it is read-only"));
    assert_eq!(folder.read("locked.yaml"), BARE);
    assert!(folder.0.join("link.yaml").is_symlink());
    assert!(!folder.0.join("real.txt").is_symlink());
    assert!(folder.read("real.txt").contains("runAsNonRoot: true"));
    let mode = std::fs::metadata(folder.0.join("real.txt")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
    assert_eq!(folder.names(), ["link.yaml", "locked.yaml", "real.txt"]);
}

#[test]
fn standard_input_becomes_standard_output() {
    let folder = Folder::new("stdin", &[("a.yaml", BARE), ("b.yaml", BARE)]);
    let text = stdout(&with_stdin("fix", BARE.as_bytes(), &["--stdout"]));
    assert!(keeps_lines(BARE, &text) && text.contains("runAsNonRoot: true"), "{text}");
    assert_eq!(stdout(&with_stdin("fix", text.as_bytes(), &["--stdout"])), text);
    let several = folder.fix(&["--stdout"]);
    assert_eq!((several.status.code(), stdout(&several)), (Some(2), String::new()));
    assert!(stderr(&several).contains("there are 2 files"), "{}", stderr(&several));
    let write = with_stdin("fix", BARE.as_bytes(), &["--write"]);
    assert_eq!(write.status.code(), Some(2));
    assert!(stderr(&write).contains("podproof fix - --stdout"), "{}", stderr(&write));
    assert_eq!(folder.fix(&["a.yaml", "--write", "--check"]).status.code(), Some(2));
}

#[test]
fn exit_codes_tell_done_left_and_unread_apart() {
    let files = [("bare.yaml", BARE), ("bad.yaml", PRIVILEGED), ("broken.yaml", "kind: [Pod\n")];
    let folder = Folder::new("exit-codes", &files);
    let code = |args: &[&str]| folder.fix(args).status.code().unwrap();
    assert_eq!(code(&["bare.yaml"]), 0);
    assert_eq!(code(&["bare.yaml", "--check"]), 1);
    assert_eq!(code(&["bad.yaml"]), 1);
    assert_eq!(code(&["bad.yaml", "--fail-on", "never"]), 0);
    assert_eq!(code(&["bad.yaml", "--fail-on", "never", "--check"]), 1);
    let standards = ["bad.yaml", "--allow", "reverses", "--profile", "restricted"];
    assert_eq!(code(&standards), 0);
    assert_eq!(code(&["bad.yaml", "--rule", "run-as-non-root"]), 0);
    assert_eq!(code(&["bad.yaml", "--rule", "host-namespaces"]), 1);
    assert_eq!(code(&["broken.yaml"]), 2);
    assert_eq!(code(&["missing.yaml"]), 2);
    assert_eq!(code(&["bare.yaml", "--allow", "everything"]), 2);
    let unknown = folder.fix(&["bare.yaml", "--rule", "host-namespace"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(stderr(&unknown).contains("Did you mean `host-namespaces`?"), "{}", stderr(&unknown));
    assert!(stdout(&folder.fix(&["--help"])).contains("Exit status:"));
}

#[test]
fn one_bad_file_does_not_stop_the_others() {
    let files = [("a.yaml", "kind: [Pod\n"), ("b.yaml", BARE), ("c.json", "{\"kind\": 1")];
    let folder = Folder::new("one-bad", &files);
    let output = folder.fix(&["--write"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(folder.read("a.yaml"), "kind: [Pod\n");
    assert!(folder.read("b.yaml").contains("runAsNonRoot: true"));
    assert!(stderr(&output).contains("made "), "{}", stderr(&output));
}

#[test]
fn what_is_left_names_the_decision() {
    let folder = Folder::new("left", &[("a.yaml", PRIVILEGED), ("v.yaml", VOLUME)]);
    let told = stderr(&folder.fix(&["."]));
    assert!(told.contains("--allow reverses would remove `hostPID: true`"), "{told}");
    assert!(told.contains("--answer volume.data=emptyDir"), "{told}");
    let old = "apiVersion: extensions/v1beta1\nkind: Deployment\nspec: {template: {spec: \
               {containers: [{name: a}]}}}\n";
    let output = with_stdin("fix", old.as_bytes(), &[]);
    let told = stderr(&output);
    assert!(told.contains("`extensions/v1beta1` `Deployment` is no kind"), "{told}");
    assert!(told.contains("--allow by-shape would set `runAsNonRoot: true`"), "{told}");
    let output = with_stdin("fix", old.as_bytes(), &["--allow", "reverses,by-shape", "--stdout"]);
    assert!(stdout(&output).contains("runAsNonRoot: true"), "{}", stdout(&output));
}

#[test]
fn answers_must_answer_something_before_anything_is_written() {
    let folder = Folder::new("answers", &[("a.yaml", BARE), ("v.yaml", VOLUME)]);
    let refused = |answer: &str| {
        let output = folder.fix(&["--write", "--answer", answer]);
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
        stderr(&output)
    };
    let unknown = refused("volume.dta=emptyDir");
    assert!(unknown.contains("Did you mean `volume.data`?"), "{unknown}");
    assert!(unknown.contains("`uid`, `volume.data`"), "{unknown}");
    assert!(refused("uid=root").contains("`root` is not a number"));
    assert!(refused("volume.data=hostPath").contains("is none of"));
    assert!(refused("volume.data").contains("NAME=VALUE"));
    assert_eq!((folder.read("a.yaml"), folder.read("v.yaml")), (BARE.into(), VOLUME.into()));
    let answers = ["--write", "--answer", "volume.data=emptyDir", "--answer", "uid=10001"];
    let output = folder.fix(&answers);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = folder.read("v.yaml");
    assert!(text.contains("emptyDir: {}") && text.contains("runAsUser: 10001"), "{text}");
    let from_stdin =
        with_stdin("fix", VOLUME.as_bytes(), &["--stdout", "--answer=volume.data=emptyDir"]);
    assert!(stdout(&from_stdin).contains("emptyDir: {}"));
}

#[test]
fn check_shows_the_fix_of_each_rule() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_podproof"));
    let folder = Folder::new("hints", &[("a.yaml", PRIVILEGED), ("v.yaml", VOLUME)]);
    let output = command.args(["check", "."]).current_dir(&folder.0).output().unwrap();
    let text = stdout(&output);
    assert!(text.contains("`podproof fix` can set `runAsNonRoot: true` on the pod"), "{text}");
    assert!(text.contains("`podproof fix --allow reverses` can remove `hostPID: true`"), "{text}");
    assert!(text.contains("`podproof fix --answer volume.data=emptyDir` can"), "{text}");
    let mut command = Command::new(env!("CARGO_BIN_EXE_podproof"));
    let args = ["check", "--format", "json", "a.yaml"];
    let output = command.args(args).current_dir(&folder.0).output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = report["files"][0]["objects"][0]["findings"].as_array().unwrap();
    let found = findings.iter().find(|found| found["rule"] == "host-namespaces").unwrap();
    assert_eq!(found["fix"]["class"], "reverses");
    assert_eq!(found["fix"]["changes"][0]["op"], "remove");
    assert_eq!(found["fix"]["changes"][0]["pointer"], "/spec/hostPID");
    assert_eq!(found["fix"]["changes"][0]["document"], 0);
    assert!(!stdout(&output).contains("hunter2"));
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_does_no_harm() {
    let many = vec![BARE; 300].join("---\n");
    let folder = Folder::new("pipe", &[("a.yaml", &many)]);
    let mut child = folder
        .command(&["fix", "."])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(!stderr(&output).contains("panicked"), "{}", stderr(&output));
}

/// Whatever the moment, every file is the old or the new one, whole, and the next run goes on.
#[test]
fn killed_while_it_writes() {
    let files: Vec<(String, String)> = (0..60)
        .map(|number| {
            let text = [BARE; 2].join("---\n").replace("web", &format!("web{number}"));
            (format!("f{number:03}.yaml"), text)
        })
        .collect();
    let refs: Vec<(&str, &str)> =
        files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let folder = Folder::new("kill", &refs);
    let start = Instant::now();
    assert_eq!(folder.fix(&["--write"]).status.code(), Some(0));
    let whole = start.elapsed();
    let new: Vec<String> = files.iter().map(|(name, _)| folder.read(name)).collect();
    assert!(new.iter().zip(&files).all(|(new, (_, old))| new != old));

    let mut hits = 0;
    let mut random = u64::from(std::process::id());
    for round in 0..30 {
        for (name, text) in &files {
            std::fs::write(folder.0.join(name), text).unwrap();
        }
        let mut child = folder.command(&["fix", "--write"]).stderr(Stdio::null()).spawn().unwrap();
        // Knuth's numbers for a linear congruential generator.
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let part = f64::from(u32::try_from(random >> 40).unwrap()) / f64::from(1 << 24);
        if round % 2 == 0 {
            std::thread::sleep(whole.mul_f64(part));
        } else {
            // However fast the machine is: one of the first files was just written.
            let (name, old) = &files[usize::try_from(random >> 40).unwrap() % 10];
            while folder.read(name) == *old && child.try_wait().unwrap().is_none() {
                std::hint::spin_loop();
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let mut fixed = 0;
        for ((name, old), new) in files.iter().zip(&new) {
            let text = folder.read(name);
            assert!(text == *old || text == *new, "{name} is neither old nor new: {text}");
            fixed += usize::from(text == *new);
        }
        hits += usize::from((1..files.len()).contains(&fixed));
    }
    assert!(
        hits > 4,
        "only {hits} kills came while files were written; a whole run takes {whole:?}"
    );
    let left_behind = folder.names().len() - files.len();
    assert!(left_behind <= 30, "{:?}", folder.names());
    let output = folder.fix(&["--write"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    for ((name, _), new) in files.iter().zip(&new) {
        assert_eq!(folder.read(name), *new);
    }
}
