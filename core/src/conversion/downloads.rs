//! The outputs to be downloaded, one after the other.

use super::Conversion;
use super::download::Download;
use super::pieces::Portion;
use crate::error::Error;
use crate::http::Response;
use crate::names::{safe_name, shorten};
use crate::time::Timestamp;
use crate::wire::report::{Artifact, Report};
use crate::wire::step::Step;

/// The files to be downloaded.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Downloads {
    pub(super) list: Vec<Download>,
    /// Which of them is loaded now, or next.
    pub(super) current: u32,
    /// How many of them have their names.
    named: u32,
    /// Where in the file the answer to the present request begins, if the service can resume.
    pub(super) offset: u64,
}

impl Downloads {
    /// The artifacts, each under a safe name of its own. Those without a name are of this format, if it is known.
    fn of(artifacts: &[Artifact], to: &str) -> Self {
        let mut list: Vec<Download> = Vec::with_capacity(artifacts.len());
        let unnamed = ["output.", to].concat();
        for artifact in artifacts {
            let mut name = safe_name(artifact.name.as_deref().unwrap_or(&unnamed));
            while list.iter().any(|other| other.name.eq_ignore_ascii_case(&name)) {
                name = shorten(["_", &name].concat());
            }
            list.push(Download::new(name, artifact.size));
        }
        Self { list, ..Self::default() }
    }

    /// The one that is loaded now, or next.
    pub(super) fn present(&self) -> Option<&Download> {
        self.list.get(self.current as usize)
    }

    fn present_mut(&mut self) -> Option<&mut Download> {
        self.list.get_mut(self.current as usize)
    }

    /// The rest of the present one is asked for in one answer.
    pub(super) fn in_one(&mut self) {
        if let Some(download) = self.present_mut() {
            download.portion = Portion::Rest;
        }
    }

    /// Those that are whole.
    pub(super) fn whole(&self) -> &[Download] {
        &self.list[..(self.current as usize).min(self.list.len())]
    }

    /// Those that have their names.
    #[cfg_attr(not(feature = "calls"), allow(dead_code))]
    pub(super) fn named(&self) -> &[Download] {
        &self.list[..(self.named as usize).min(self.list.len())]
    }

    /// Those that have not.
    pub(super) fn unnamed(&self) -> &[Download] {
        &self.list[(self.named as usize).min(self.list.len())..]
    }

    /// All have their names.
    pub(super) fn name_all(&mut self) {
        self.named = self.current;
    }

    /// Takes one to have its name that an earlier process loaded.
    pub(super) fn skip(&mut self, size: u64) {
        self.received(size);
        self.current += 1;
        self.name_all();
    }

    /// The file of the present download is this long now.
    pub(super) fn received(&mut self, bytes: u64) {
        if let Some(download) = self.present_mut() {
            download.received = bytes;
        }
    }

    /// Whether more has come of the present one than was announced, which therefore begins anew.
    pub(super) fn overflow(&mut self) -> bool {
        let overflows = self.present().is_some_and(Download::overflows);
        if let Some(download) = self.present_mut().filter(|_| overflows) {
            download.begin_anew();
        }
        overflows
    }

    /// The head of the answer to a download has come.
    pub(super) fn begun(&mut self, head: &Response) -> Result<(), Error> {
        let offset = self.offset;
        match self.present_mut() {
            Some(download) if (200..300).contains(&head.status) => download.begun(offset, head),
            _ => Ok(()),
        }
    }

    /// Takes a piece that took this long, in milliseconds, where one was asked for and there is more.
    fn take_piece(&mut self, response: &Response, took: u64) -> bool {
        let offset = self.offset;
        let Some(download) = self.present_mut().filter(|_| response.status == 206) else { return false };
        download.received = response.received;
        download.take_piece(offset, took)
    }

    /// Takes a whole answer, which has begun.
    fn take(&mut self, response: &Response) -> Result<(), Error> {
        self.present_mut().map_or(Ok(()), |download| download.take(response))
    }

    /// How much of all files is loaded, from 0 to 1.
    #[allow(clippy::cast_precision_loss)]
    pub(super) fn loaded(&self) -> f64 {
        let present = self.present().map_or(0.0, |present| share(present.received, present.size));
        (f64::from(self.current) + present) / self.list.len().max(1) as f64
    }
}

/// A part of a whole; nothing where the whole is not known, and all of nothing.
#[allow(clippy::cast_precision_loss)]
pub(super) fn share(part: u64, whole: Option<u64>) -> f64 {
    match whole {
        Some(0) => 1.0,
        Some(whole) => (part as f64 / whole as f64).min(1.0),
        None => 0.0,
    }
}

impl Conversion {
    pub(super) fn list_downloads(&mut self) {
        let artifacts = self.report.outcome().map_or(&[][..], |outcome| outcome.artifacts());
        self.downloads = Downloads::of(artifacts, self.setup.job().map_or("", |job| &job.to));
        for download in self.downloads.list.iter_mut().filter(|_| self.setup.policy.pieces) {
            download.portion = Portion::first(download.size);
        }
    }

    /// An output has come: it counts when it is whole.
    pub(super) fn downloaded(&mut self, now: Timestamp, response: &Response) -> Result<(), Error> {
        self.downloads.begun(response)?;
        if self.downloads.take_piece(response, now.since(self.flight.sent_at)) {
            self.enter(Step::Download);
            return Ok(());
        }
        match self.downloads.take(response) {
            Ok(()) => self.next_download(now),
            // What is missing is asked for as the next part.
            Err(_) if response.status == 206 && self.comes_on() => self.enter(Step::Download),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Whether the present download comes on. Then its failures begin to count anew.
    pub(super) fn comes_on(&mut self) -> bool {
        let download = self.downloads.present_mut().filter(|_| self.at.step() == Step::Download);
        let comes_on = download.is_some_and(Download::comes_on);
        if comes_on {
            self.patience.backoff.renew(&self.setup.policy);
        }
        comes_on
    }

    /// Whether nothing has arrived of the present download.
    pub(super) fn is_at_its_beginning(&self) -> bool {
        self.downloads.present().is_none_or(|download| download.received == 0)
    }

    /// A range was refused: either nothing is missing, or what is there is of no use.
    pub(super) fn range_refused(&mut self, now: Timestamp, response: &Response) -> bool {
        let Some(download) = self.downloads.present_mut() else { return false };
        if download.ends_with(response) {
            self.next_download(now);
            return true;
        }
        download.begin_anew();
        false
    }

    /// The present output is whole: on to the next one, or to the end.
    fn next_download(&mut self, now: Timestamp) {
        self.downloads.current += 1;
        if self.downloads.present().is_some() {
            self.enter(Step::Download);
        } else {
            self.end(now, Ok(self.output()));
        }
    }

    /// The output may have another URL now than the one that was refused.
    pub(super) fn download_again(&mut self, now: Timestamp, former: &Report) {
        let at = self.downloads.current as usize;
        let url = |report: &Report| report.outcome()?.artifacts().get(at)?.url.clone();
        let present = url(&self.report);
        match self.at.refused.take() {
            Some(error) if present.is_none() || present == url(former) => self.end(now, Err(*error)),
            _ => {
                if self.downloads.list.is_empty() {
                    self.list_downloads();
                }
                if let Some(download) = self.downloads.present_mut().filter(|d| d.version().is_none()) {
                    download.begin_anew();
                }
                self.again(Step::Download);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Artifact, Downloads};

    #[test]
    fn names_of_outputs_are_never_the_same_and_never_too_long() {
        let name = ["long ".repeat(60), ".txt".to_owned()].concat();
        let artifact = || Artifact { name: Some(name.clone()), ..Artifact::default() };
        let list = Downloads::of(&[artifact(), artifact(), artifact()], "").list;
        let names: std::collections::BTreeSet<_> =
            list.iter().map(|download| download.name.clone()).collect();
        assert_eq!(names.len(), 3);
        let fits = |name: &String| name.len() <= 255 && matches!(name.rsplit_once('.'), Some((_, "txt")));
        assert!(names.iter().all(fits), "{names:?}");
    }

    #[test]
    fn an_output_without_a_name_has_the_format_that_was_asked_for() {
        for (to, name) in [("jpg", "output.jpg"), ("", "output"), ("../x", "x")] {
            assert_eq!(Downloads::of(&[Artifact::default()], to).list[0].name, name);
        }
    }
}
