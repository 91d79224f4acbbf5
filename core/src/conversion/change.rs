//! What may be another where a saved conversion goes on: its patience, how it is watched, and what becomes of its outputs.

use super::Conversion;
use super::begin::check_upload;
use super::downloads::Downloads;
use super::setup::Goal;
use crate::error::Error;
use crate::json::Value;
use crate::option::wrong;
use crate::policy::Watch;
use crate::wire::step::Step;

impl Conversion {
    /// Takes the members of a policy that are there in the place of those that the conversion has. `retries`, `throttles` and
    /// `deadline` count from now on. `download` may change as long as no output has its name. Whether a person looks
    /// (`observed`) changes nothing where a callback is waited for.
    ///
    /// # Errors
    /// `bad_request` for a value that a member cannot take, or cannot take any more.
    pub fn change(&mut self, members: &Value<'_>) -> Result<(), Error> {
        let former = &self.setup.policy;
        let mut policy = former.clone().with(members)?;
        let told = |name| members.get(name) != &Value::Null;
        if former.watch == Watch::Callback && !told("watch") {
            policy.watch = former.watch;
        }
        // What belongs to another program stays.
        policy.delete &= self.setup.goal() != Goal::Upload;
        check_upload(&self.setup.api, self.setup.files(), &policy)?;
        if told("retries") {
            self.patience.backoff.budget = policy.retries;
        }
        if told("throttles") {
            self.patience.backoff.throttles = policy.throttles;
        }
        // What only cleans up has little time, whatever the user gives it.
        if told("deadline") && self.ending.is_none() {
            self.patience.begin_anew();
        }
        let others = policy.download != former.download;
        self.setup.policy = policy;
        if others { self.download_otherwise() } else { Ok(()) }
    }

    /// Other outputs are wanted than those that were about to be loaded: the service tells once more what there is.
    fn download_otherwise(&mut self) -> Result<(), Error> {
        if self.ending.is_some() || !self.downloads.named().is_empty() {
            return Err(wrong("download"));
        }
        self.downloads = Downloads::default();
        if self.at.loads() {
            self.enter(Step::Follow);
        }
        Ok(())
    }
}
