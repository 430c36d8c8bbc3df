//! How requests to receivers are signed.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The header `Webhook-Signature` of a request with `body`, sent `seconds` after the Unix epoch:
/// `t=…,v1=…`, the second of which is the HMAC-SHA-256, in hexadecimal digits, of the first, a full stop and
/// the body. A receiver computes the same, and refuses what is older than some minutes.
pub fn signature(secret: &str, seconds: i64, body: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = format!("t={seconds},v1=");
    // A key may have any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return text };
    mac.update(seconds.to_string().as_bytes());
    mac.update(b".");
    mac.update(body);
    for byte in mac.finalize().into_bytes() {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By `printf '1.{}' | openssl dgst -sha256 -hmac whsec_1`.
    #[test]
    fn the_signature_is_that_of_others() {
        let expected = "t=1,v1=f1ee2c2aeec54799513f774d06f9a665c3082cf76906ba81a8f7e543d31efaed";
        assert_eq!(signature("whsec_1", 1, b"{}"), expected);
    }
}
