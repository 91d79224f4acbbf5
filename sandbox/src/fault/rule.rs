//! Rules: what strikes which requests, and how.

use std::collections::BTreeMap;

use axum::http::{HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};

use super::Kind;

/// One rule. Of all rules, in the order in which they were set, the first that strikes a request applies to it.
///
/// ```
/// use cloudconvert_sandbox::{Kind, Rule};
///
/// let rule: Rule = serde_json::from_str(
///     r#"{"kind": "create", "times": 1, "status": 429, "headers": {"Retry-After": "7"}}"#,
/// )?;
/// assert_eq!(rule.kind, Some(Kind::Create));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rule {
    /// Which requests; none for all (conversions and webhooks are none).
    pub kind: Option<Kind>,
    /// How many requests of this kind pass first, of those that no rule before it strikes.
    pub skip: u32,
    /// How many it strikes then; none for all.
    pub times: Option<u32>,
    /// How likely it strikes each of them, from 0 to 1; none for certainly.
    pub probability: Option<f64>,
    /// Where its chances begin: with the same seed it strikes the same requests.
    pub seed: Option<u64>,

    /// Waits so many milliseconds before anything else.
    pub delay_ms: u64,
    /// Deletes the process or the job that the request is about.
    pub lose_process: bool,
    /// Answers with this status instead of doing what was asked.
    pub status: Option<u16>,
    /// Does what was asked all the same, before it answers with `status`.
    pub done: bool,
    /// The headers of that answer.
    pub headers: BTreeMap<String, String>,
    /// The body of that answer.
    pub body: Option<String>,
    /// Cuts the connection before or after doing what was asked, instead of an answer.
    pub cut: Option<Cut>,
    /// Cuts the connection after so many bytes of the request's body.
    pub cut_upload_after: Option<u64>,
    /// Cuts the connection after so many bytes of the answer's body.
    pub cut_download_after: Option<u64>,
}

/// When to cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Cut {
    /// Nothing was done.
    Before,
    /// Everything was done.
    After,
}

impl Rule {
    pub(super) fn is_for(&self, kind: Kind) -> bool {
        self.kind.map_or(!matches!(kind, Kind::Run | Kind::Webhook), |wanted| wanted == kind)
    }

    /// A header of its answer, whatever the case of its name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let header = self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        header.map(|(_, value)| value.as_str())
    }

    /// Whether what was asked is done.
    pub(crate) fn is_done(&self) -> bool {
        self.cut != Some(Cut::Before) && (self.done || self.status.is_none())
    }

    /// Refuses what would change nothing, by its name.
    fn has_effect(&self) -> Result<(), String> {
        let cuts = self.cut.is_some() || self.cut_upload_after.is_some() || self.cut_download_after.is_some();
        if self.delay_ms == 0 && !self.lose_process && self.status.is_none() && !cuts || self.times == Some(0)
        {
            return Err("the rule does nothing: say what strikes (delay_ms, status, cut and so on), and times from 1 up".to_owned());
        }
        let answers = self.body.is_some() || !self.headers.is_empty();
        if answers && self.status.is_none() {
            return Err("headers and body are those of an answer: they need status".to_owned());
        }
        let Some(kind @ (Kind::Run | Kind::Webhook)) = self.kind else { return Ok(()) };
        let is_run = kind == Kind::Run;
        let useless = [
            ("lose_process", self.lose_process),
            ("cut_upload_after", self.cut_upload_after.is_some()),
            ("cut_download_after", self.cut_download_after.is_some()),
            ("cut", is_run && self.cut.is_some()),
            ("headers and body", !is_run && answers),
            // A conversion fails with it.
            ("a status below 400", is_run && self.status.is_some_and(|status| status < 400)),
        ];
        match useless.into_iter().find(|(_, named)| *named) {
            Some((what, _)) if is_run => Err(format!("{what} has no effect on a conversion (run)")),
            Some((what, _)) => Err(format!("{what} has no effect on a webhook")),
            None => Ok(()),
        }
    }

    /// Says what is wrong with it, if anything.
    pub(crate) fn check(&self) -> Result<(), String> {
        if self.probability.is_some_and(|probability| !(0.0..=1.0).contains(&probability)) {
            return Err("probability has to be from 0 to 1".to_owned());
        }
        if self.status.is_some_and(|status| !(200..600).contains(&status)) {
            return Err("status has to be from 200 to 599".to_owned());
        }
        if self.done && (self.status.is_none() || self.kind == Some(Kind::Run)) {
            return Err(
                "done is for a request that is answered with another status: it needs status".to_owned()
            );
        }
        self.has_effect()?;
        for (name, value) in &self.headers {
            if HeaderName::try_from(name).is_err() || HeaderValue::try_from(value).is_err() {
                return Err(format!("headers: {name} is no header"));
            }
        }
        Ok(())
    }
}

impl std::str::FromStr for Rule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let rule: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        rule.check().map(|()| rule)
    }
}
