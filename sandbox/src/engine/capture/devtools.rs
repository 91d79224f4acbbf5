//! What a browser is told and what it tells, by the `DevTools` protocol through a pipe: JSON, each closed by a zero byte.

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{ChildStdin, ChildStdout};

use crate::engine::Failure;

/// The longest message.
const MAX_MESSAGE: u64 = 512 << 20;

pub(super) struct Browser {
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    calls: u64,
    /// The page that calls are about, once there is one.
    pub(super) session: Option<String>,
}

impl Browser {
    pub(super) fn new((input, output): (ChildStdin, ChildStdout)) -> Self {
        Self { input, output: BufReader::new(output), calls: 0, session: None }
    }

    /// Calls a method; gives the number of the call, which its answer has as `id`.
    pub(super) async fn tell(&mut self, method: &str, parameters: Value) -> Result<u64, Failure> {
        self.calls += 1;
        let mut call = json!({"id": self.calls, "method": method, "params": parameters});
        if let Some(session) = &self.session {
            call["sessionId"] = session.as_str().into();
        }
        let mut bytes = call.to_string().into_bytes();
        bytes.push(0);
        self.input.write_all(&bytes).await.map_err(|_| gone())?;
        Ok(self.calls)
    }

    /// The next answer or event.
    pub(super) async fn message(&mut self) -> Result<Value, Failure> {
        let mut bytes = Vec::new();
        let mut limited = (&mut self.output).take(MAX_MESSAGE);
        limited.read_until(0, &mut bytes).await.map_err(|_| gone())?;
        if bytes.pop() != Some(0) {
            return Err(if bytes.is_empty() { gone() } else { Failure::TooMuchOutput });
        }
        serde_json::from_slice(&bytes).map_err(|_| gone())
    }
}

/// What is said of a browser that has ended.
pub(super) fn gone() -> Failure {
    Failure::BadInput("The page cannot be shown: the browser gave up on it".into())
}
