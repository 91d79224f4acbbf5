//! `Retry-After`, and the retries of single calls.
//!
//! API documentation, "Throttling": 429 and 503 carry `Retry-After` in seconds.

use crate::api::Api;
use crate::backoff::Backoff;
use crate::call::Call;
use crate::error::{Code, Error};
use crate::http::{Reason, Response, Timestamp};
use crate::platform::Platform;
use crate::policy::Policy;

/// How long an answer asks to wait, in milliseconds: seconds or an HTTP date (RFC 9110, 10.2.3).
pub fn retry_after(platform: &dyn Platform, response: &Response, now: Timestamp) -> Option<u64> {
    let text = response.header("retry-after")?.trim();
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        return Some(text.parse::<u64>().map_or(u64::MAX, |seconds| seconds.saturating_mul(1000)));
    }
    // Every form of an HTTP date begins with the name of a day; readers of dates take much else for one.
    let date = text.starts_with(|c: char| c.is_ascii_alphabetic()).then(|| platform.date(text))?;
    Some(date?.saturating_sub(now))
}

/// Whether a single call that failed is sent again, and when: the machine's rules, for who makes calls without one.
///
/// ```
/// use cloudconvert_core::v1::List;
/// use cloudconvert_core::{Api, Policy, Response, Retry, Turn};
///
/// let api = Api::new("https://api.example.com/v1", Some("KEY"))?;
/// let mut retry = Retry::new(&List, Policy::default(), 0, 42);
/// let headers = vec![("Retry-After".to_owned(), "2".to_owned())];
/// let busy = Response { status: 429, headers, ..Response::default() };
/// let Turn::Again { wait } = retry.answered(&List, &api, &busy, 100)? else { panic!("it is asked once more") };
/// assert!((2_000..=4_000).contains(&wait));
/// # Ok::<(), cloudconvert_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Retry {
    policy: Policy,
    backoff: Backoff,
    repeatable: bool,
    reached: bool,
    begun: Timestamp,
}

/// What an answer to a single call, or the lack of one, leads to.
#[derive(Clone, Debug, PartialEq)]
pub enum Turn<T> {
    /// The end.
    Done(T),
    /// The same request is to be sent again.
    Again {
        /// After so many milliseconds.
        wait: u64,
    },
}

impl Retry {
    /// The retries of a call that is about to be sent.
    pub fn new(call: &impl Call, policy: Policy, now: Timestamp, seed: u64) -> Self {
        let (backoff, repeatable) = (Backoff::new(&policy, seed), call.is_repeatable());
        Self { policy, backoff, repeatable, reached: false, begun: now }
    }

    /// Reads an answer.
    ///
    /// # Errors
    /// What [`Call::reply`] says, where the same request is not sent again.
    pub fn answered<C: Call>(
        &mut self,
        call: &C,
        api: &Api,
        response: &Response,
        now: Timestamp,
    ) -> Result<Turn<C::Reply>, Error> {
        let error = match call.reply(api, response) {
            Ok(reply) => return Ok(Turn::Done(reply)),
            Err(error) => error,
        };
        let wait = self.after_answer(api, response, &error, now);
        wait.map(|wait| Turn::Again { wait }).ok_or(error)
    }

    /// The same where there was no answer.
    ///
    /// # Errors
    /// That of the reason, where the same request is not sent again.
    pub fn failed<T>(&mut self, reason: &Reason, now: Timestamp) -> Result<Turn<T>, Error> {
        let wait = self.after_failure(reason, now);
        wait.map(|wait| Turn::Again { wait }).ok_or_else(|| reason.to_error())
    }

    fn after_answer(&mut self, api: &Api, response: &Response, error: &Error, now: Timestamp) -> Option<u64> {
        self.reached = true;
        let asked = retry_after(api.platform(), response, now);
        let wait = match response.status {
            429 | 503 => self.backoff.after_throttle(&self.policy, asked),
            425 => self.backoff.after_failure(&self.policy, asked),
            408 | 500..=599 if self.repeatable => self.backoff.after_failure(&self.policy, asked),
            200..=299 if self.repeatable && error.code == Code::InvalidResponse => {
                self.backoff.after_failure(&self.policy, None)
            }
            _ => None,
        }?;
        self.in_time(wait, self.policy.deadline, now)
    }

    fn after_failure(&mut self, reason: &Reason, now: Timestamp) -> Option<u64> {
        if !self.repeatable || !matches!(reason, Reason::Connection | Reason::Timeout) {
            return None;
        }
        let never = !self.reached && *reason == Reason::Connection;
        let patience = if never { self.policy.reach } else { self.policy.deadline };
        let wait = self.backoff.after_failure(&self.policy, None)?;
        self.in_time(wait, patience, now)
    }

    /// A wait that is over within this time from the beginning.
    fn in_time(&self, wait: u64, patience: u64, now: Timestamp) -> Option<u64> {
        let end = self.begun.saturating_add(patience);
        (now.saturating_add(wait) < end).then_some(wait)
    }
}

#[cfg(all(test, feature = "native"))]
mod tests {
    use super::*;

    fn answer(value: &str) -> Response {
        Response { status: 429, headers: vec![("Retry-After".into(), value.into())], ..Response::default() }
    }

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_date() {
        let now = 1_700_000_000_000;
        let wait = |value: &str| retry_after(&crate::Native, &answer(value), now);
        assert_eq!(wait("30"), Some(30_000));
        assert_eq!(wait("Tue, 14 Nov 2023 22:13:50 GMT"), Some(30_000));
        assert_eq!(wait("Tue, 14 Nov 2000 22:13:50 GMT"), Some(0));
        assert_eq!(wait("99999999999999999999"), Some(u64::MAX));
        for nonsense in ["", "soon", "-1", "1.5"] {
            assert_eq!(wait(nonsense), None, "{nonsense}");
        }
    }

    fn api() -> Api {
        Api::new("https://api.example.com/v1", Some("KEY")).unwrap()
    }

    #[test]
    fn what_may_have_been_done_is_not_repeated_but_what_was_refused_is() {
        let (api, answer) = (api(), answer("1"));
        let start = crate::v1::Status { url: "https://srv01.example.com/process/1", wait: false };
        let upload = crate::v1::Upload { url: "", files: &[], method: crate::UploadMethod::Put, seed: 0 };
        let wait = |call: &dyn Fn() -> Retry, status: u16| {
            let response = Response { status, ..answer.clone() };
            call().after_answer(&api, &response, &Error::invalid(""), 0).is_some()
        };
        let reads = || Retry::new(&start, Policy::default(), 0, 1);
        let writes = || Retry::new(&upload, Policy::default(), 0, 1);
        assert_eq!(
            [200, 400, 404, 408, 425, 429, 500, 502, 503].map(|status| wait(&reads, status)),
            [true, false, false, true, true, true, true, true, true]
        );
        assert_eq!(
            [200, 400, 404, 408, 425, 429, 500, 502, 503].map(|status| wait(&writes, status)),
            [false, false, false, false, true, true, false, false, true]
        );
        assert!(reads().after_failure(&Reason::Timeout, 0).is_some());
        assert!(writes().after_failure(&Reason::Timeout, 0).is_none());
        assert!(reads().after_failure(&Reason::TooLarge, 0).is_none());
    }

    #[test]
    fn retries_of_a_call_end() {
        let api = api();
        let policy = Policy { retries: 3, throttles: 2, deadline: 60_000, ..Policy::default() };
        let retry = Retry::new(&crate::v1::List, policy, 0, 1);
        let lost = |mut retry: Retry| std::iter::from_fn(|| retry.after_failure(&Reason::Timeout, 0)).count();
        assert_eq!(lost(retry.clone()), 3);
        let (mut told, slow) = (retry.clone(), answer("1"));
        let error = Error::invalid("");
        assert!(told.after_answer(&api, &slow, &error, 0).is_some());
        assert!(told.after_answer(&api, &slow, &error, 0).is_some());
        assert!(told.after_answer(&api, &slow, &error, 0).is_none(), "the budget is spent");
        assert!(
            retry.clone().after_answer(&api, &answer("60"), &error, 0).is_none(),
            "that would be too late"
        );
        assert!(retry.clone().after_failure(&Reason::Timeout, 60_000).is_none(), "it is too late");
        assert!(retry.clone().after_failure(&Reason::Connection, 30_000).is_none(), "it was never there");
    }
}
