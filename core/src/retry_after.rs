//! `Retry-After`: when the service asks to come back.
//!
//! API documentation, "Throttling": 429 and 503 carry `Retry-After` in seconds.

use std::time::Duration;

use crate::http::Response;
use crate::platform::Platform;
use crate::time::{Timestamp, times};

/// How long an answer asks to wait: seconds or an HTTP date (RFC 9110, 10.2.3).
pub fn retry_after(platform: &dyn Platform, response: &Response, now: Timestamp) -> Option<Duration> {
    asked(platform, response, now).map(Duration::from_millis)
}

/// The same in milliseconds.
pub(crate) fn asked(platform: &dyn Platform, response: &Response, now: Timestamp) -> Option<u64> {
    let text = response.header("retry-after")?.trim_ascii();
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        return Some(text.parse::<u64>().map_or(u64::MAX, |seconds| times(seconds, 1000)));
    }
    // Every form of an HTTP date begins with the name of a day; readers of dates take much else for one.
    let date = |text: &str| text.as_bytes().first()?.is_ascii_alphabetic().then(|| platform.date(text))?;
    // The date is one of the service's clock, which need not be that of the host.
    let there = response.header("date").and_then(|text| date(text.trim_ascii()));
    Some(date(text)?.since(there.unwrap_or(now)))
}

#[cfg(all(test, feature = "native"))]
mod tests {
    use super::*;

    fn answer(value: &str) -> Response {
        Response { status: 429, headers: vec![("Retry-After".into(), value.into())], ..Response::default() }
    }

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_date() {
        let now = Timestamp::from_millis(1_700_000_000_000);
        let wait = |value: &str| retry_after(&crate::Native, &answer(value), now);
        assert_eq!(wait("30"), Some(Duration::from_secs(30)));
        assert_eq!(wait("Tue, 14 Nov 2023 22:13:50 GMT"), Some(Duration::from_secs(30)));
        assert_eq!(wait("Tue, 14 Nov 2000 22:13:50 GMT"), Some(Duration::ZERO));
        assert_eq!(wait("99999999999999999999"), Some(Duration::from_millis(u64::MAX)));
        let mut elsewhere = answer("Fri, 01 Jan 2038 00:01:00 GMT");
        elsewhere.headers.push(("Date".into(), "Fri, 01 Jan 2038 00:00:00 GMT".into()));
        assert_eq!(
            retry_after(&crate::Native, &elsewhere, now),
            Some(Duration::from_mins(1)),
            "a clock that is set otherwise"
        );
        for nonsense in ["", "soon", "-1", "1.5"] {
            assert_eq!(wait(nonsense), None, "{nonsense}");
        }
    }
}
