//! What every answer leads to.

use super::Conversion;
use super::flight::Turn;
use crate::error::{BY_ANOTHER, Code, Error, REDIRECTED};
use crate::fault::Fault;
use crate::http::Response;
use crate::retry_after::asked;
use crate::scope::CONVERTS;
use crate::time::Timestamp;
use crate::wire::answers::is_markup;
use crate::wire::report::{Found, Told};
use crate::wire::step::Step;

/// How many pages of conversions are looked through.
const PAGES: u32 = 20;

/// How many twins are removed: what cannot be is not tried for ever.
const TWINS: u8 = 3;

impl Conversion {
    /// The head of an answer has come.
    pub(super) fn begun(&mut self, now: Timestamp, head: &Response) {
        let seen = self.is_trusted(head).map_err(|error| (Fault::Refused, error));
        let seen = seen.and_then(|()| self.downloads.begun(head).map_err(|error| (Fault::Lost, error)));
        if let Err((fault, error)) = seen {
            self.fault(now, fault, error, None);
        }
    }

    /// Whether an answer came from the service, as far as the host had to follow redirects by itself.
    fn is_trusted(&self, response: &Response) -> Result<(), Error> {
        let Some(url) = response.url.as_deref() else { return Ok(()) };
        self.setup.wire().trusted(&self.setup.api, self.at.step(), "", url).map(|_| ())
    }

    /// A whole answer has come.
    pub(super) fn answered(&mut self, now: Timestamp, response: &Response) {
        if let Err(error) = self.is_trusted(response) {
            return self.fault(now, Fault::Refused, error, None);
        }
        let wire = self.setup.wire();
        let wait = asked(self.setup.api.platform(), response, now);
        let fault = wire.fault(&self.setup.api, self.at.step(), response);
        let by_another = fault == Some(Fault::Refused) && self.is_refused_by_another(response);
        let said = match response.status {
            300..=399 if is_moved(response) || !wire.ends_by_redirect(self.at.step()) => {
                return self.redirected(now, response);
            }
            408 | 504 if self.idled_out(now) => return self.next_poll(now),
            500..=599 if self.reports(response) => None,
            416 if self.at.step() == Step::Download => {
                // What was not asked for a part, and repeats another one, is refused for another reason.
                let whole = self.downloads.offset == 0 && self.patience.backoff.attempt > 0;
                if self.range_refused(now, response) {
                    return;
                }
                (!whole).then_some(Fault::Lost)
            }
            _ if by_another => Some(Fault::Lost),
            _ => fault.filter(|fault| *fault != Fault::Refused),
        };
        self.patience.relax();
        let read = self.read(now, response, wait);
        self.recognise(response, read.is_ok(), wait);
        if read.is_err() && self.is_late() {
            return self.late(now);
        }
        match (read, said) {
            (Err(mut error), Some(fault)) => {
                if by_another {
                    let status = error.status;
                    error = Error::invalid(BY_ANOTHER);
                    error.status = status;
                }
                error.retry_after = wait;
                self.fault(now, fault, error, wait);
            }
            (Err(error), None) if response.status < 400 && error.code == Code::InvalidResponse => {
                self.fault(now, Fault::Lost, error, None);
            }
            // What an answer hides has a status of its own.
            (Err(error), None) if response.status < 300 && error.status.is_none() => {
                self.end(now, Err(error));
            }
            (Err(mut error), None) => {
                // There is nothing yet that could be gone.
                if CONVERTS
                    && self.at.step() == Step::Create
                    && !self.patience.known
                    && (is_markup(response) || matches!(error.code, Code::NotFound | Code::BadRequest))
                {
                    error = error.saying(BY_ANOTHER);
                }
                self.fault(now, Fault::Refused, error, None);
            }
            (Ok(()), _) => {}
        }
    }

    /// Reads the answer to the present call and goes on.
    fn read(&mut self, now: Timestamp, response: &Response, wait: Option<u64>) -> Result<(), Error> {
        let (wire, api) = (self.setup.wire(), &self.setup.api);
        match self.at.step() {
            Step::Create | Step::Start | Step::Check | Step::Follow => {
                let told = self.report_of(response)?;
                self.told(now, told, wait);
            }
            Step::Find if !wire.searches() => {}
            Step::Find => match wire.found(api, response, &self.remote, self.setup.policy.download)? {
                Found::Twin(told) if self.at.twins < TWINS => self.remove_twin(now, *told),
                Found::Here(told) | Found::Twin(told) => self.told(now, *told, None),
                Found::Perhaps if self.at.page < PAGES => {
                    self.at.page += 1;
                    self.flight.begin();
                }
                Found::Perhaps => {
                    return Err(Error::invalid(
                        "the list of jobs does not show whether it was created: give jobs a `tag`",
                    ));
                }
                Found::NotHere => self.not_created(now),
            },
            Step::Upload => {
                wire.uploaded(api, response)?;
                self.uploaded(now);
            }
            Step::Download if (200..300).contains(&response.status) => self.downloaded(now, response)?,
            Step::Download => return Err(wire.refusal(api, response)),
            Step::Cancel => {
                wire.cancelled(api, response)?;
                self.stopped();
            }
            Step::Delete => {
                wire.deleted(api, response)?;
                self.cleaned_up();
            }
        }
        Ok(())
    }

    fn report_of(&self, response: &Response) -> Result<Told, Error> {
        let Self { setup, at, remote, .. } = self;
        let told = setup.wire().report(&setup.api, at.about(), response, remote, setup.policy.download)?;
        let (known, named) = (remote.id.as_ref(), told.remote.id.as_ref());
        if !at.creates() && known.is_some() && named.is_some() && known != named {
            return Err(Error::invalid("the answer is about another conversion: check the base URL"));
        }
        Ok(told)
    }

    /// Whether something on the way refused a question or a deletion in the service's place. That says nothing of the
    /// remote conversion.
    fn is_refused_by_another(&self, response: &Response) -> bool {
        (self.at.asks() || self.at.step() == Step::Delete && is_markup(response))
            && !self.setup.wire().says_why(&self.setup.api, response)
    }

    /// Whether an answer that looks like a failure of the service tells how far the remote conversion is.
    fn reports(&self, response: &Response) -> bool {
        matches!(self.at.step(), Step::Start | Step::Check | Step::Follow) && self.report_of(response).is_ok()
    }

    fn redirected(&mut self, now: Timestamp, response: &Response) {
        // What is uploaded goes to a storage, which may be elsewhere by now.
        let repeats = self.at.reads() || self.at.step() == Step::Upload && is_moved(response);
        let target =
            response.header("location").filter(|_| repeats && self.flight.may_redirect()).ok_or_else(|| {
                let message = if self.flight.redirects > 0 && CONVERTS {
                    "the service redirects in a loop: check the base URL"
                } else {
                    REDIRECTED
                };
                Error::invalid(message).with_status(response.status)
            });
        let (wire, api) = (self.setup.wire(), &self.setup.api);
        match target.and_then(|target| wire.trusted(api, self.at.step(), self.flight.url(), target)) {
            Ok(target) => {
                self.flight.redirects += 1;
                self.flight.location = Some(target);
                self.flight.turn = Turn::Ready;
            }
            Err(error) => self.fault(now, Fault::Refused, error, None),
        }
    }
}

/// Whether the same request is to be sent elsewhere, with its body.
const fn is_moved(response: &Response) -> bool {
    matches!(response.status, 307 | 308)
}
