//! Makes a change that was intended: in each environment once, whoever tries it and how often.
//!
//! Each part is written down in the audit under an id that was chosen before. A part that is there
//! already has been made, by a pass that died before it could say so. The fence lets nobody
//! change anything who was overtaken; who was overtaken while an environment elsewhere was at it
//! takes back what nobody wants any more.

mod late;

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::{AuditId, EnvironmentName};
use environments::{Along, ChangeError, ChangeRequest, Changed, Environment, Expects};
use flags::Gates;
use flags::request::Request;
use rollouts::{Change, Event, FlagAct, Part, Rollout, State};
use store::{Author, Fence, Note, Origin, Subject};

use crate::driver::Parts;
use crate::pass::PassError;

/// Makes the change; answers what came of it.
///
/// # Errors
/// When the rollout went on without us, or the database does not answer.
pub(crate) async fn apply(
    parts: &Parts,
    rollout: &Rollout,
    revision: u64,
    change: &Change,
) -> Result<Event, PassError> {
    let mut gates: BTreeMap<EnvironmentName, Option<Gates>> = BTreeMap::new();
    let mut entries: Vec<AuditId> = Vec::new();
    let mut not_made: Option<String> = None;
    for part in &change.parts {
        let making = Making {
            parts,
            rollout,
            revision,
            change,
            part,
        };
        match making.make().await {
            Ok(after) => {
                gates.insert(part.environment.clone(), after);
                entries.push(part.entry.clone());
            }
            Err(NotMade::Overtaken) => return Err(PassError::Stale),
            Err(NotMade::Store(error)) => return Err(PassError::Store(error)),
            Err(NotMade::Why(reason)) => {
                let reason = format!("{}: {reason}", part.environment);
                not_made.get_or_insert(reason);
                // One environment that is down keeps no other one open.
                if !change.closes {
                    break;
                }
            }
        }
    }
    Ok(match not_made {
        Some(reason) => Event::NotApplied { reason },
        None => Event::Applied { entries, gates },
    })
}

/// Why a part was not made.
enum NotMade {
    Overtaken,
    Store(store::StoreError),
    Why(String),
}

impl From<store::StoreError> for NotMade {
    fn from(error: store::StoreError) -> Self {
        Self::Store(error)
    }
}

/// One part that is to be made.
struct Making<'a> {
    parts: &'a Parts,
    rollout: &'a Rollout,
    revision: u64,
    change: &'a Change,
    part: &'a Part,
}

impl Making<'_> {
    /// How the flag stands after it.
    async fn make(&self) -> Result<Option<Gates>, NotMade> {
        if let Some(after) = self.made_before().await? {
            return Ok(after);
        }
        let name = &self.part.environment;
        let environment = self.parts.environments.named(name.as_str());
        let environment = environment.ok_or_else(|| {
            NotMade::Why("this environment is not configured any more".to_owned())
        })?;
        match self.change(environment).await {
            Ok(changed) => {
                self.look_back(environment, &changed).await?;
                Ok(changed.after)
            }
            Err(ChangeError::Fenced(_)) => Err(NotMade::Overtaken),
            Err(error) => Err(NotMade::Why(error.to_string())),
        }
    }

    /// What the audit says of it, if an earlier pass made it.
    async fn made_before(&self) -> Result<Option<Option<Gates>>, NotMade> {
        let entry = self.parts.store.audit_entry(&self.part.entry).await?;
        let entry = entry.filter(|entry| entry.refused.is_none());
        Ok(entry.and_then(|entry| match entry.subject {
            Subject::Flag { after, .. } => Some(after),
            Subject::Integration { .. }
            | Subject::Installation { .. }
            | Subject::LinkedAccount { .. }
            | Subject::Connection { .. }
            | Subject::ApiToken { .. } => None,
        }))
    }

    async fn change(&self, environment: &Environment) -> Result<Changed, ChangeError> {
        let flag = &self.rollout.plan.flag;
        match &self.part.act {
            FlagAct::Set(request) => {
                let request = ChangeRequest {
                    flag: flag.clone(),
                    request: request.clone(),
                    force: false,
                    along: Along {
                        expects: self.expects(),
                        ..self.along()
                    },
                };
                environment.change(request).await
            }
            FlagAct::Restore(to) => {
                let expected = environment.get(flag).await?.gates;
                let restored = environment
                    .restore(flag, expected.as_ref(), to.as_ref(), self.along())
                    .await;
                match restored {
                    Err(ChangeError::NoWayBack { why, .. })
                        if self.rollout.state == State::RollingBack =>
                    {
                        self.close_instead(environment, &why).await
                    }
                    restored => restored,
                }
            }
            FlagAct::Delete => environment.delete(flag, self.along()).await,
        }
    }

    /// A rollback that cannot lead to how the flag stood ends with a flag that is closed.
    async fn close_instead(
        &self,
        environment: &Environment,
        why: &str,
    ) -> Result<Changed, ChangeError> {
        let along = Along {
            note: self.closing("instead", why),
            ..self.along()
        };
        self.close(environment, along).await
    }

    fn closing(&self, how: &str, why: &str) -> Note {
        let what = &self.change.what;
        Note {
            reason: Some(format!("{what}: closed {how}, because {why}")),
            ..self.note()
        }
    }

    async fn close(&self, environment: &Environment, along: Along) -> Result<Changed, ChangeError> {
        let request = ChangeRequest {
            flag: self.rollout.plan.flag.clone(),
            request: Request::everyone("false"),
            force: false,
            along,
        };
        environment.change(request).await
    }

    /// What opens, opens a flag that stands as the rollout left it. Somebody else's change that
    /// nobody has noticed yet is not overwritten: the next look tells of it.
    fn expects(&self) -> Option<Expects> {
        if self.change.closes {
            return None;
        }
        let (rollout, name) = (self.rollout.clone(), self.part.environment.clone());
        Some(Arc::new(move |gates| rollout.may_stand(&name, gates)))
    }

    fn along(&self) -> Along {
        Along {
            entry: Some(self.part.entry.clone()),
            fence: Some(Fence {
                rollout: self.rollout.id.clone(),
                revision: self.revision,
            }),
            ..Along::noting(self.note())
        }
    }

    fn note(&self) -> Note {
        Note {
            author: Author {
                name: self.rollout.started_by.name.clone(),
                origin: Origin::Rollout {
                    of: self.rollout.id.to_string(),
                },
            },
            reason: Some(self.change.what.clone()),
            request_id: format!("{}:{}", self.rollout.id, self.rollout.version),
            overrides: self.overrides(),
            command: None,
        }
    }

    /// What somebody decided not to heed, unless the change only closes.
    fn overrides(&self) -> Vec<String> {
        if self.change.closes {
            return Vec::new();
        }
        let records = self.rollout.overridden.iter();
        records
            .map(|record| match &record.what {
                rollouts::Overridden::Precondition(id) => format!("precondition {id}"),
                rollouts::Overridden::Monitor(name) => format!("monitor {name}"),
                rollouts::Overridden::Evidence => "missing evidence".to_owned(),
                rollouts::Overridden::Soak => "rest of the soak".to_owned(),
            })
            .collect()
    }
}
