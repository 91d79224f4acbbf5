//! When a conversion is to be saved, and what of its outputs: which have their names, and by what those are known again that
//! were about to get them.

use super::{Conversion, Saved, Stage};
use crate::json::Value;
use crate::save_to::SaveTo;

/// The members of a saved state.
const NAMED: &str = "named";
const MARKS: &str = "marks";

/// What is kept for other programs, and known of outputs.
#[derive(Clone, Debug, Default)]
pub(super) struct Kept {
    /// Whether requests have checkpoints.
    keeps: bool,
    /// Whether outputs are gone with the program.
    forgets: bool,
    /// Where the conversion was when it was saved last.
    place: Option<(Stage, Option<String>)>,
    last: Option<Saved>,
    /// Outputs that have names, and these.
    named: Vec<(String, String)>,
    /// Outputs that were about to get names, and by what their files are known.
    marks: Vec<(String, String)>,
    /// Where outputs are written.
    pub(super) save_to: Option<SaveTo>,
}

impl Kept {
    /// What a saved conversion goes on with.
    pub(super) fn of(saved: &Saved) -> Self {
        let [named, marks] = [NAMED, MARKS].map(|name| pairs(saved.value().get(name)));
        Self { last: Some(saved.clone()), named, marks, ..Self::default() }
    }

    fn noted(&self, saved: Saved) -> Saved {
        saved.with(NAMED, written(&self.named)).with(MARKS, written(&self.marks))
    }
}

impl Conversion {
    /// From now on requests have a [`checkpoint`](crate::Request::checkpoint), so that another program can go on: those that
    /// may change something on the service, and the first one after the conversion has moved on.
    ///
    /// A program may also end between giving an output its name and saving that. A host that puts outputs into folders tells
    /// before by what their files will be known again ([`Conversion::naming`]). A program that goes on loads the output once more,
    /// finds the name taken, and by [`Conversion::is_output`] that this very output has it.
    ///
    /// ```
    /// use cloudconvert_core::{Action, Api, Conversion, Policy, Timestamp};
    ///
    /// let api = Api::new("https://api.example.com/v1", None)?;
    /// let mut conversion = Conversion::follow(&api, "https://api.example.com/process/1", Policy::default(), 1)?;
    /// conversion.keep_states();
    /// let Action::Send(request) = conversion.poll(Timestamp::from_millis(0)) else { panic!("it asks how far it is") };
    /// assert!(request.checkpoint.is_some(), "another program has to know of it");
    /// # Ok::<(), cloudconvert_core::Error>(())
    /// ```
    pub fn keep_states(&mut self) {
        self.kept.get_or_insert_default().keeps = true;
    }

    /// Outputs are gone with the program, as in memory: another one loads them anew, and is not told that all is done but to
    /// delete them on the service.
    pub fn forget_outputs(&mut self) {
        self.kept.get_or_insert_default().forgets = true;
    }

    /// What is to be kept before the request is sent that is handed out now, if anything.
    pub(super) fn checkpoint(&mut self) -> Option<String> {
        let place = Some((self.stage(), self.remote.id.clone()));
        let kept = self.kept.as_ref().filter(|kept| kept.keeps)?;
        if !self.flight.changes() && place == kept.place || self.would_lose() {
            return None;
        }
        let saved = self.save();
        let text = saved.to_json(&self.setup.api);
        let kept = self.kept.as_mut()?;
        (kept.place, kept.last) = (place, Some(saved));
        Some(text)
    }

    /// What another process needs to go on. Requests that are out count as lost, and outputs that have no names yet are
    /// downloaded anew.
    ///
    /// It holds neither the key nor content, credentials, signed URLs or forms: where those are needed, the service is
    /// asked for them once more. Of the job it holds all else as long as it may have to be created: the URL of an input with
    /// its query, the callback, the tag, the options. Afterwards it holds the formats and the names of files alone, and whether
    /// the service stores or keeps the output.
    pub fn save(&self) -> Saved {
        let Some(kept) = &self.kept else { return self.state() };
        match &kept.last {
            Some(last) if self.would_lose() => last.clone(),
            _ if kept.forgets => kept.noted(self.state().without_downloads()),
            _ => kept.noted(self.state()),
        }
    }

    /// Whether another program would delete on the service what is only here.
    fn would_lose(&self) -> bool {
        self.kept.as_ref().is_some_and(|kept| kept.forgets) && self.at.cleans() && self.has_succeeded()
    }

    /// Outputs are about to get their names: pairs of an output, and what its file will be known by under whatever name, in
    /// the host's own words. Tells what is to be kept before, as JSON: the state that was kept last, in which these outputs are
    /// not loaded yet, and the marks. Not for files that replace others.
    pub fn naming(&mut self, outputs: Vec<(String, String)>) -> Option<String> {
        if outputs.is_empty() {
            return None;
        }
        let kept = self.kept.get_or_insert_default();
        kept.marks.extend(outputs);
        let last = kept.last.take()?;
        let saved = kept.noted(last);
        let text = kept.keeps.then(|| saved.to_json(&self.setup.api));
        kept.last = Some(saved);
        text
    }

    /// An output has this name now, in the folder that the user chose.
    pub(super) fn note(&mut self, output: String, name: String) {
        let kept = self.kept.get_or_insert_default();
        kept.marks.retain(|(other, _)| *other != output);
        kept.named.retain(|(other, _)| *other != output);
        kept.named.push((output, name));
    }

    /// The outputs that have names in a folder, and these.
    pub fn names(&self) -> &[(String, String)] {
        self.kept.as_ref().map_or(&[], |kept| &kept.named)
    }

    /// Whether a file that is known by this mark is this output, which an earlier program named.
    pub fn is_output(&self, output: &str, mark: &str) -> bool {
        let marks = self.kept.iter().flat_map(|kept| &kept.marks);
        marks.into_iter().any(|(name, known)| name == output && known == mark)
    }
}

fn written(pairs: &[(String, String)]) -> Option<Vec<Value<'static>>> {
    let pair =
        |(output, text): &(String, String)| Value::from(vec![output.clone().into(), text.clone().into()]);
    (!pairs.is_empty()).then(|| pairs.iter().map(pair).collect())
}

fn pairs(value: &Value<'_>) -> Vec<(String, String)> {
    let pair = |pair: &Value<'_>| match pair.items() {
        [output, text] => Some((output.text()?.to_owned(), text.text()?.to_owned())),
        _ => None,
    };
    value.items().iter().filter_map(pair).collect()
}
