//! What is to go wrong, as a script asked for it.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};
use tokio::sync::watch;

use super::SlackSandbox;

/// Something to do to matching calls instead of, or after, answering them.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// `chat.postMessage`, or `incoming-webhook` and `response-url` for the posts that are no
    /// method; none means any of all these. `command`, `event`, `interaction` and `options`
    /// are what is sent to apps.
    pub method: Option<String>,
    /// Ids of channels; none means any channel.
    pub channels: Option<BTreeSet<String>>,
    pub harm: Harm,
    /// Waited for, on the sandbox's clock, before anything else.
    pub delay_ms: u64,
    /// Do the work first, then fail: what "half succeeded" looks like to the caller.
    pub after: bool,
    /// What is sent to an app is sent twice.
    pub twice: bool,
    /// How many calls are left to meet it; none means until it is cleared.
    pub times: Option<u64>,
}

/// What the caller gets.
#[derive(Clone, Debug, PartialEq)]
pub enum Harm {
    /// The true answer (late, when `delay_ms` says so).
    None,
    /// HTTP 200 with `{"ok": false, "error": …}` and these further fields; outside of the Web API
    /// the bare code with its own status.
    Error(String, Map<String, Value>),
    /// This HTTP status; with 429 the seconds of `Retry-After`.
    Status(u16, Option<u64>),
    /// No answer: the connection closes.
    Drop,
}

/// All that is to go wrong.
#[derive(Debug, Default)]
pub struct Faults {
    waiting: Vec<Fault>,
    held_up: watch::Sender<usize>,
}

/// A call that a delay holds up, until this is dropped.
pub(super) struct HeldUp(watch::Sender<usize>);

impl Drop for HeldUp {
    fn drop(&mut self) {
        self.0.send_modify(|calls| *calls = calls.saturating_sub(1));
    }
}

impl SlackSandbox {
    /// The fault that this call meets, counted, once its delay is over.
    pub(super) async fn meet_fault(&self, method: &str, channel: Option<&str>) -> Option<Fault> {
        let fault = self.lock().faults.take(method, channel)?;
        self.sit_out(&fault).await;
        Some(fault)
    }

    /// The fault that something on its way to an app meets, counted, once its delay is over.
    pub(super) async fn meet_outgoing_fault(&self, what: &str) -> Option<Fault> {
        let fault = self.lock().faults.take_outgoing(what)?;
        self.sit_out(&fault).await;
        Some(fault)
    }

    async fn sit_out(&self, fault: &Fault) {
        if 0 < fault.delay_ms {
            let clock = &self.options().clock;
            let delay = i64::try_from(fault.delay_ms).unwrap_or(i64::MAX);
            let over = clock
                .now()
                .saturating_add(SignedDuration::from_millis(delay))
                .unwrap_or(Timestamp::MAX);
            let _held_up = self.lock().faults.hold_up();
            clock.sleep_until(over).await;
        }
    }

    /// How many calls a fault's delay holds up now; moving the clock lets them go.
    #[must_use]
    pub fn held_up(&self) -> watch::Receiver<usize> {
        self.lock().faults.held_up.subscribe()
    }
}

impl Faults {
    /// Adds one; the first that matches a call is the one it meets.
    pub fn add(&mut self, fault: Fault) {
        self.waiting.push(fault);
    }

    /// Nothing goes wrong any more.
    pub fn clear(&mut self) {
        self.waiting.clear();
    }

    /// Counts a call as held up.
    pub(super) fn hold_up(&self) -> HeldUp {
        self.held_up.send_modify(|calls| *calls += 1);
        HeldUp(self.held_up.clone())
    }

    /// The fault that this call meets, counted.
    pub fn take(&mut self, method: &str, channel: Option<&str>) -> Option<Fault> {
        let matches = |fault: &Fault| {
            fault
                .method
                .as_deref()
                .is_none_or(|wanted| wanted == method)
                && fault
                    .channels
                    .as_ref()
                    .is_none_or(|wanted| channel.is_some_and(|channel| wanted.contains(channel)))
        };
        self.take_first(matches)
    }

    /// The fault that something on its way to an app meets: one that names it.
    pub fn take_outgoing(&mut self, what: &str) -> Option<Fault> {
        self.take_first(|fault| fault.method.as_deref() == Some(what))
    }

    fn take_first(&mut self, matches: impl Fn(&Fault) -> bool) -> Option<Fault> {
        let at = self.waiting.iter().position(matches)?;
        let fault = self.waiting.get_mut(at)?;
        if let Some(times) = &mut fault.times {
            *times = times.saturating_sub(1);
            if *times == 0 {
                return Some(self.waiting.remove(at));
            }
        }
        Some(fault.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(method: Option<&str>, channel: Option<&str>, times: Option<u64>) -> Fault {
        Fault {
            method: method.map(str::to_owned),
            channels: channel.map(|channel| BTreeSet::from([channel.to_owned()])),
            harm: Harm::Drop,
            delay_ms: 0,
            after: false,
            twice: false,
            times,
        }
    }

    #[test]
    fn a_fault_meets_matching_calls_as_often_as_asked() {
        let mut faults = Faults::default();
        faults.add(fault(Some("chat.postMessage"), Some("C1"), Some(2)));
        assert!(faults.take("chat.update", Some("C1")).is_none());
        assert!(faults.take("chat.postMessage", Some("C2")).is_none());
        assert!(faults.take("chat.postMessage", Some("C1")).is_some());
        assert!(faults.take("chat.postMessage", Some("C1")).is_some());
        assert!(faults.take("chat.postMessage", Some("C1")).is_none());
    }

    #[test]
    fn what_is_sent_to_apps_meets_only_faults_that_name_it() {
        let mut faults = Faults::default();
        faults.add(fault(None, None, None));
        faults.add(fault(Some("event"), None, Some(1)));
        assert!(faults.take_outgoing("command").is_none());
        assert!(faults.take_outgoing("event").is_some());
        assert!(faults.take_outgoing("event").is_none());
    }

    #[test]
    fn a_fault_without_a_count_stays_until_cleared() {
        let mut faults = Faults::default();
        faults.add(fault(None, None, None));
        assert!((0..9).all(|_| faults.take("auth.test", None).is_some()));
        faults.clear();
        assert!(faults.take("auth.test", None).is_none());
    }
}
