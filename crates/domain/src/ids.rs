//! Ids are types, and parsing is the only way in.
//!
//! Ids that we mint carry a prefix people can recognize in a log (`evt_…`, `dlv_…`).

/// Why a text is not the id it was taken for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidId {
    #[error("{what} is empty")]
    Empty { what: &'static str },
    #[error("{what} is {length} characters long, at most {limit} are allowed")]
    TooLong {
        what: &'static str,
        length: usize,
        limit: usize,
    },
    #[error("{what} {text:?} has the character {character:?}, which it cannot have")]
    Character {
        what: &'static str,
        text: String,
        character: char,
    },
    #[error("{what} {text:?} does not begin with {prefix:?}")]
    Prefix {
        what: &'static str,
        text: String,
        prefix: &'static str,
    },
}

/// Whether a text is an id; for [`text_id!`](crate::text_id).
#[doc(hidden)]
pub fn check(
    what: &'static str,
    text: &str,
    limit: usize,
    allowed: fn(char) -> bool,
) -> Result<(), InvalidId> {
    if text.is_empty() {
        return Err(InvalidId::Empty { what });
    }
    let length = text.chars().count();
    if limit < length {
        return Err(InvalidId::TooLong {
            what,
            length,
            limit,
        });
    }
    match text.chars().find(|&c| !allowed(c)) {
        Some(character) => Err(InvalidId::Character {
            what,
            text: text.to_owned(),
            character,
        }),
        None => Ok(()),
    }
}

/// A type for a kind of id: a text whose characters and length are checked when it is parsed.
/// Whoever uses it needs `serde` as a dependency.
#[macro_export]
macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $what:literal, $limit:literal, $allowed:expr) => {
        $(#[$doc])*
        #[derive(
            Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize,
        )]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::ids::InvalidId;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::ids::check($what, text, $limit, $allowed)?;
                Ok(Self(text.to_owned()))
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::ids::InvalidId;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                $crate::ids::check($what, &text, $limit, $allowed)?;
                Ok(Self(text))
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_id!(
    /// Name of a hook in our own URL: `demo` in `POST /gitlab/hooks/demo`.
    HookName, "hook", 64,
    |c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')
);
text_id!(
    /// Slack's id of a workspace: `T0DEMO`.
    WorkspaceId, "workspace", 32,
    |c| c.is_ascii_uppercase() || c.is_ascii_digit()
);
text_id!(
    /// Where a message goes, as people write it: `#general`, `general`, or an id such as
    /// `C012AB3CD` (channel), `D012AB3CD` (direct message) or `U012AB3CD` (person).
    ChannelName, "channel", 81,
    |c| !c.is_whitespace() && !c.is_control() && !matches!(c, ',' | '<' | '>' | '|' | '&' | '@')
);
text_id!(
    /// Where a flag is evaluated: `production`, `staging-ref`.
    EnvironmentName, "environment", 63,
    |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'
);
text_id!(
    /// A project's or group's full path in GitLab: `gitlab-org/gitlab`.
    ProjectPath, "path", 1024,
    |c| !c.is_whitespace() && !c.is_control()
);

impl ProjectPath {
    /// The path itself, then each group above it, nearest first.
    pub fn and_ancestors(&self) -> impl Iterator<Item = &str> {
        std::iter::successors(Some(self.0.as_str()), |path| {
            path.rsplit_once('/').map(|(up, _)| up)
        })
    }
}

/// Crockford's base 32, lower case: no `i`, `l`, `o`, `u` to misread.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

fn minted(prefix: &str, millisecond: i64, random: u128) -> String {
    let time = u128::from(millisecond.unsigned_abs()) & ((1 << 48) - 1);
    let bits = (time << 80) | (random & ((1 << 80) - 1));
    let digits = (0..26).rev().map(|place| {
        let digit = usize::try_from((bits >> (5 * place)) & 31).unwrap_or(0);
        char::from(ALPHABET.get(digit).copied().unwrap_or(b'0'))
    });
    prefix.chars().chain(digits).collect()
}

/// What [`minted`] was told of time.
fn minted_at(prefix: &str, id: &str) -> Option<i64> {
    let digits = id.strip_prefix(prefix).filter(|text| text.len() == 26)?;
    let bits = digits.bytes().try_fold(0_u128, |bits, letter| {
        let digit = ALPHABET.iter().position(|known| *known == letter)?;
        Some((bits << 5) | u128::try_from(digit).ok()?)
    })?;
    i64::try_from(bits >> 80).ok()
}

macro_rules! minted_id {
    ($(#[$doc:meta])* $name:ident, $what:literal, $prefix:literal) => {
        text_id!(
            $(#[$doc])*
            $name, $what, 64,
            |c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')
        );

        impl $name {
            /// What every such id begins with.
            pub const PREFIX: &'static str = $prefix;

            /// An id that sorts by time: 48 bits of `millisecond` (Unix time), 80 bits of `random`.
            #[must_use]
            pub fn mint(millisecond: i64, random: u128) -> Self {
                Self(minted(Self::PREFIX, millisecond, random))
            }

            /// The millisecond (Unix time) at which it was minted; `None` for an id that was not.
            #[must_use]
            pub fn millisecond(&self) -> Option<i64> {
                minted_at(Self::PREFIX, &self.0)
            }
        }
    };
}

minted_id!(
    /// One thing that happened in GitLab, as we stored it: `evt_…`.
    EventId, "event", "evt_"
);
minted_id!(
    /// One message on its way to one channel: `dlv_…`.
    DeliveryId, "delivery", "dlv_"
);
minted_id!(
    /// One entry of the audit: `aud_…`.
    AuditId, "audit entry", "aud_"
);
minted_id!(
    /// A change that is to be made later: `sch_…`.
    ScheduleId, "schedule", "sch_"
);
minted_id!(
    /// One thing to happen elsewhere after a change: `eff_…`.
    EffectId, "effect", "eff_"
);
minted_id!(
    /// One of the two integrations of a place: `int_…`.
    IntegrationId, "integration", "int_"
);
minted_id!(
    /// One rollout of one flag: `rlt_…`.
    RolloutId, "rollout", "rlt_"
);
minted_id!(
    /// A token for our APIs, without its secret: `tok_…`.
    TokenId, "token", "tok_"
);

impl AuditId {
    /// What an entry of a rollout's history is called where an entry of the audit is named, such
    /// as by what follows from it.
    #[must_use]
    pub fn of_rollout(rollout: &RolloutId, number: u64) -> Self {
        Self(format!("{rollout}-{number}"))
    }

    /// What a try of this entry's change that was refused at `millisecond` (Unix time) is called:
    /// the name itself stays free for the try that is made.
    #[must_use]
    pub fn refused_at(&self, millisecond: i64) -> Self {
        Self(format!("{self}-{millisecond}"))
    }

    /// The rollout of whose history it is an entry, if it is of one's.
    #[must_use]
    pub fn rollout(&self) -> Option<RolloutId> {
        let (rollout, number) = self.0.rsplit_once('-')?;
        let is_one = rollout.starts_with(RolloutId::PREFIX) && number.parse::<u64>().is_ok();
        is_one.then(|| RolloutId(rollout.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_of_a_rollout_knows_its_rollout() {
        let rollout = RolloutId::mint(1_700_000_000_000, 1);
        let entry = AuditId::of_rollout(&rollout, 12);
        assert_eq!(entry.as_str().parse(), Ok(entry.clone()));
        assert_eq!(entry.rollout(), Some(rollout));
        for other in [
            AuditId::mint(1_700_000_000_000, 1),
            AuditId("rlt_x".to_owned()),
        ] {
            assert_eq!(other.rollout(), None, "{other}");
        }
    }

    #[test]
    fn minted_ids_sort_by_time_and_read_back() {
        let earlier = EventId::mint(1_700_000_000_000, u128::MAX);
        let later = EventId::mint(1_700_000_000_001, 0);
        assert!(earlier < later);
        assert_eq!(earlier.as_str().len(), "evt_".len() + 26);
        assert_eq!(earlier.as_str().parse::<EventId>(), Ok(earlier.clone()));
        assert_eq!(earlier.millisecond(), Some(1_700_000_000_000));
        assert_eq!(later.millisecond(), Some(1_700_000_000_001));
        for strange in [
            "evt_1",
            "dlv_01m87hwpfc61kj128ty9by6zfn",
            "evt_01m87hwpfc61kj128ty9by6zfu",
        ] {
            let id: EventId = strange.parse().unwrap();
            assert_eq!(id.millisecond(), None, "{strange}");
        }
    }

    #[test]
    fn channels_are_what_people_write() {
        for good in ["#general", "general", "C012AB3CD", "U012AB3CD", "#équipe-α"] {
            assert!(good.parse::<ChannelName>().is_ok(), "{good:?}");
        }
        for bad in ["", "#a b", "#a,b", "<!channel>", "@here"] {
            assert!(bad.parse::<ChannelName>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_path_knows_the_groups_above_it() {
        let path: ProjectPath = "a/b/c".parse().unwrap();
        assert_eq!(
            path.and_ancestors().collect::<Vec<_>>(),
            ["a/b/c", "a/b", "a"]
        );
    }
}
