//! A report at rest, as saved states hold it.

use super::report::{Artifact, Outcome, Report, State, facts};
use crate::json::Value;

impl Report {
    /// What [`Report::from_value`] reads, as far as a saved conversion needs it. URLs only where they are not signed.
    pub(crate) fn to_value(&self, urls: bool) -> Value<'static> {
        let mut value = Value::object();
        value.set_some("label", self.label.clone().map(Value::String));
        value.set_some("percent", self.percent);
        value.set("message", self.message.clone());
        value.set_some("info", self.info.as_deref().cloned());
        if !self.live.is_empty() {
            value.set("live", self.live.iter().cloned().map(Value::from).collect::<Vec<_>>());
        }
        value.set_some("outcome", self.outcome().map(|outcome| outcome.to_value(urls)));
        value
    }

    pub(crate) fn from_value(value: &Value<'_>) -> Self {
        let outcome = value.get("outcome");
        Self {
            state: match outcome {
                Value::Object(_) => State::Finished(Box::new(Outcome::from_value(outcome))),
                _ => State::Running,
            },
            percent: value.get("percent").number().filter(|percent| (0.0..=100.0).contains(percent)),
            label: value.get("label").text().map(|label| label.to_owned().into()),
            message: value.get("message").text().unwrap_or_default().to_owned(),
            info: facts(value.get("info")),
            live: texts(value.get("live")),
        }
    }
}

impl Outcome {
    fn to_value(&self, urls: bool) -> Value<'static> {
        let mut value = self.whole.to_value(urls);
        if !self.each.is_empty() {
            value.set("each", self.each.iter().map(|artifact| artifact.to_value(urls)).collect::<Vec<_>>());
        }
        if !self.stored.is_empty() {
            value.set("stored", self.stored.iter().cloned().map(Value::from).collect::<Vec<_>>());
        }
        value
    }

    fn from_value(value: &Value<'_>) -> Self {
        Self {
            whole: Artifact::from_value(value),
            each: value.get("each").items().iter().map(Artifact::from_value).collect(),
            stored: texts(value.get("stored")),
            elsewhere: false,
        }
    }
}

impl Artifact {
    fn to_value(&self, urls: bool) -> Value<'static> {
        let mut value = Value::object();
        value.set_some("url", self.url.clone().filter(|_| urls));
        value.set_some("file", self.file.clone());
        value.set_some("name", self.name.clone());
        value.set_some("size", self.size);
        value
    }

    fn from_value(value: &Value<'_>) -> Self {
        let field = |name| value.get(name).text().map(str::to_owned);
        Self {
            url: field("url"),
            file: field("file"),
            name: field("name"),
            size: value.get("size").unsigned(),
        }
    }
}

fn texts(value: &Value<'_>) -> Vec<String> {
    value.items().iter().filter_map(|text| text.text().map(str::to_owned)).collect()
}
