//! When outputs get their names: together, when all of them are whole, and before the service deletes what it has of them.

use super::download::Download;
use super::endings::Ending;
use super::flight::Turn;
use super::{Action, Conversion, Event, Stage};
use crate::error::Error;
use crate::scope::CONVERTS;
use crate::time::Timestamp;

impl Conversion {
    /// The outputs that are whole, by the names that their sinks had.
    pub fn verified(&self) -> impl Iterator<Item = &str> {
        self.downloads.whole().iter().map(|download| download.name.as_str())
    }

    /// The output that is loaded, or the last one while all of them get their names.
    pub(super) fn shown_download(&self) -> Option<&Download> {
        let last = self.downloads.list.last().filter(|_| self.stage() == Stage::Download);
        self.downloads.present().or(last)
    }

    /// Whether there are outputs that came, and have no names yet. All of them are whole then.
    pub(super) fn has_unnamed(&self) -> bool {
        CONVERTS && self.has_succeeded() && !self.downloads.unnamed().is_empty()
    }

    /// Has the host give the outputs their names. That is not the service's time, and takes no longer than a conversion may.
    pub(super) fn settle(&mut self, now: Timestamp) -> Action {
        self.flight.turn = Turn::Settling;
        self.flight.id += 1;
        self.patience.deadline = now.later(self.setup.policy.deadline);
        Action::Settle { id: self.flight.id }
    }

    /// What the host tells of the names.
    pub(super) fn settling(&mut self, now: Timestamp, event: Event) {
        let out = self.flight.id;
        match event {
            #[cfg(feature = "calls")]
            Event::Named { id, output, name } if id == out => self.note(output, name),
            Event::Settled { id } if id == out => {
                self.downloads.name_all();
                self.conclude(now);
            }
            Event::Failed { id, reason } if id == out => self.not_settled(reason.to_error()),
            _ => {}
        }
    }

    /// The host could not give what is whole its name, so nothing is deleted on the service.
    pub(super) fn not_settled(&mut self, mut error: Error) {
        #[cfg(feature = "calls")]
        self.tell_names(&mut error);
        self.tell_where(&mut error);
        error.process_id.clone_from(&self.remote.id);
        self.ending = Some(Ending::Done(Box::new(Err(error))));
        self.flight.turn = Turn::Done;
    }

    /// Where one of several outputs has no name: which have.
    #[cfg(feature = "calls")]
    fn tell_names(&self, error: &mut Error) {
        let all = self.downloads.unnamed().iter().map(|download| download.name.as_str());
        let (mut given, mut left) = (Vec::new(), Vec::new());
        for output in all {
            match self.names().iter().find(|(named, _)| named == output) {
                Some((_, name)) => given.push(quoted(name)),
                None => left.push(quoted(output)),
            }
        }
        if !given.is_empty() {
            let lists = ["; written: ", &given.join(", "), "; not written: ", &left.join(", ")];
            error.message.push_str(&lists.concat());
        }
    }

    /// Where an output is that could not be brought, and how to come by it.
    pub(super) fn tell_where(&self, error: &mut Error) {
        error.message.push_str("; the service still has the output");
        // A page reads the ID of the error's own member.
        if let Some(id) = self.remote.id.as_ref().filter(|_| cfg!(feature = "calls")) {
            error.message.push_str(&[" of ", id, ": follow that to load it"].concat());
        }
    }
}

#[cfg(feature = "calls")]
fn quoted(name: &str) -> String {
    ["`", name, "`"].concat()
}
