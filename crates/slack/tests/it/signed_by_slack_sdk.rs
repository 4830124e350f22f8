//! Requests that Slack's own kit for Python has signed.

use std::path::Path;
use std::process::Command;

use jiff::Timestamp;
use slack::signature;

/// Signs each argument with the kit's own helper: one signature a line.
const SIGN: &str = r#"
import sys
from slack_sdk.signature import SignatureVerifier
verifier = SignatureVerifier(sys.argv[1])
for body in sys.argv[3:]:
    print(verifier.generate_signature(timestamp=sys.argv[2], body=body))
"#;

const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";
const AT: i64 = 1_700_000_000;

#[test]
fn what_slack_sdk_signs_is_taken_and_nothing_else() {
    let Ok(clients) = std::env::var("SIGNALBOX_CLIENTS") else {
        return;
    };
    let bodies = [
        "token=x&team_id=T0DEMO&command=%2Fgitlab&text=issue+show+12",
        "payload=%7B%22type%22%3A%22block_actions%22%7D",
        r#"{"type":"event_callback","event":{"type":"app_home_opened"}}"#,
        "text=caf%C3%A9 – ünïcode ✓",
        "",
    ];
    let python = Path::new(&clients).join("venv/bin/python");
    let mut signing = Command::new(python);
    signing.args(["-c", SIGN, SECRET, &AT.to_string()]);
    let signed = signing.args(bodies).output().expect("Python runs");
    let printed = String::from_utf8(signed.stdout).expect("text");
    let signatures: Vec<&str> = printed.lines().collect();
    assert_eq!(signatures.len(), bodies.len(), "{printed}");
    let now = Timestamp::from_second(AT + 3).expect("a moment");
    let verify = |body: &str, signature: &str| {
        let secrets = [SECRET.into()];
        signature::verify(&secrets, &AT.to_string(), body.as_bytes(), signature, now)
    };
    for (body, signature) in bodies.iter().zip(&signatures) {
        verify(body, signature).expect("the kit's signature");
        assert!(verify(&format!("{body}&more=1"), signature).is_err());
    }
}
