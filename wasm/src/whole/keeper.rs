//! Saved states of a conversion, where they are asked for.

use cloudconvert_core::{Action, Conversion, Value};
use js_sys::Reflect;
use wasm_bindgen::JsValue;

use crate::action::to_action;
use crate::platform::{from_js, to_js};

/// Keeps states of a conversion where the member `checkpoint` of its wish says where outputs are: in `files` or in `memory`.
pub(crate) fn keeping(mut conversion: Conversion, wish: &Value<'_>) -> Conversion {
    let outputs = wish.get("checkpoint").text();
    if outputs.is_some() {
        conversion.keep_states();
    }
    if outputs == Some("memory") {
        conversion.forget_outputs();
    }
    conversion
}

/// An action with what is to be kept before, as `npm/src/machine.ts` declares it.
pub(crate) fn with_checkpoint(conversion: &Conversion, mut action: Action<Value<'static>>) -> JsValue {
    let saved = if let Action::Send(request) = &mut action { request.checkpoint.take() } else { None };
    let action = to_action(action);
    if let Some(saved) = saved {
        let mut kept = Value::object();
        kept.set("saved", saved);
        kept.set("needs", conversion.needs().name());
        kept.set("hasFailed", conversion.is_failed());
        let _ = Reflect::set(&action, &"kept".into(), &to_js(&kept));
    }
    action
}

/// Pairs of an output, and by what its file is known.
pub(crate) fn marks(outputs: &JsValue) -> Vec<(String, String)> {
    let pair = |pair: &Value<'_>| match pair.items() {
        [output, mark] => Some((output.text()?.to_owned(), mark.text()?.to_owned())),
        _ => None,
    };
    from_js(outputs).unwrap_or_default().items().iter().filter_map(pair).collect()
}
