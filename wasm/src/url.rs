//! URLs by what every JavaScript runtime has; for both crates that become WebAssembly.

use cloudconvert_core::Url;

pub(crate) fn resolve(base: &str, reference: &str) -> Option<Url> {
    Some(Url::new(web_sys::Url::new_with_base(reference, base).ok()?.href()))
}
