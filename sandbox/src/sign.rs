//! Signatures: of upload forms, of download links, and of webhooks. HMAC-SHA256 in lower-case hex.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Signs with a secret, and checks what was signed.
#[derive(Clone)]
pub(crate) struct Signer(Vec<u8>);

impl Signer {
    /// With this secret.
    pub(crate) fn new(secret: impl Into<Vec<u8>>) -> Self {
        Self(secret.into())
    }

    /// A secret that nobody else knows.
    ///
    /// # Panics
    /// Where the operating system gives no random bytes.
    pub(crate) fn random_secret() -> Vec<u8> {
        let mut secret = vec![0_u8; 32];
        getrandom::fill(&mut secret).expect("the operating system gives random bytes");
        secret
    }

    pub(crate) fn sign(&self, bytes: &[u8]) -> String {
        hex::encode(self.mac(bytes).finalize().into_bytes())
    }

    /// In constant time.
    pub(crate) fn is_signed(&self, bytes: &[u8], signature: &str) -> bool {
        let is_lower = !signature.bytes().any(|byte| byte.is_ascii_uppercase());
        is_lower
            && hex::decode(signature).is_ok_and(|signature| self.mac(bytes).verify_slice(&signature).is_ok())
    }

    fn mac(&self, bytes: &[u8]) -> Hmac<Sha256> {
        let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.0);
        mac.expect("HMAC takes a secret of any length").chain_update(bytes)
    }
}
