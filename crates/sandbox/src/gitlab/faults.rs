//! What is to go wrong, as a script asked for it.

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use super::GitLabSandbox;

/// Something to do to matching requests instead of answering them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// What the path begins with; none means any request.
    pub path: Option<String>,
    pub harm: Harm,
    /// Waited for, on the sandbox's clock, before anything else.
    pub delay_ms: u64,
    /// How many requests are left to meet it; none means until it is cleared.
    pub times: Option<u64>,
}

/// What the caller gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Harm {
    /// The true answer (late, when `delay_ms` says so).
    None,
    /// This HTTP status; with 429 the seconds of `Retry-After`.
    Status(u16, Option<u64>),
    /// This status with this text instead of the answer.
    Says(u16, String),
    /// A search whose shards failed in part, and said so.
    Partial,
    /// Nothing until faults are cleared; then the true answer.
    Hang,
}

/// The parts of the sandbox that can go wrong on their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Service {
    Elasticsearch,
    GitLab,
    Grafana,
    Prometheus,
    Sentry,
}

impl Service {
    pub const ALL: [Self; 5] = [
        Self::Elasticsearch,
        Self::GitLab,
        Self::Grafana,
        Self::Prometheus,
        Self::Sentry,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Elasticsearch => "elasticsearch",
            Self::GitLab => "gitlab",
            Self::Grafana => "grafana",
            Self::Prometheus => "prometheus",
            Self::Sentry => "sentry",
        }
    }

    /// What the paths of its API begin with.
    pub fn path(self) -> &'static str {
        match self {
            Self::Elasticsearch => "/-/elasticsearch",
            Self::GitLab => "/api/",
            Self::Grafana => "/-/grafana",
            Self::Prometheus => "/-/prometheus",
            Self::Sentry => "/-/sentry",
        }
    }

    /// Whose path it is.
    pub fn of(path: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|service| path.starts_with(service.path()))
    }
}

/// All that is to go wrong.
#[derive(Debug, Default)]
pub(super) struct Faults {
    waiting: Vec<Fault>,
    cleared: watch::Sender<u64>,
}

impl Faults {
    /// Adds one; the first that matches a request is the one it meets.
    pub fn add(&mut self, fault: Fault) {
        self.waiting.push(fault);
    }

    /// Nothing goes wrong any more, and what hangs goes on.
    pub fn clear(&mut self) {
        self.waiting.clear();
        self.cleared.send_modify(|times| *times += 1);
    }

    /// The fault that this request meets, counted.
    fn take(&mut self, path: &str) -> Option<Fault> {
        let matches = |fault: &Fault| {
            let prefix = fault.path.as_deref();
            prefix.is_none_or(|prefix| path.starts_with(prefix))
        };
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

impl GitLabSandbox {
    /// The harm that this request meets, once its delay or its hanging is over.
    pub(super) async fn meet_fault(&self, path: &str) -> Option<Harm> {
        let (fault, mut cleared) = {
            let mut state = self.lock();
            let fault = state.faults.take(path)?;
            (fault, state.faults.cleared.subscribe())
        };
        if 0 < fault.delay_ms {
            let clock = &self.options.clock;
            let delay = i64::try_from(fault.delay_ms).unwrap_or(i64::MAX);
            let over = clock
                .now()
                .saturating_add(SignedDuration::from_millis(delay));
            clock.sleep_until(over.unwrap_or(Timestamp::MAX)).await;
        }
        if fault.harm == Harm::Hang {
            tokio::select! {
                // An error means that the sandbox is gone.
                _ = cleared.changed() => (),
                () = self.closing() => (),
            }
        }
        Some(fault.harm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_meets_requests_below_its_path_as_often_as_asked() {
        let mut faults = Faults::default();
        faults.add(Fault {
            path: Some("/api/v4/user".to_owned()),
            harm: Harm::Status(502, None),
            delay_ms: 0,
            times: Some(2),
        });
        assert!(faults.take("/api/v4/projects").is_none());
        assert!(faults.take("/api/v4/user").is_some());
        assert!(faults.take("/api/v4/users/7").is_some());
        assert!(faults.take("/api/v4/user").is_none());
    }
}
