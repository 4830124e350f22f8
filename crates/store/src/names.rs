//! States as people and the database write them.

/// An enum whose variants have a name in the database and the APIs.
macro_rules! named {
    (
        $(#[$doc:meta])* $type:ident, $what:literal,
        { $($(#[$variant_doc:meta])* $variant:ident = $name:literal,)* }
    ) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize,
        )]
        #[serde(rename_all = "snake_case")]
        pub enum $type { $($(#[$variant_doc])* $variant,)* }

        impl $type {
            /// Every value there is.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in APIs, pages and the database.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }

        impl std::str::FromStr for $type {
            type Err = UnknownName;
            fn from_str(name: &str) -> Result<Self, UnknownName> {
                match name {
                    $($name => Ok(Self::$variant),)*
                    _ => Err(UnknownName { what: $what, name: name.to_owned() }),
                }
            }
        }
    };
}

/// A name that means nothing here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name:?} is no {what}")]
pub struct UnknownName {
    pub what: &'static str,
    pub name: String,
}

named! {
    /// Through which of the two integrations a message is delivered. Decided once, when the
    /// event is routed.
    Via, "integration", {
        /// The app's bot.
        App = "app",
        /// The project's stored incoming webhook.
        Webhook = "webhook",
    }
}

named! {
    /// How far a delivery is.
    DeliveryState, "state of a delivery", {
        /// In its lane, or folded into a digest that is.
        Waiting = "waiting",
        /// Somebody is sending it, or was when the process died.
        Sending = "sending",
        /// Slack took it as a new message.
        Sent = "sent",
        /// It changed a message that was there already.
        Updated = "updated",
        /// It was told in a digest that Slack took.
        Digested = "digested",
        /// It cannot be delivered until a person has done something; it can be replayed then.
        Dead = "dead",
    }
}

named! {
    /// What became of an event: the worst of its deliveries. From best to worst.
    EventOutcome, "outcome", {
        /// Nobody wanted it; the reason says why.
        Ignored = "ignored",
        /// All of it reached its channels.
        Delivered = "delivered",
        /// The rest reached its channels; this was told in a digest.
        Digested = "digested",
        /// Not routed yet, or not delivered yet.
        Waiting = "waiting",
        /// Something of it is in the dead letters.
        Dead = "dead",
    }
}

named! {
    /// Where in its thread a message stands.
    ThreadPlace, "place in a thread", {
        /// The first message; the thread is below it.
        Root = "root",
        Reply = "reply",
        /// A reply that the channel sees too.
        Broadcast = "broadcast",
    }
}

named! {
    /// How far a schedule is.
    ScheduleState, "state of a schedule", {
        /// Not due yet, or being run.
        Waiting = "waiting",
        Done = "done",
        /// It was run and could not be done.
        Failed = "failed",
        /// Somebody took it back.
        Cancelled = "cancelled",
    }
}

named! {
    /// How far an effect is.
    EffectState, "state of an effect", {
        /// Not tried yet, being tried, or to be tried again.
        Waiting = "waiting",
        Done = "done",
        /// It cannot be done until a person has done something; it can be retried then.
        Dead = "dead",
    }
}

named! {
    /// Whether a workspace has the app.
    InstallationState, "state of an installation", {
        Active = "active",
        /// It was removed, by us or in Slack. Its settings are kept for another installation.
        Removed = "removed",
    }
}

named! {
    /// What somebody was sent to Slack or GitLab for.
    Purpose, "purpose of an authorization", {
        /// To install the app in a workspace.
        Install = "install",
        /// To sign in with GitLab.
        SignIn = "sign_in",
        /// To link a Slack account with one in GitLab.
        Link = "link",
    }
}

named! {
    /// What of Slack's requests is told apart by a key of its own.
    RequestKind, "kind of request", {
        /// An event, by its `event_id`.
        Event = "event",
        /// A slash command, by its `trigger_id`.
        Command = "command",
        /// A click, a shortcut or a submitted modal.
        Interaction = "interaction",
        /// No request of Slack's but one to it: the renewal of a token, which one node makes.
        Renewal = "renewal",
        /// No request of Slack's but an answer of ours: the preview of a link in a channel.
        Preview = "preview",
        /// The same: somebody was asked to link their account.
        Prompt = "prompt",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back() {
        for &via in Via::ALL {
            assert_eq!(via.name().parse(), Ok(via));
        }
        for &state in DeliveryState::ALL {
            assert_eq!(state.name().parse(), Ok(state));
        }
        for &outcome in EventOutcome::ALL {
            assert_eq!(outcome.name().parse(), Ok(outcome));
        }
        for &place in ThreadPlace::ALL {
            assert_eq!(place.name().parse(), Ok(place));
        }
        for &state in ScheduleState::ALL {
            assert_eq!(state.name().parse(), Ok(state));
        }
        for &state in EffectState::ALL {
            assert_eq!(state.name().parse(), Ok(state));
        }
        for &state in InstallationState::ALL {
            assert_eq!(state.name().parse(), Ok(state));
        }
        for &purpose in Purpose::ALL {
            assert_eq!(purpose.name().parse(), Ok(purpose));
        }
        for &kind in RequestKind::ALL {
            assert_eq!(kind.name().parse(), Ok(kind));
        }
        assert_eq!(
            "gone".parse::<Via>().unwrap_err().to_string(),
            "\"gone\" is no integration"
        );
    }

    #[test]
    fn the_worst_delivery_makes_the_outcome() {
        let mut outcomes = EventOutcome::ALL.to_vec();
        outcomes.sort();
        assert_eq!(outcomes, EventOutcome::ALL);
        assert_eq!(outcomes.iter().max(), Some(&EventOutcome::Dead));
    }
}
