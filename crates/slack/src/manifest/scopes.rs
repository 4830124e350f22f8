//! The one list of what the app may do in Slack, and what each permission is for.

/// A permission and its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScopeUse {
    /// Slack's name: `chat:write`.
    pub scope: &'static str,
    /// What the app does with it, after "it": `posts messages`.
    pub what_for: &'static str,
    /// Without it the app does not do its work; the others people may refuse.
    pub is_core: bool,
}

/// Every scope of the bot's token, the needed ones first.
pub const SCOPES: &[ScopeUse] = &[
    core("chat:write", "posts messages, and changes its own"),
    core(
        "chat:write.public",
        "posts in public channels without an invitation",
    ),
    core("commands", "answers slash commands and shortcuts"),
    core("channels:read", "finds a public channel by its name"),
    core(
        "groups:read",
        "finds a private channel that it was invited to",
    ),
    core("users:read", "shows who did something by name"),
    core(
        "users:read.email",
        "finds out who in Slack is who in GitLab",
    ),
    core("im:write", "writes to a person directly"),
    core("links:read", "sees links to GitLab, and no other message"),
    core("links:write", "shows what is behind a link to GitLab"),
    core("app_mentions:read", "answers whoever mentions it"),
    core("team:read", "shows the workspace's name"),
    optional("reactions:write", "marks a message with its state"),
    optional("channels:join", "joins public channels that ask for it"),
    optional("usergroups:read", "mentions a group of people"),
    optional("im:history", "reads what people write to it directly"),
    optional(
        "chat:write.customize",
        "speaks with the name and picture that a subscription asks for",
    ),
    optional(
        "channels:history",
        "finds a message whose answer was lost, so that it is not sent twice",
    ),
    optional("groups:history", "does the same in private channels"),
    optional(
        "channels:manage",
        "makes a channel for an incident or a project",
    ),
];

const fn core(scope: &'static str, what_for: &'static str) -> ScopeUse {
    ScopeUse {
        scope,
        what_for,
        is_core: true,
    }
}

const fn optional(scope: &'static str, what_for: &'static str) -> ScopeUse {
    ScopeUse {
        scope,
        what_for,
        is_core: false,
    }
}

#[cfg(test)]
mod tests {
    use super::SCOPES;

    #[test]
    fn each_scope_is_listed_once_with_its_reason() {
        let mut names: Vec<_> = SCOPES.iter().map(|used| used.scope).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), SCOPES.len());
        for used in SCOPES {
            assert!(used.what_for.ends_with(char::is_alphanumeric), "{used:?}");
        }
        let last_core = SCOPES.iter().rposition(|used| used.is_core);
        let first_optional = SCOPES.iter().position(|used| !used.is_core);
        assert!(last_core < first_optional, "the needed ones come first");
    }
}
