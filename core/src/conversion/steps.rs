//! The transition table: which step follows what the service reports. Whatever moves a conversion on from an answer that
//! tells how far it is stands in [`after`]. What is done about failures is the table of remedies of each wire.

use crate::error::Error;
use crate::wire::report::State;
use crate::wire::step::Step;

/// Where a conversion is.
#[derive(Clone, Debug)]
pub(super) struct At {
    /// Read by [`At::step`].
    pub(super) step: Step,
    /// The step whose fate a check finds out; the one that goes on when what is too many is removed.
    pub(super) checking: Step,
    /// Why the call whose fate is checked was refused: perhaps because it had been done before.
    pub(super) refused: Option<Box<Error>>,
    /// Whether it may have been created without an answer.
    pub(super) unseen: bool,
    /// Whether an upload was answered as taken.
    pub(super) uploaded: bool,
    /// Whether nothing is known of the remote conversion that would allow to delete it.
    pub(super) leaves: bool,
    /// The page of the search.
    pub(super) page: u32,
    /// How many creations too many were found.
    pub(super) twins: u8,
}

/// What follows a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Start it: for the first time, or because the start never arrived.
    Start,
    /// Upload what it still waits for; a prepared conversion ends here.
    Upload,
    /// Follow it.
    Follow,
    /// Download what came out, or end where there is nothing to download.
    Collect,
    /// Go on with the download, perhaps from another URL.
    Resume,
    /// Stop and delete it.
    CleanUp,
    /// It failed: end, or begin anew where that may help.
    Fail,
}

/// What follows when the answer to this step, or to a check of that step, reports this state.
pub(super) const fn after(step: Step, checking: Step, state: &State) -> Next {
    match (step, checking, state) {
        // The question was only where the output is now.
        (Step::Check, Step::Download, _) => Next::Resume,
        // The question was only what of it runs.
        (Step::Check, Step::Delete, _) => Next::CleanUp,
        (_, _, State::Failed(_)) => Next::Fail,
        (_, _, State::Finished(_)) => Next::Collect,
        (Step::Create | Step::Find, _, State::Created) | (Step::Check, Step::Start, State::Created) => {
            Next::Start
        }
        // What is followed has been uploaded: until that is seen, it is not uploaded twice.
        (Step::Follow, _, _) | (_, _, State::Running | State::Created) => Next::Follow,
        (_, _, State::Wants(_)) => Next::Upload,
    }
}

impl At {
    pub(super) const fn new(step: Step) -> Self {
        Self {
            step,
            checking: Step::Start,
            refused: None,
            unseen: false,
            uploaded: false,
            leaves: false,
            page: 1,
            twins: 0,
        }
    }

    /// Whether the present call only reads.
    pub(super) const fn reads(&self) -> bool {
        matches!(self.step(), Step::Find | Step::Check | Step::Follow | Step::Download)
    }

    /// Whether the present call asks how far the remote conversion is.
    pub(super) const fn asks(&self) -> bool {
        matches!(self.step(), Step::Find | Step::Check | Step::Follow)
    }

    /// Whether what is left is to clean up.
    pub(super) const fn cleans(&self) -> bool {
        matches!(self.step(), Step::Cancel | Step::Delete)
    }

    /// Whether what is cleaned up is one too many, and the search goes on then.
    pub(super) const fn thins(&self) -> bool {
        self.cleans() && matches!(self.checking, Step::Find)
    }

    /// Whether it is not known yet whether there is a remote conversion.
    pub(super) const fn creates(&self) -> bool {
        matches!(self.step(), Step::Create | Step::Find)
    }

    /// Whether an output is being loaded, or its URL asked for anew.
    pub(super) const fn loads(&self) -> bool {
        matches!((self.step(), self.checking), (Step::Download, _) | (Step::Check, Step::Download))
    }

    /// Whether it is only asked what of it runs, before it is deleted.
    pub(super) const fn deletes_next(&self) -> bool {
        matches!((self.step(), self.checking), (Step::Check, Step::Delete))
    }

    /// Whether an upload is under way, or its fate asked for.
    pub(super) const fn uploads(&self) -> bool {
        matches!((self.step(), self.checking), (Step::Upload, _) | (Step::Check, Step::Upload))
    }

    /// What the answer to the present question is about.
    pub(super) const fn about(&self) -> Step {
        match (self.step(), self.checking) {
            (Step::Check, Step::Upload) => Step::Upload,
            (Step::Check, Step::Download | Step::Delete) => Step::Follow,
            (step, _) => step,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;
    use crate::wire::report::Failure;

    /// The diagram, drawn from the table: what leads where by which report.
    fn diagram() -> String {
        let failure =
            Failure { code: Code::ConversionFailed, status: None, message: String::new(), try_anew: false };
        let states = [
            ("created", State::Created),
            ("wants", State::Wants(Vec::new())),
            ("running", State::Running),
            ("finished", State::Finished(Box::default())),
            ("failed", State::Failed(failure)),
        ];
        let asked = [
            ("create, find", Step::Create, Step::Start),
            ("start", Step::Start, Step::Start),
            ("check of a start", Step::Check, Step::Start),
            ("check of an upload", Step::Check, Step::Upload),
            ("follow", Step::Follow, Step::Start),
            ("check of a download", Step::Check, Step::Download),
            ("check before a deletion", Step::Check, Step::Delete),
        ];
        let mut lines =
            vec![["| answer to | ", &states.each_ref().map(|(name, _)| *name).join(" | "), " |"].concat()];
        lines.push("|---|---|---|---|---|---|".to_owned());
        for (name, step, checking) in asked {
            let next = states.each_ref().map(|(_, state)| match after(step, checking, state) {
                Next::Start => "start",
                Next::Upload => "upload",
                Next::Follow => "follow",
                Next::Collect => "download",
                Next::Resume => "download from there",
                Next::CleanUp => "delete",
                Next::Fail => "end",
            });
            let same = next.iter().all(|other| *other == next[0]);
            let next =
                if same { ["whatever it says: ", next[0], " | | | |"].concat() } else { next.join(" | ") };
            lines.push(["| ", name, " | ", &next, " |"].concat());
        }
        lines.join("\n")
    }

    #[test]
    fn the_documentation_shows_this_table() {
        let document = concat!(env!("CARGO_MANIFEST_DIR"), "/../ARCHITECTURE.md");
        let document = std::fs::read_to_string(document).unwrap();
        assert!(document.contains(&diagram()), "ARCHITECTURE.md has to have this table:\n{}", diagram());
    }

    #[test]
    fn a_search_is_answered_as_a_creation() {
        for state in [State::Created, State::Wants(Vec::new()), State::Running] {
            let [create, find] = [Step::Create, Step::Find].map(|step| after(step, Step::Start, &state));
            assert_eq!(create, find);
        }
    }
}
