//! Saved states of a conversion, for whoever asked for them.

use cloudconvert_core::{Api, Checkpoint, Conversion, Saved, Value};
use wasm_bindgen::JsValue;

use crate::platform::to_js;

/// Tells the state that is to be kept before a request is sent, and knows outputs that an earlier program named.
pub(crate) struct Keeper {
    api: Api,
    checkpoint: Checkpoint,
    /// Whether somebody wants states.
    keeps: bool,
}

impl Keeper {
    /// One where the member `checkpoint` of a wish says where outputs are, in `files` or in `memory`, or where the wish is to
    /// go on with what was `saved`.
    pub(crate) fn of(api: &Api, wish: &Value<'_>) -> Option<Self> {
        let (outputs, saved) = (wish.get("checkpoint").text(), wish.get("saved").text());
        let checkpoint = match saved.and_then(|saved| Saved::from_json(api, saved).ok()) {
            Some(saved) => Checkpoint::of(&saved),
            None => Checkpoint::default(),
        };
        let checkpoint = if outputs == Some("memory") { checkpoint.forgetting() } else { checkpoint };
        (outputs.is_some() || saved.is_some()).then(|| Self {
            api: api.clone(),
            checkpoint,
            keeps: outputs.is_some(),
        })
    }

    /// As [`Checkpoint::naming`], of pairs of an output and its mark.
    pub(crate) fn naming(&mut self, outputs: &Value<'_>) -> Option<String> {
        let pair = |pair: &Value<'_>| match pair.items() {
            [output, mark] => Some((output.text()?.to_owned(), mark.text()?.to_owned())),
            _ => None,
        };
        let saved = self.checkpoint.naming(outputs.items().iter().filter_map(pair).collect())?;
        self.keeps.then(|| saved.without_downloads().to_json(&self.api))
    }

    /// As [`Checkpoint::named`].
    pub(crate) fn named(&mut self, output: &str, name: &str) {
        self.checkpoint.named(output, name);
    }

    /// As [`Checkpoint::is_output`].
    pub(crate) fn is_output(&self, output: &str, mark: &str) -> bool {
        self.checkpoint.is_output(output, mark)
    }

    /// The state as it is while this request is out, if it has to be kept, as `npm/src/machine.ts` declares it.
    pub(crate) fn saved(&mut self, conversion: &Conversion) -> JsValue {
        let Some(saved) = self.checkpoint.before_sending(conversion).filter(|_| self.keeps) else {
            return JsValue::NULL;
        };
        let mut kept = Value::object();
        // Outputs stay behind in this program until all are whole.
        kept.set("saved", saved.without_downloads().to_json(&self.api));
        kept.set("needs", conversion.needs().name());
        kept.set("hasFailed", conversion.is_failed());
        to_js(&kept)
    }
}
