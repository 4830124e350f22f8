//! The one way in: a line of text, and an answer.

use std::sync::{Arc, OnceLock};

use clock::{Chance, Clock};
use environments::Environments;
use flags::ActorId;
use store::Store;

use crate::answer::{Answer, Refused};
use crate::caller::Caller;
use crate::code::Code;
use crate::context::Context;
use crate::grammar::{self, Vocabulary};
use crate::list::COMMANDS;
use crate::people::People;
use crate::progress::Progress;
use crate::rollout::Steered;
use crate::rules::Rules;

/// Everything that commands use. Clones are the same.
#[derive(Clone)]
pub struct ChatOps(Arc<Whole>);

struct Whole {
    parts: Parts,
    /// Comes later: whoever carries rollouts out asks the checks of the commands.
    steered: OnceLock<Steered>,
}

/// What [`ChatOps`] is made of.
pub struct Parts {
    pub environments: Environments,
    pub store: Store,
    pub clock: Clock,
    pub chance: Chance,
    /// The GitLab that has the code, the incidents and the rollout issues.
    pub gitlab: Option<gitlab::rest::Client>,
    pub prometheus: Option<monitors::prometheus::Client>,
    pub people: People,
    pub rules: Rules,
    /// Projects that were seen, whom a dry run counts among the known actors.
    pub seen: Seen,
}

/// Gives the actors that are known beyond those that flags name.
pub type Seen = Arc<dyn Fn() -> Vec<ActorId> + Send + Sync>;

impl ChatOps {
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let steered = OnceLock::new();
        Self(Arc::new(Whole { parts, steered }))
    }

    /// Lets the commands about rollouts work, from now on. Only the first time counts.
    pub fn steer(&self, steered: Steered) {
        self.0.steered.get_or_init(|| steered);
    }

    pub(crate) fn parts(&self) -> &Parts {
        &self.0.parts
    }

    /// The rollouts that commands are about, once they are set up.
    #[must_use]
    pub fn steered(&self) -> Option<&Steered> {
        self.0.steered.get()
    }

    /// Runs what stands after `/chatops`, or what was typed in a shell. Whatever is wrong is in
    /// the answer.
    pub async fn run(&self, caller: &Caller, text: &str, progress: &Progress) -> Answer {
        match self.try_run(caller, text, progress).await {
            Ok(answer) => answer,
            Err(refused) => Answer::refused(&refused),
        }
    }

    async fn try_run(
        &self,
        caller: &Caller,
        text: &str,
        progress: &Progress,
    ) -> Result<Answer, Refused> {
        let environments = self.vocabulary();
        let vocabulary = Vocabulary {
            commands: COMMANDS,
            environments: &environments,
        };
        let invocation = grammar::parse(text, &vocabulary)?;
        if invocation.wants_help {
            return Ok(crate::help::of_command(invocation.command, &environments));
        }
        let context = Context {
            chatops: self,
            caller,
            progress,
            line: invocation.to_string(),
            request_id: self.request_id(),
        };
        tracing::info!(
            command = invocation.command.name,
            author = caller.name(),
            request.id = context.request_id,
            "command"
        );
        context.may_look()?;
        (invocation.command.run)(&context, &invocation).await
    }

    /// The names that environments answer to, long and short.
    pub(crate) fn vocabulary(&self) -> Vec<(String, String)> {
        let environments = self.parts().environments.iter();
        environments
            .map(|environment| (environment.name.to_string(), environment.short.clone()))
            .collect()
    }

    fn request_id(&self) -> String {
        format!("req_{:032x}", self.parts().chance.next_u128())
    }

    /// The code's GitLab and its projects, where both are configured.
    pub(crate) fn code(&self) -> Result<Code<'_>, Refused> {
        Code::of(self.parts())
    }
}
