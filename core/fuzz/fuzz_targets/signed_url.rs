//! Signed URLs: what was signed is read again, what was altered is not, and nothing else is believed.
#![no_main]

use cloudconvert_core::{Native, Platform, SignedUrl};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, &str, &str, Option<&str>, &str, usize)| {
    let (base, secret, job, cache_key, foreign, at) = input;
    assert!(SignedUrl::verify(&Native, foreign, secret).is_err(), "nobody signed this");
    let Some(job) = Native.parse(job) else { return };
    let Ok(url) = SignedUrl::sign(&Native, base, secret, &job, cache_key) else { return };
    let read = SignedUrl::verify(&Native, &url, secret).unwrap();
    assert_eq!(Native.write(&read.job), Native.write(&job));
    assert_eq!(read.cache_key.as_deref(), cache_key);
    let mut altered = url.into_bytes();
    let end = altered.len() - 64;
    let at = at % end;
    altered[at] ^= 1;
    if let Ok(altered) = String::from_utf8(altered) {
        assert!(SignedUrl::verify(&Native, &altered, secret).is_err(), "{altered}");
    }
});
