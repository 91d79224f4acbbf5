//! When a conversion is to be saved, and what of its outputs: which have their names, and by what those are known again that
//! were about to get them.

use super::{Conversion, Saved, Stage};
use crate::json::Value;

/// The members of a saved state.
const NAMED: &str = "named";
const MARKS: &str = "marks";

/// Tells when a running conversion is to be saved, so that another program can go on with it: before each request that may
/// change something on the service, and when the conversion has moved on.
///
/// A program may also end between giving an output its name and saving that. A host that puts outputs into folders tells
/// before by what their files will be known again ([`Checkpoint::naming`]), and afterwards which names they have
/// ([`Checkpoint::named`]). Whoever goes on loads the output once more, finds the name taken, and by [`Checkpoint::is_output`]
/// that this very output has it.
///
/// ```
/// use cloudconvert_core::{Action, Api, Checkpoint, Conversion, Policy, Timestamp};
///
/// let api = Api::new("https://api.example.com/v1", None)?;
/// let mut conversion = Conversion::follow(&api, "https://api.example.com/process/1", Policy::default(), 1)?;
/// let mut checkpoint = Checkpoint::default();
/// let now = Timestamp::from_millis(0);
/// let Action::Send(request) = conversion.poll(now) else { panic!("it asks how far the conversion is") };
/// assert!(checkpoint.before_sending(&conversion).is_some(), "another program has to know of it");
/// assert!(checkpoint.before_sending(&conversion).is_none(), "asking once more changes nothing");
/// # Ok::<(), cloudconvert_core::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Checkpoint {
    /// Where the conversion was when it was saved last.
    place: Option<(Stage, Option<String>)>,
    last: Option<Saved>,
    /// Outputs that have names, and these.
    named: Vec<(String, String)>,
    /// Outputs that were about to get names, and by what their files are known.
    marks: Vec<(String, String)>,
    /// Whether outputs are gone with the program.
    forgets: bool,
}

impl Checkpoint {
    /// One that goes on where a saved conversion is taken up again.
    pub fn of(saved: &Saved) -> Self {
        let [named, marks] = [NAMED, MARKS].map(|name| pairs(saved.value().get(name)));
        Self { place: None, last: Some(saved.clone()), named, marks, forgets: false }
    }

    /// The same for a host whose outputs are gone with its program, as in memory: another one loads them anew, and is not told
    /// that all is done but to delete them on the service.
    #[must_use]
    pub fn forgetting(self) -> Self {
        Self { forgets: true, ..self }
    }

    /// What is to be kept before the request is sent that the last poll handed out, if anything.
    pub fn before_sending(&mut self, conversion: &Conversion) -> Option<Saved> {
        let place = Some((conversion.stage(), conversion.remote.id.clone()));
        if !conversion.flight.changes() && place == self.place || self.would_lose(conversion) {
            return None;
        }
        self.place = place;
        let saved = self.save(conversion);
        self.last = Some(saved.clone());
        Some(saved)
    }

    /// What another program needs to go on now, with what is known of outputs.
    pub fn save(&self, conversion: &Conversion) -> Saved {
        match &self.last {
            Some(last) if self.would_lose(conversion) => last.clone(),
            _ if self.forgets => self.noted(conversion.save().without_downloads()),
            _ => self.noted(conversion.save()),
        }
    }

    /// Whether another program would delete on the service what is only here.
    fn would_lose(&self, conversion: &Conversion) -> bool {
        self.forgets && conversion.at.cleans() && conversion.has_succeeded()
    }

    /// Outputs are about to get their names: pairs of an output, and what its file will be known by under whatever name, in
    /// the host's own words. Tells what is to be kept before: the state that was kept last, in which these outputs are not
    /// loaded yet, and the marks. Not for files that replace others.
    pub fn naming(&mut self, outputs: Vec<(String, String)>) -> Option<Saved> {
        if outputs.is_empty() {
            return None;
        }
        self.marks.extend(outputs);
        let last = self.last.take()?;
        let saved = self.noted(last);
        self.last = Some(saved.clone());
        Some(saved)
    }

    /// An output has this name now, in the folder that the user chose.
    pub fn named(&mut self, output: &str, name: &str) {
        self.marks.retain(|(other, _)| other != output);
        self.named.retain(|(other, _)| other != output);
        self.named.push((output.to_owned(), name.to_owned()));
    }

    /// The outputs that have names, and these.
    pub fn names(&self) -> &[(String, String)] {
        &self.named
    }

    /// Whether a file that is known by this mark is this output, which an earlier program named.
    pub fn is_output(&self, output: &str, mark: &str) -> bool {
        self.marks.iter().any(|(name, known)| name == output && known == mark)
    }

    fn noted(&self, saved: Saved) -> Saved {
        saved.with(NAMED, written(&self.named)).with(MARKS, written(&self.marks))
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
