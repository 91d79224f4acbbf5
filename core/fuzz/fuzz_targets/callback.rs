//! Callback queries, which anybody may send.
#![no_main]

use cloudconvert_core::{Api, Callback};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|called: &str| {
    let api = Api::new("https://api.example.com/v1", None).unwrap();
    if let Ok(callback) = Callback::read(&api, called) {
        assert!(callback.id.is_some() || callback.url.is_some());
        if let Some(url) = callback.url {
            assert!(url.starts_with("https://") && url.split(['/', '?', '#']).nth(2).unwrap().contains(".example.com"), "{url}");
        }
    }
});
