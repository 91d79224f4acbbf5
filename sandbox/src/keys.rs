//! Keys: which are accepted, and how those are slowed down who guess.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, header};
use subtle::ConstantTimeEq;

use crate::error::ApiError;

/// So many wrong keys from one address are a mistake.
const MISTAKES: u32 = 5;
/// Further ones are answered one after another, at this distance.
const PAUSE: Duration = Duration::from_millis(250);
/// Those that would wait longer are told to come back.
const LONGEST: Duration = Duration::from_secs(10);
/// When the wrong keys of an address are forgotten, after the last of them. Right keys in between change nothing: who has one
/// may still guess another.
const FORGET: Duration = Duration::from_mins(1);
/// How many addresses are remembered.
const MAX_ADDRESSES: usize = 1000;

/// Keys that are accepted.
pub(crate) struct Keys {
    keys: Vec<String>,
    guesses: Mutex<HashMap<IpAddr, Guesses>>,
}

/// The wrong keys that came from an address.
struct Guesses {
    count: u32,
    last: Instant,
    /// When the next wrong key is answered.
    next: Instant,
}

impl Keys {
    pub(crate) fn new(keys: Vec<String>) -> Self {
        Self { keys, guesses: Mutex::default() }
    }

    /// The key, if it is one of these. How long that takes tells nothing about them.
    pub(crate) fn check(&self, sent: Option<String>) -> Result<String, ApiError> {
        let sent = sent.ok_or_else(|| {
            ApiError::new(401, "An API key is needed: send it as Authorization: Bearer KEY")
        })?;
        let known = self
            .keys
            .iter()
            .fold(false, |known, key| known | bool::from(key.as_bytes().ct_eq(sent.as_bytes())));
        if known { Ok(sent) } else { Err(ApiError::new(401, "Invalid API key")) }
    }

    /// Notes a wrong key from an address. How long its answer has to wait; an error instead where there are too many already.
    pub(crate) fn pause(&self, address: IpAddr) -> Result<Duration, ApiError> {
        let (address, now) = (neighbourhood(address), Instant::now());
        let mut guesses = self.guesses.lock().unwrap_or_else(PoisonError::into_inner);
        if guesses.len() >= MAX_ADDRESSES {
            guesses.retain(|_, guesses| now < guesses.last + FORGET);
        }
        if guesses.len() >= MAX_ADDRESSES {
            guesses.clear();
        }
        let known = guesses.entry(address).or_insert(Guesses { count: 0, last: now, next: now });
        if now >= known.last + FORGET {
            *known = Guesses { count: 0, last: now, next: now };
        }
        known.count = known.count.saturating_add(1);
        known.last = now;
        if known.count <= MISTAKES {
            return Ok(Duration::ZERO);
        }
        let turn = known.next.max(now) + PAUSE;
        if turn > now + LONGEST {
            let message = "Too many invalid API keys came from your address".to_owned();
            return Err(ApiError { status: 429, message, retry_after: Some(LONGEST.as_secs()) });
        }
        known.next = turn;
        Ok(turn - now)
    }
}

/// An address; of IPv6 the network, of which whoever has one address has all.
fn neighbourhood(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        address @ IpAddr::V4(_) => address,
    }
}

/// The key in an `Authorization` header.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, key) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guesses_are_slowed_down_by_address() {
        let keys = Keys::new(vec!["right".to_owned()]);
        let here = IpAddr::from([192, 0, 2, 1]);
        let wrong = |address: IpAddr| keys.pause(address);
        for _ in 0..MISTAKES {
            assert_eq!(wrong(here).unwrap(), Duration::ZERO);
        }
        let mut waited = Duration::ZERO;
        while let Ok(pause) = wrong(here) {
            assert!(pause > waited && pause <= LONGEST, "{pause:?}");
            waited = pause;
        }
        assert_eq!(wrong(here).unwrap_err().status, 429);
        assert_eq!(wrong([192, 0, 2, 2].into()).unwrap(), Duration::ZERO);
        let neighbours: Vec<bool> = (0..20)
            .map(|number: u16| wrong(IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, number])).unwrap().is_zero())
            .collect();
        assert_eq!(neighbours.iter().filter(|free| **free).count(), MISTAKES as usize);
    }

    #[test]
    fn addresses_are_bounded() {
        let keys = Keys::new(Vec::new());
        for number in 0..100_000_u32 {
            let _ = keys.pause(IpAddr::from(number.to_be_bytes()));
        }
        assert!(keys.guesses.lock().unwrap().len() <= MAX_ADDRESSES);
    }
}
