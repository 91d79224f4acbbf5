//! What came back: an answer, or the reason why there is none.

use std::fmt;

/// A whole answer.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Header names (in any case) and values. A browser shows a page only some of them.
    pub headers: Vec<(String, String)>,
    /// The body, unless it went into a file.
    pub body: Vec<u8>,
    /// How long the file is now, if the body went into one, with what earlier answers left in it.
    pub received: u64,
    /// The URL that answered, where the host cannot help following redirects (as in browsers): it has to be a URL of the
    /// service too.
    pub url: Option<String>,
}

impl Response {
    /// The value of the first header of this name (given in lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("received", &self.received)
            .finish_non_exhaustive()
    }
}

/// Why there is no answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// No connection, or it broke before the answer was whole: what the request did is not known.
    Connection,
    /// There never was a connection: its name was not found, it refused, there is no way to it, the handshake of TLS failed,
    /// a proxy refused it. No byte of the request left. A host tells this only where it is certain: what costs is
    /// then sent again.
    Unreached,
    /// The host's own limit on time struck.
    Timeout,
    /// No connection, for a reason that cannot pass by itself: a certificate that is refused, another protocol than
    /// expected, an address that is not valid. It is told at once, and nothing is repeated. The text says which, and what
    /// to do.
    Permanent(String),
    /// The server answered with a redirect that the host may not show, or that leads nowhere (as in browsers).
    Redirect,
    /// The input cannot be read; the text says why.
    Input(String),
    /// The output cannot be written, or what is whole cannot be given its name; the text says why. Told of a deletion,
    /// instead of sending it, it leaves the output on the service.
    Sink(String),
}
