//! Links to files: signed, and valid for a time.

use std::time::{SystemTime, UNIX_EPOCH};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::sign::Signer;

/// A link to a file of a task: who has it, has the file, until it expires.
pub(super) struct Link<'a> {
    pub(super) task: &'a str,
    /// Which of its files it is, from 0: several may have the same name.
    pub(super) number: usize,
    pub(super) name: &'a str,
    /// In Unix seconds.
    pub(super) expires: u64,
    pub(super) inline: bool,
}

impl<'a> Link<'a> {
    pub(super) fn new(
        task: &'a str,
        (number, name): (usize, &'a str),
        inline: bool,
        expires: SystemTime,
    ) -> Self {
        let expires = expires.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        Self { task, number, name, expires, inline }
    }

    fn unsigned(&self) -> String {
        let name = utf8_percent_encode(self.name, NON_ALPHANUMERIC);
        let inline = if self.inline { "&inline=1" } else { "" };
        format!("/v2/storage/{}/{name}?file={}&expires={}{inline}", self.task, self.number, self.expires)
    }

    /// Whether this is its query with its signature, and nothing else is.
    pub(super) fn is_query(&self, query: &str, signature: &str) -> bool {
        let unsigned = self.unsigned();
        let own = unsigned.split_once('?').map_or("", |(_, query)| query);
        query.strip_prefix(own).and_then(|rest| rest.strip_prefix("&signature=")) == Some(signature)
            && !signature.bytes().any(|byte| byte.is_ascii_uppercase())
    }

    /// Its path and query.
    pub(super) fn path(&self, signer: &Signer) -> String {
        let unsigned = self.unsigned();
        format!("{unsigned}&signature={}", signer.sign(unsigned.as_bytes()))
    }

    pub(super) fn is_signed(&self, signer: &Signer, signature: &str) -> bool {
        signer.is_signed(self.unsigned().as_bytes(), signature)
    }

    pub(super) fn has_expired(&self, now: SystemTime) -> bool {
        now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs() > self.expires
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_link_is_valid_for_a_time() {
        let (now, hour) = (SystemTime::now(), Duration::from_hours(1));
        let link = Link::new("a", (0, "a.png"), false, now + hour);
        assert!(!link.has_expired(now) && !link.has_expired(now + hour));
        assert!(link.has_expired(now + hour + Duration::from_secs(1)));
    }
}
