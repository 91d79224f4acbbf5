//! Single calls of the API, for those who drive a process themselves.

use std::sync::Arc;
use std::time::Duration;

use cloudconvert_core::Call;
use cloudconvert_core::v1::AnyCall;
use cloudconvert_core::{Api, Policy, Reason, Retry, Turn};

use crate::exchange::{Exchange, Files};
use crate::hub::Hub;
use crate::network::Trouble;
use crate::output::Store;
use crate::runtime::seed;
use crate::task::Outcome;
use crate::transport;

/// Who makes a call.
pub(crate) struct Caller {
    pub(crate) api: Api,
    pub(crate) hub: Arc<Hub>,
    pub(crate) policy: Policy,
    /// How long each request may stay without an answer, in milliseconds.
    pub(crate) patience: u64,
}

impl Caller {
    /// Makes a call, as often as it takes.
    pub(crate) async fn make(&self, call: &AnyCall) -> Outcome {
        let request = match call.request(&self.api) {
            Ok(request) => Arc::new(request),
            Err(error) => return Outcome::Failed(error, None),
        };
        let mut retry = Retry::new(call, self.policy.clone(), self.hub.clock.now().await, seed());
        loop {
            let exchange = Exchange {
                request: request.clone(),
                files: Arc::new(Files::new(Vec::new(), Store::new(None))),
                traffic: Arc::default(),
            };
            let sent = self.hub.network.send(&exchange);
            let sent = tokio::time::timeout(Duration::from_millis(self.patience), sent).await;
            let now = self.hub.clock.now().await;
            let (turn, answer) = match sent.unwrap_or(Err(Trouble::Reason(Reason::Timeout))) {
                Ok(response) => {
                    (retry.answered(call, &self.api, &response, now), Some(transport::Answer::of(&response)))
                }
                Err(Trouble::Reason(reason)) => (retry.failed(&reason, now), None),
                Err(Trouble::Raised(error)) => return Outcome::Raised(error),
            };
            match turn {
                Ok(Turn::Done(reply)) => return Outcome::Done(reply, Vec::new()),
                Ok(Turn::Again { wait }) => self.hub.clock.sleep(now.saturating_add(wait)).await,
                Err(error) => return Outcome::Failed(error, answer),
            }
        }
    }
}
