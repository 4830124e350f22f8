//! Scopes in words, as the authorization page lists them.

/// What each scope lets an app do.
const WORDS: &[(&str, &str)] = &[
    (
        "app_mentions:read",
        "View messages that directly mention it",
    ),
    ("bookmarks:write", "Create, edit and remove bookmarks"),
    (
        "channels:history",
        "View messages in public channels that it is in",
    ),
    ("channels:join", "Join public channels"),
    (
        "channels:manage",
        "Manage public channels that it is in, and create new ones",
    ),
    (
        "channels:read",
        "View basic information about public channels",
    ),
    (
        "channels:write",
        "Manage your public channels, and create new ones on your behalf",
    ),
    ("chat:write", "Send messages"),
    (
        "chat:write.customize",
        "Send messages with another name and picture",
    ),
    (
        "chat:write.public",
        "Send messages to channels that it is not in",
    ),
    (
        "commands",
        "Add shortcuts and slash commands that people can use",
    ),
    ("dnd:read", "View Do Not Disturb settings"),
    ("files:write", "Upload, edit and delete files"),
    (
        "groups:history",
        "View messages in private channels that it is in",
    ),
    (
        "groups:read",
        "View basic information about private channels that it is in",
    ),
    (
        "groups:write",
        "Manage private channels that it is in, and create new ones",
    ),
    ("im:history", "View messages in direct messages with it"),
    (
        "im:read",
        "View basic information about direct messages with it",
    ),
    ("im:write", "Start direct messages with people"),
    ("links:read", "View links to some addresses in messages"),
    ("links:write", "Show previews of links in messages"),
    (
        "mpim:history",
        "View messages in group direct messages that it is in",
    ),
    (
        "mpim:read",
        "View basic information about group direct messages that it is in",
    ),
    ("mpim:write", "Start group direct messages with people"),
    ("pins:write", "Add and remove pinned messages"),
    ("reactions:write", "Add and edit emoji reactions"),
    (
        "team:read",
        "View the name, domain and icon of the workspace",
    ),
    ("usergroups:read", "View user groups"),
    ("users:read", "View people in the workspace"),
    (
        "users:read.email",
        "View email addresses of people in the workspace",
    ),
];

/// A scope in words; the bare scope when the sandbox knows none for it.
#[must_use]
pub fn words(scope: &str) -> &str {
    let known = WORDS.iter().find(|(known, _)| *known == scope);
    known.map_or(scope, |(_, words)| words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slack::seed::BOT_SCOPES;

    #[test]
    fn every_scope_of_the_demo_has_words() {
        assert!(WORDS.is_sorted());
        for scope in BOT_SCOPES {
            assert_ne!(words(scope), *scope);
        }
        assert_eq!(words("new:scope"), "new:scope");
    }
}
