//! Saved states of a conversion, for whoever asked for them.

use cloudconvert_core::{Api, Checkpoint, Conversion, Value};
use js_sys::Reflect;
use wasm_bindgen::JsValue;

/// Adds the state that is to be kept to a request that is about to be sent.
pub(crate) struct Keeper {
    api: Api,
    checkpoint: Checkpoint,
}

impl Keeper {
    /// One where the member `checkpoint` of a wish says where outputs are: in `files`, or in `memory`.
    pub(crate) fn of(api: &Api, wish: &Value<'_>) -> Option<Self> {
        let checkpoint = match wish.get("checkpoint").text()? {
            "files" => Checkpoint::default(),
            _ => Checkpoint::default().forgetting(),
        };
        Some(Self { api: api.clone(), checkpoint })
    }

    /// The state as it is while this request is out, if it has to be kept.
    pub(crate) fn saved(&mut self, conversion: &Conversion) -> Option<Kept> {
        let saved = self.checkpoint.before_sending(conversion)?;
        // Outputs stay behind in this program until all are whole.
        let state = saved.without_downloads().to_json(&self.api);
        Some(Kept { state, needs: conversion.needs().name(), failed: conversion.is_failed() })
    }
}

/// What is kept before a request is sent.
pub(crate) struct Kept {
    state: String,
    needs: &'static str,
    failed: bool,
}

/// Puts it beside the request.
pub(crate) fn put(sending: &JsValue, kept: Option<Kept>) {
    if let Some(Kept { state, needs, failed }) = kept {
        let _ = Reflect::set(sending, &"saved".into(), &state.into());
        let _ = Reflect::set(sending, &"needs".into(), &needs.into());
        let _ = Reflect::set(sending, &"hasFailed".into(), &failed.into());
    }
}
