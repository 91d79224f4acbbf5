//! What a browser is told and what it tells, by the `DevTools` protocol through a pipe: JSON, each closed by a zero byte.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{ChildStdin, ChildStdout};

use crate::engine::Failure;

/// The longest message.
const MAX_MESSAGE: u64 = 512 << 20;

pub(in crate::engine) struct Browser {
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    calls: u64,
    /// The page that calls are about, once there is one.
    session: Option<String>,
}

impl Browser {
    pub(super) fn new((input, output): (ChildStdin, ChildStdout)) -> Self {
        Self { input, output: BufReader::new(output), calls: 0, session: None }
    }

    /// Calls a method; gives the number of the call, which its answer has as `id`.
    pub(in crate::engine) async fn tell(&mut self, method: &str, parameters: Value) -> Result<u64, Failure> {
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

    /// Opens a page, which calls are about from now on; gives its name.
    pub(in crate::engine) async fn open(&mut self) -> Result<Value, Failure> {
        let mut target = self.call("Target.createTarget", json!({"url": "about:blank"})).await?;
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let attached = self.call("Target.attachToTarget", attach).await?;
        self.session = attached["sessionId"].as_str().map(str::to_owned);
        self.call("Page.enable", json!({})).await?;
        Ok(target["targetId"].take())
    }

    /// Calls a method, whatever happens meanwhile.
    pub(in crate::engine) async fn call(
        &mut self,
        method: &str,
        parameters: Value,
    ) -> Result<Value, Failure> {
        let call = self.tell(method, parameters).await?;
        loop {
            let mut message = self.message().await?;
            if message["id"] == call {
                return match message["error"]["message"].as_str() {
                    Some(said) => Err(Failure::BadInput(format!("The page cannot be shown: {said}"))),
                    None => Ok(message["result"].take()),
                };
            }
        }
    }

    /// What came of printing or showing a page.
    pub(in crate::engine) fn file(shown: &Value) -> Result<Vec<u8>, Failure> {
        let broken = || Failure::BadInput("The browser gave no page".into());
        STANDARD.decode(shown["data"].as_str().ok_or_else(broken)?).map_err(|_| broken())
    }

    /// The next answer or event.
    pub(in crate::engine) async fn message(&mut self) -> Result<Value, Failure> {
        let mut bytes = Vec::new();
        let mut limited = (&mut self.output).take(MAX_MESSAGE);
        limited.read_until(0, &mut bytes).await.map_err(|_| gone())?;
        if bytes.pop() != Some(0) {
            return Err(if bytes.is_empty() { gone() } else { Failure::TooMuchOutput });
        }
        let message: Value = serde_json::from_slice(&bytes).map_err(|_| gone())?;
        if message["method"] == "Inspector.targetCrashed" { Err(gone()) } else { Ok(message) }
    }
}

/// What is said of a browser that has ended.
fn gone() -> Failure {
    Failure::BadInput("The page cannot be shown: the browser gave up on it".into())
}
