//! URLs by what every JavaScript runtime has; for both crates that become WebAssembly.

use cloudconvert_core::Url;

pub(crate) fn resolve(base: &str, reference: &str) -> Option<Url> {
    let url = web_sys::Url::new_with_base(reference, base).ok()?;
    url.set_hash("");
    Some(Url {
        href: url.href(),
        host: url.hostname(),
        has_credentials: !url.username().is_empty() || !url.password().is_empty(),
    })
}
