//! The proof that a request comes from Slack.
//!
//! Slack signs `v0:{timestamp}:{body}` with the app's signing secret (HMAC-SHA256) and sends
//! the time in `X-Slack-Request-Timestamp` and the result in `X-Slack-Signature`. The body is
//! taken as it came, before any decoding.

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};

/// How old a request may be, and how far ahead of our clock. Slack's own kits leave the second
/// open; a stamp from the future would make a recorded request good for that long.
const TOLERANCE_SECONDS: u64 = 5 * 60;

/// Why a request is not Slack's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    #[error("no signing secret is set")]
    NoSecret,
    #[error("the request's timestamp is not a number of seconds")]
    InvalidTimestamp,
    #[error("the request's timestamp is {seconds}s from now; check this machine's clock")]
    Stale { seconds: u64 },
    #[error("the request's signature is not v0= and 64 hex digits")]
    InvalidSignature,
    #[error("the request's signature is wrong; check the signing secret")]
    Mismatch,
}

/// Checks that `body` was signed with one of `secrets` within five minutes of `now`. Two
/// secrets hold while one replaces the other.
///
/// Takes the same time whichever byte differs and whichever secret fits.
///
/// # Errors
/// See [`SignatureError`]; all of them mean 401.
pub fn verify(
    secrets: &[SecretString],
    timestamp: &str,
    body: &[u8],
    signature: &str,
    now: Timestamp,
) -> Result<(), SignatureError> {
    // What is signed with nothing, everybody can sign.
    let mut secrets = secrets
        .iter()
        .filter(|secret| !secret.expose_secret().is_empty())
        .peekable();
    if secrets.peek().is_none() {
        return Err(SignatureError::NoSecret);
    }
    let seconds = parse_timestamp(timestamp).ok_or(SignatureError::InvalidTimestamp)?;
    let distance = now.as_second().abs_diff(seconds);
    if TOLERANCE_SECONDS < distance {
        return Err(SignatureError::Stale { seconds: distance });
    }
    let given = parse_signature(signature).ok_or(SignatureError::InvalidSignature)?;
    let matches = secrets.fold(Choice::from(0), |matches, secret| {
        matches | digest(secret, timestamp, body).ct_eq(&given)
    });
    if bool::from(matches) {
        Ok(())
    } else {
        Err(SignatureError::Mismatch)
    }
}

/// The signature that Slack would send with `body` at `timestamp`, in Unix seconds.
#[must_use]
pub fn sign(secret: &SecretString, timestamp: i64, body: &[u8]) -> String {
    format!(
        "v0={}",
        hex::encode(digest(secret, &timestamp.to_string(), body))
    )
}

fn digest(secret: &SecretString, timestamp: &str, body: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes())
        .expect("HMAC takes a key of any length");
    mac.update(b"v0:");
    mac.update(timestamp.as_bytes());
    mac.update(b":");
    mac.update(body);
    mac.finalize().into_bytes().into()
}

/// Digits only: what is signed is the text, and `+5` or ` 5` would parse as well.
fn parse_timestamp(text: &str) -> Option<i64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn parse_signature(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(text.strip_prefix("v0=")?, &mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";
    const BODY: &[u8] = b"command=%2Fgitlab&text=help&user_id=U0ANA&team_id=T0DEMO";
    const SIGNED_AT: i64 = 1_700_000_000;

    fn secret(text: &str) -> SecretString {
        SecretString::from(text)
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[track_caller]
    fn check(
        timestamp: &str,
        body: &[u8],
        signature: &str,
        now: i64,
        expected: Result<(), SignatureError>,
    ) {
        let found = verify(&[secret(SECRET)], timestamp, body, signature, at(now));
        assert_eq!(found, expected, "{timestamp} {signature} at {now}");
    }

    #[test]
    fn signatures_are_those_of_another_implementation() {
        // hmac.new(key, b"v0:1700000000:" + body, sha256).hexdigest() in Python.
        for (key, body, expected) in [
            (
                SECRET,
                BODY,
                "v0=e3ad67ad85a7bf554a1a712441ff5c5e025a232c4e96e79c84278e275e0b8276",
            ),
            (
                SECRET,
                b"".as_slice(),
                "v0=e32114b39f9a22e4b8d8778478b39e6ed0677e5562e5474c3104b4074f1917e2",
            ),
            (
                "k",
                b"\x00\xff\xfe".as_slice(),
                "v0=4a2455159b100ff46fb1408cc01c0c7562a1f9ea29eb7aad47b59d546fadc363",
            ),
        ] {
            assert_eq!(sign(&secret(key), SIGNED_AT, body), expected);
        }
    }

    #[test]
    fn a_signed_request_is_good_for_five_minutes_both_ways() {
        let signature = sign(&secret(SECRET), SIGNED_AT, BODY);
        let stamp = SIGNED_AT.to_string();
        check(&stamp, BODY, &signature, SIGNED_AT, Ok(()));
        check(&stamp, BODY, &signature, SIGNED_AT + 300, Ok(()));
        check(&stamp, BODY, &signature, SIGNED_AT - 300, Ok(()));
        for late in [SIGNED_AT + 301, SIGNED_AT - 301] {
            check(
                &stamp,
                BODY,
                &signature,
                late,
                Err(SignatureError::Stale { seconds: 301 }),
            );
        }
    }

    #[test]
    fn anything_else_is_refused() {
        let signature = sign(&secret(SECRET), SIGNED_AT, BODY);
        let stamp = SIGNED_AT.to_string();
        let now = SIGNED_AT;
        check(
            &stamp,
            b"text=other",
            &signature,
            now,
            Err(SignatureError::Mismatch),
        );
        check(
            "1700000001",
            BODY,
            &signature,
            now,
            Err(SignatureError::Mismatch),
        );
        for stamp in [
            "",
            "+1700000000",
            " 1700000000",
            "17e8",
            "99999999999999999999",
        ] {
            check(
                stamp,
                BODY,
                &signature,
                now,
                Err(SignatureError::InvalidTimestamp),
            );
        }
        let digits = &signature[3..];
        let other_version = format!("v1={digits}");
        let long = format!("{signature}00");
        for bad in [
            "",
            "v0=",
            digits,
            &other_version,
            &signature[..66],
            &long,
            "v0=é",
        ] {
            check(
                &stamp,
                BODY,
                bad,
                now,
                Err(SignatureError::InvalidSignature),
            );
        }
        assert_eq!(
            verify(&[], &stamp, BODY, &signature, at(now)),
            Err(SignatureError::NoSecret)
        );
    }

    #[test]
    fn what_is_signed_with_nothing_is_nobodys() {
        let stamp = SIGNED_AT.to_string();
        let signature = sign(&secret(""), SIGNED_AT, BODY);
        for (secrets, expected) in [
            (vec![secret("")], SignatureError::NoSecret),
            (vec![secret("new"), secret("")], SignatureError::Mismatch),
        ] {
            let verified = verify(&secrets, &stamp, BODY, &signature, at(SIGNED_AT));
            assert_eq!(verified, Err(expected));
        }
    }

    #[test]
    fn both_secrets_hold_while_one_replaces_the_other() {
        let secrets = [secret("new"), secret("old")];
        let stamp = SIGNED_AT.to_string();
        for (key, expected) in [
            ("new", Ok(())),
            ("old", Ok(())),
            ("older", Err(SignatureError::Mismatch)),
        ] {
            let signature = sign(&secret(key), SIGNED_AT, BODY);
            assert_eq!(
                verify(&secrets, &stamp, BODY, &signature, at(SIGNED_AT)),
                expected,
                "{key}"
            );
        }
    }

    proptest! {
        #[test]
        fn nothing_unsigned_passes(timestamp in ".{0,20}", body: Vec<u8>, signature in "(v0=)?[0-9a-f]{0,66}|.{0,80}") {
            let found = verify(&[secret(SECRET)], &timestamp, &body, &signature, at(SIGNED_AT));
            prop_assert!(found.is_err());
        }

        #[test]
        fn every_signed_body_passes_and_no_changed_one(body: Vec<u8>, extra: u8) {
            let signature = sign(&secret(SECRET), SIGNED_AT, &body);
            let stamp = SIGNED_AT.to_string();
            prop_assert_eq!(verify(&[secret(SECRET)], &stamp, &body, &signature, at(SIGNED_AT)), Ok(()));
            let longer = [body.as_slice(), &[extra]].concat();
            prop_assert!(verify(&[secret(SECRET)], &stamp, &longer, &signature, at(SIGNED_AT)).is_err());
        }
    }
}
