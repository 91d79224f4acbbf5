//! The program itself while it runs, in folders of the test's own.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

use crate::service::{Service, client};

pub(crate) struct Program {
    pub(crate) child: Child,
    stdout: BufReader<ChildStdout>,
    pub(crate) service: Service,
    pub(crate) data: TempDir,
    pub(crate) temporary: TempDir,
}

pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cloudconvert-sandbox"));
    prepared(command.args(arguments));
    command
}

/// So that it says what the tests read, and has no key but theirs.
fn prepared(command: &mut Command) -> &mut Command {
    for key in ["CLOUDCONVERT_SANDBOX_KEY", "CLOUDCONVERT_SANDBOX_ADMIN_KEY"] {
        command.env_remove(key);
    }
    command.stdout(Stdio::piped()).stderr(Stdio::piped())
}

impl Program {
    pub(crate) fn start(arguments: &[&str], keep_data: bool) -> Self {
        let data = tempfile::tempdir().unwrap();
        if keep_data { Self::start_in(arguments, data) } else { Self::of(command(arguments), data) }
    }

    pub(crate) fn start_in(arguments: &[&str], data: TempDir) -> Self {
        let mut command = command(arguments);
        command.arg("--data").arg(data.path());
        Self::of(command, data)
    }

    /// Started as this command says, which may name the folder for its data.
    pub(crate) fn of(mut command: Command, data: TempDir) -> Self {
        let temporary = tempfile::tempdir().unwrap();
        let mut child = prepared(&mut command).env("TMPDIR", temporary.path()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        stdout.read_line(&mut first).unwrap();
        let address = first.trim().strip_prefix("listening on http://").unwrap().to_owned();
        let service = Service { address, http: client() };
        Self { child, stdout, service, data, temporary }
    }

    /// Its memory in bytes, and the most that it had.
    pub(crate) fn memory(&self) -> (u64, u64) {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let of = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
            line.trim_matches([':', ' ', '\t']).trim_end_matches(" kB").parse::<u64>().unwrap() << 10
        };
        (of("VmRSS"), of("VmHWM"))
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(i32::try_from(self.child.id()).unwrap()), signal).unwrap();
    }

    /// Kills it; gives the folder of its data.
    pub(crate) fn kill(mut self) -> TempDir {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.data
    }

    /// Waits until it has ended by itself or by a signal; gives what it said, and asserts that it ended well and left
    /// nothing.
    pub(crate) fn ended(mut self) -> String {
        let mut said = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        self.stdout.read_to_string(&mut said).unwrap();
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
        for folder in [self.data.path(), self.temporary.path()] {
            assert_eq!(std::fs::read_dir(folder).unwrap().count(), 0, "{} is not empty", folder.display());
        }
        said
    }

    /// Ends it by a signal, likewise.
    pub(crate) fn stop(self, signal: Signal) -> String {
        self.signal(signal);
        self.ended()
    }
}

/// The engines of a service that write into its folder.
pub(crate) fn workers(folder: &Path) -> Vec<Pid> {
    let folder = folder.to_str().unwrap();
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let works = processes.filter_map(|process| {
        let of = |name: &str| std::fs::read_to_string(process.path().join(name)).ok();
        let pid = process.file_name().to_str()?.parse().ok()?;
        let works = of("cmdline")?.contains("--work") && of("environ")?.contains(folder);
        works.then(|| Pid::from_raw(pid))
    });
    works.collect()
}
