//! HMAC-SHA256 in lower-case hex, as webhooks and signed URLs carry it.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The signature of these bytes.
pub(crate) fn sign(secret: &str, bytes: &[u8]) -> String {
    hex::encode(mac(secret, bytes).finalize().into_bytes())
}

/// Whether a signature is the one of these bytes. How long this takes does not tell how much of it is right.
pub(crate) fn is_signed(secret: &str, bytes: &[u8], signature: &str) -> bool {
    hex::decode(signature.trim()).is_ok_and(|signature| mac(secret, bytes).verify_slice(&signature).is_ok())
}

#[allow(clippy::expect_used)]
fn mac(secret: &str, bytes: &[u8]) -> Hmac<Sha256> {
    let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(secret.as_bytes());
    mac.expect("HMAC takes a key of any length").chain_update(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_that_of_rfc_4231() {
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(sign("Jefe", b"what do ya want for nothing?"), expected);
        assert!(is_signed("Jefe", b"what do ya want for nothing?", &expected.to_ascii_uppercase()));
        for wrong in ["", "5b", "5", "zz", &expected[..62], &[expected, "00"].concat(), "é"] {
            assert!(!is_signed("Jefe", b"what do ya want for nothing?", wrong), "{wrong}");
        }
        assert!(!is_signed("jefe", b"what do ya want for nothing?", expected));
    }
}
