//! A 2xx is not sent before the sync that holds its event.
//!
//! The service runs under strace, which tells every system call in order. Between reading a
//! webhook from its socket and writing the answer's first byte there must be a finished sync of
//! the database's write-ahead log.

use std::fs;
use std::process::Command;

use crate::process::{self, HOOK_TOKEN, Service, Slack};

#[tokio::test(flavor = "multi_thread")]
async fn no_2xx_leaves_before_the_sync_that_holds_its_event() {
    let probe = Command::new("strace")
        .args(["-o", "/dev/null", "true"])
        .status();
    if !probe.is_ok_and(|status| status.success()) {
        assert!(
            std::env::var_os("SIGNALBOX_CLIENTS").is_none(),
            "strace cannot trace here"
        );
        eprintln!("strace absent: run make test");
        return;
    }
    process::install_tls();
    let folder = tempfile::tempdir().expect("a folder");
    let slack = Slack::start().await;
    let database = format!("sqlite:{}", folder.path().join("signalbox.db").display());
    let config = process::write_config(folder.path(), &slack, 1, &database);
    let trace = folder.path().join("trace");

    let mut strace = Command::new("strace");
    strace
        .args(["-f", "-yy", "-s", "160", "-e"])
        .arg("trace=fsync,fdatasync,read,recvfrom,readv,write,writev,sendto,sendmsg")
        .arg("-o")
        .arg(&trace)
        .arg(process::PROGRAM);
    let service = Service::start_through(strace, &config);
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    const WEBHOOKS: usize = 20;
    for number in 0..WEBHOOKS {
        let answer = client
            .post(format!("{}/gitlab/hooks/load", service.url))
            .header("X-Gitlab-Token", HOOK_TOKEN)
            .header("X-Gitlab-Event", "Push Hook")
            .header("Idempotency-Key", format!("traced-{number}"))
            .body(process::push(0, &format!("traced {number}")))
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status(), 200);
    }
    service.terminate_traced();

    let trace = fs::read_to_string(&trace).expect("the trace");
    assert_eq!(synced_answers(&trace), Ok(WEBHOOKS));
    // The check itself must be able to fail: without its syncs the same trace is refused.
    let unsynced: String = trace
        .lines()
        .filter(|line| !line.contains("sync"))
        .flat_map(|line| [line, "\n"])
        .collect();
    assert!(synced_answers(&unsynced).is_err());
}

/// Counts the webhooks whose answer came after a finished sync of the log.
fn synced_answers(trace: &str) -> Result<usize, String> {
    let mut waiting = false;
    let mut synced = false;
    let mut answers = 0;
    let mut open_sync: Vec<&str> = Vec::new();
    for line in trace.lines() {
        let thread = line.split_whitespace().next().unwrap_or_default();
        let is_sync = line.contains("fdatasync(") || line.contains("fsync(");
        if is_sync && line.contains(".db-wal") {
            if line.contains("<unfinished") {
                open_sync.push(thread);
            } else if line.ends_with("= 0") {
                synced = true;
            }
        } else if line.contains("sync resumed") && line.ends_with("= 0") {
            let before = open_sync.len();
            open_sync.retain(|open| *open != thread);
            synced |= open_sync.len() < before;
        } else if line.contains("\"POST /gitlab/hooks/load") {
            (waiting, synced) = (true, false);
            // A sync that began before the webhook was read does not hold it.
            open_sync.clear();
        } else if waiting && is_write(line) && line.contains("\"HTTP/1.1 200") {
            if !synced {
                return Err(format!("answered before a sync: {line}"));
            }
            answers += 1;
            waiting = false;
        }
    }
    Ok(answers)
}

/// Slack's answers are read, ours are written.
fn is_write(line: &str) -> bool {
    ["write(", "writev(", "sendto(", "sendmsg("]
        .iter()
        .any(|call| line.contains(call))
}
