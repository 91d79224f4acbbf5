//! The address that answers when a job has ended, which belongs to an API address by a documented rule.
//!
//! API documentation: <https://cloudconvert.com/api/v2#wait>.

use crate::platform::Url;

/// `https://sync.api…` of `https://api…`, also behind a region (`https://eu-central.sync.api…`) and with the sandbox. Other
/// services have none.
pub(super) fn origin(base: &Url) -> Option<String> {
    let (region, rest) = match base.host.strip_suffix("api.cloudconvert.com") {
        Some(region) => (region, "api.cloudconvert.com"),
        None => (base.host.strip_suffix("api.sandbox.cloudconvert.com")?, "api.sandbox.cloudconvert.com"),
    };
    let named = |region: &str| !region.is_empty() && !region.contains('.');
    let plain = region.is_empty() || region.strip_suffix('.').is_some_and(named);
    (plain && base.origin() == ["https://", &base.host].concat())
        .then(|| ["https://", region, "sync.", rest].concat())
}

/// Whether a host is one of the service itself, and of no relay or other service.
pub(super) fn is_the_service(base: &Url) -> bool {
    base.host.ends_with(".cloudconvert.com")
}
