//! Where clients find the service.

use std::net::Ipv6Addr;
use std::str::FromStr;

/// Where clients find the service, when they do not reach it directly.
///
/// ```
/// let url: cloudconvert_sandbox::PublicUrl = "https://convert.example.org".parse()?;
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    pub(crate) host: String,
    pub(crate) secure: bool,
}

impl FromStr for PublicUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let host = host.map(|host| host.trim_end_matches('/')).filter(|host| is_host(host));
        let host =
            host.ok_or("expected http:// or https:// and a host, for example https://convert.example.org")?;
        Ok(Self { host: host.to_owned(), secure: text.starts_with("https:") })
    }
}

/// Whether a text is a host, with a port or without: a name, an address, or one of IPv6 in brackets.
pub(crate) fn is_host(text: &str) -> bool {
    let (name, port) = match text.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
        _ => (text, None),
    };
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok();
    let of_label = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let is_label = |label: &str| {
        !label.is_empty() && !label.starts_with('-') && !label.ends_with('-') && label.bytes().all(of_label)
    };
    let is_name = match name.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        // A point at its end says that nothing is left out.
        None => name.len() <= 255 && name.strip_suffix('.').unwrap_or(name).split('.').all(is_label),
    };
    is_name && port.is_none_or(is_port)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_host() {
        for host in
            ["localhost", "127.0.0.1:80", "a-b.example.org:65535", "[::1]", "[::1]:8080", "my_host", "a.b."]
        {
            assert!(is_host(host), "{host}");
        }
        for other in [
            "", " ", "a b", "user@a", "a:b", "a:", "a:65536", "a:+1", ":80", "::1", "[::1", "[a]", "a/b",
            "ä", "a\"", "a?b", "-a", "a-", "a..b", ".", "..", ".a", "a.-b:80",
        ] {
            assert!(!is_host(other), "{other}");
        }
        assert!("https://convert.example.org/".parse::<PublicUrl>().is_ok());
        for other in ["convert.example.org", "ftp://a", "https://a/b", "https://u@a", "https://"] {
            assert!(other.parse::<PublicUrl>().is_err(), "{other}");
        }
    }
}
