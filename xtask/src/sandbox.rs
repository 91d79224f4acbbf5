//! The local service that speaks the API, for the demo and the tests.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::paths::target;
use crate::process::{Running, build};

/// A running sandbox with a key of its own, gone with all its files when dropped.
pub(crate) struct Sandbox {
    /// Its address: `http://127.0.0.1:PORT`.
    pub(crate) url: String,
    key: String,
    admin_key: String,
    program: PathBuf,
    // In this order: the service stops before its folder goes.
    _service: Running,
    _data: TempDir,
}

impl Sandbox {
    /// Builds and starts the sandbox on a free port.
    pub(crate) fn start() -> Result<Self> {
        Self::of("debug", &[])
    }

    /// The same as it is given to users, to be measured.
    pub(crate) fn release() -> Result<Self> {
        Self::of("release", &["--release"])
    }

    fn of(profile: &str, arguments: &[&str]) -> Result<Self> {
        build(&[&["--bin", "cloudconvert-sandbox"], arguments].concat())?;
        let data = tempfile::tempdir()?;
        let (key, admin_key) = (random_key()?, random_key()?);
        let program = target().join(profile).join("cloudconvert-sandbox");
        let mut start = Command::new(&program);
        // Its keys stand in its environment, where no other user sees them.
        start.env("CLOUDCONVERT_SANDBOX_KEY", &key).env("CLOUDCONVERT_SANDBOX_ADMIN_KEY", &admin_key);
        start.args(["--listen", "127.0.0.1:0", "--admin", "--log", "warn", "--grace", "0"]);
        start.arg("--end-with-stdin").arg("--data").arg(data.path());
        // Tests fetch from servers of their own, and are called back there.
        start.args(["--allow-fetch", "127.0.0.0/8", "--allow-fetch", "::1"]);
        let (service, url) = Running::service(&mut start, "listening on ").context("the sandbox")?;
        Ok(Self { url, key, admin_key, program, _service: service, _data: data })
    }

    /// A conversion at once, with these parameters.
    pub(crate) fn convert_url(&self, parameters: &str) -> String {
        format!("{}/convert?apikey={}&{parameters}", self.url, self.key)
    }

    /// Lets an example use the sandbox as it would use the service.
    pub(crate) fn serve<'a>(&self, example: &'a mut Command) -> &'a mut Command {
        example
            .env("CLOUDCONVERT_BASE_URL", format!("{}/v1", self.url))
            .env("CLOUDCONVERT_API_KEY", &self.key)
    }

    /// Its base URL of version 2.
    pub(crate) fn v2(&self) -> String {
        format!("{}/v2", self.url)
    }

    /// Calls `/_admin`: sets faults, reads the journal of requests.
    pub(crate) fn admin(&self, method: &str, path: &str, body: &str) -> Result<String> {
        let address = self.url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address)?;
        let (length, key) = (body.len(), &self.admin_key);
        write!(
            stream,
            "{method} /_admin/{path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\
             authorization: Bearer {key}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (head, body) = answer.split_once("\r\n\r\n").context("the sandbox did not answer")?;
        ensure!(head.starts_with("HTTP/1.1 200"), "{method} /_admin/{path}: {answer}");
        Ok(body.to_owned())
    }

    /// Tells a test suite where the sandbox is and which keys it takes; and which program it is, for tests that want several.
    pub(crate) fn tell<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env("CLOUDCONVERT_SANDBOX", &self.url)
            .env("CLOUDCONVERT_SANDBOX_KEY", &self.key)
            .env("CLOUDCONVERT_SANDBOX_ADMIN_KEY", &self.admin_key)
            .env("CLOUDCONVERT_SANDBOX_PROGRAM", &self.program)
    }
}

fn random_key() -> Result<String> {
    let mut bytes = [0; 24];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().fold(String::new(), |mut key, byte| {
        let _ = write!(key, "{byte:02x}");
        key
    }))
}
