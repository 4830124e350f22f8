//! The methods that the sandbox plays, one line each: verb, rate tier, scopes, whether JSON is
//! taken, required arguments, and the errors a caller may meet.
//!
//! After Slack's method reference as of 2026-08-20 (`https://docs.slack.dev/reference/methods`).
//! A test compares this table with the reference's data; `web_api` turns a refusal that the
//! method does not list into `fatal_error`, so the sandbox cannot invent codes.

use super::web_api::{
    Run, about, chat, connections, conversations, manifests, oauth, reactions, unfurl, users,
    validate, views,
};

/// A method of the Web API.
pub struct Method {
    pub name: &'static str,
    /// The documented verb. Slack takes POST for all and GET for all; so do we.
    pub verb: &'static str,
    pub tier: Tier,
    /// Scopes of a bot token, any one of them. What a conversation's kind asks for is checked
    /// where the conversation is known.
    pub bot_scopes: &'static [&'static str],
    /// The same for a user token.
    pub user_scopes: &'static [&'static str],
    /// Whether a JSON body is read; elsewhere its fields are not seen.
    pub json: bool,
    /// Required besides the token.
    pub required: &'static [&'static str],
    /// What the reference lists for this method and the sandbox can answer.
    pub errors: &'static [&'static str],
    /// Whether it works without a token.
    pub open: bool,
    /// Whose token it wants otherwise.
    pub bearer: Bearer,
    pub(super) run: Run,
}

/// Whose token a method wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bearer {
    /// An installed app's: its bot's or a person's.
    Installed,
    /// An app's own, for all workspaces: `xapp-…`.
    App,
    /// That of whoever makes apps: a configuration token.
    Maker,
}

/// How often a method may be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tier {
    One,
    Two,
    Three,
    Four,
    /// "Hundreds of requests per minute".
    Special,
    /// One message a second in each channel.
    Posting,
    /// None published; none enforced.
    Unlisted,
}

/// Errors that any method may answer (reference: "errors common to all methods").
pub const GENERAL: &[&str] = &[
    "account_inactive",
    "fatal_error",
    "invalid_arguments",
    "invalid_auth",
    "invalid_form_data",
    "invalid_json",
    "invalid_post_type",
    "json_not_object",
    "missing_post_type",
    "missing_scope",
    "not_allowed_token_type",
    "not_authed",
    "ratelimited",
    "token_expired",
    "token_revoked",
    "unknown_method",
];

/// Errors seen in practice that the reference does not list for the method, and why we answer
/// them all the same.
pub const SEEN_IN_PRACTICE: &[(&str, &str, &str)] = &[
    (
        "chat.postMessage",
        "cannot_dm_bot",
        "a bot has no direct messages with another bot",
    ),
    (
        "chat.postMessage",
        "invalid_attachments",
        "update and ephemeral list it; posting does it",
    ),
    (
        "chat.postMessage",
        "msg_too_long",
        "only for markdown_text, whose limit is documented",
    ),
    (
        "chat.postMessage",
        "thread_not_found",
        "a reply to a message that never was",
    ),
    (
        "chat.postEphemeral",
        "msg_blocks_too_long",
        "posting lists it; the rule is the blocks'",
    ),
    (
        "chat.postEphemeral",
        "thread_not_found",
        "a reply to a message that never was",
    ),
    (
        "chat.update",
        "msg_blocks_too_long",
        "posting lists it; the rule is the blocks'",
    ),
];

impl Method {
    /// Whether this method can answer this error.
    #[must_use]
    pub fn may_answer(&self, error: &str) -> bool {
        let seen = |&(method, known, _): &(&str, &str, &str)| method == self.name && known == error;
        self.errors.contains(&error)
            || GENERAL.contains(&error)
            || SEEN_IN_PRACTICE.iter().any(seen)
    }
}

/// The method with this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Method> {
    METHODS.iter().find(|method| method.name == name)
}

const READ: &[&str] = &["groups:read", "im:read", "mpim:read", "channels:read"];
const HISTORY: &[&str] = &[
    "groups:history",
    "im:history",
    "mpim:history",
    "channels:history",
];
const WRITE: &[&str] = &["chat:write"];
const USERS: &[&str] = &["users:read"];

const NOTHING: Method = Method {
    name: "",
    verb: "POST",
    tier: Tier::Three,
    bot_scopes: &[],
    user_scopes: &[],
    json: true,
    required: &[],
    errors: &[],
    open: false,
    bearer: Bearer::Installed,
    run: about::api_test,
};

/// A method that reads: GET, and no JSON body.
const GET: Method = Method {
    verb: "GET",
    json: false,
    ..NOTHING
};

/// Every method, by name.
pub const METHODS: &[Method] = &[
    Method {
        name: "api.test",
        tier: Tier::Four,
        open: true,
        run: about::api_test,
        ..NOTHING
    },
    Method {
        name: "apps.connections.open",
        bearer: Bearer::App,
        run: connections::open,
        ..NOTHING
    },
    Method {
        name: "apps.event.authorizations.list",
        tier: Tier::Special,
        required: &["event_context"],
        errors: &["auth_mismatch", "invalid_event_context"],
        bearer: Bearer::App,
        run: connections::authorizations,
        ..NOTHING
    },
    Method {
        name: "apps.manifest.create",
        tier: Tier::One,
        required: &["manifest"],
        errors: &["invalid_manifest"],
        bearer: Bearer::Maker,
        run: manifests::create,
        ..NOTHING
    },
    Method {
        name: "apps.manifest.export",
        required: &["app_id"],
        errors: &["app_not_found", "invalid_app_id"],
        bearer: Bearer::Maker,
        run: manifests::export,
        ..NOTHING
    },
    Method {
        name: "apps.manifest.update",
        tier: Tier::One,
        required: &["manifest", "app_id"],
        errors: &["app_not_found", "invalid_app_id", "invalid_manifest"],
        bearer: Bearer::Maker,
        run: manifests::update,
        ..NOTHING
    },
    Method {
        name: "apps.manifest.validate",
        required: &["manifest"],
        errors: &["invalid_manifest"],
        bearer: Bearer::Maker,
        run: manifests::validate,
        ..NOTHING
    },
    Method {
        name: "apps.uninstall",
        tier: Tier::One,
        json: false,
        required: &["client_id", "client_secret"],
        errors: &[
            "bad_client_secret",
            "client_id_token_mismatch",
            "invalid_client_id",
        ],
        run: oauth::uninstall,
        ..NOTHING
    },
    Method {
        name: "auth.revoke",
        run: oauth::revoke,
        ..GET
    },
    Method {
        name: "auth.test",
        tier: Tier::Special,
        errors: &["internal_error", "invalid_auth"],
        run: about::auth_test,
        ..NOTHING
    },
    Method {
        name: "blocks.validate",
        tier: Tier::Unlisted,
        errors: &[
            "invalid_arguments",
            "invalid_blocks",
            "invalid_message",
            "invalid_view",
        ],
        open: true,
        run: validate::blocks_validate,
        ..NOTHING
    },
    Method {
        name: "bots.info",
        bot_scopes: USERS,
        user_scopes: USERS,
        errors: &["bot_not_found", "missing_argument"],
        run: about::bots_info,
        ..GET
    },
    Method {
        name: "chat.delete",
        bot_scopes: WRITE,
        user_scopes: WRITE,
        required: &["ts", "channel"],
        errors: &[
            "cant_delete_message",
            "channel_not_found",
            "message_not_found",
        ],
        run: chat::delete,
        ..NOTHING
    },
    Method {
        name: "chat.getPermalink",
        tier: Tier::Special,
        required: &["channel", "message_ts"],
        errors: &["channel_not_found", "message_not_found"],
        run: chat::get_permalink,
        ..GET
    },
    Method {
        name: "chat.postEphemeral",
        tier: Tier::Four,
        bot_scopes: WRITE,
        user_scopes: WRITE,
        required: &["user", "channel"],
        errors: &[
            "cannot_reply_to_message",
            "channel_not_found",
            "invalid_attachments",
            "invalid_blocks",
            "invalid_blocks_format",
            "is_archived",
            "markdown_text_conflict",
            "msg_too_long",
            "no_text",
            "not_in_channel",
            "too_many_attachments",
            "user_not_in_channel",
        ],
        run: chat::post_ephemeral,
        ..NOTHING
    },
    Method {
        name: "chat.postMessage",
        tier: Tier::Posting,
        bot_scopes: WRITE,
        user_scopes: WRITE,
        required: &["channel"],
        errors: &[
            "cannot_reply_to_message",
            "channel_not_found",
            "invalid_blocks",
            "invalid_blocks_format",
            "invalid_metadata_format",
            "invalid_metadata_schema",
            "is_archived",
            "markdown_text_conflict",
            "metadata_too_large",
            "msg_blocks_too_long",
            "no_text",
            "not_in_channel",
            "too_many_attachments",
        ],
        run: chat::post_message,
        ..NOTHING
    },
    Method {
        name: "chat.unfurl",
        bot_scopes: &["links:write"],
        user_scopes: &["links:write"],
        errors: &[
            "cannot_find_channel",
            "cannot_find_message",
            "cannot_parse_attachment",
            "cannot_unfurl_message",
            "cannot_unfurl_url",
            "invalid_source",
            "invalid_unfurl_id",
            "invalid_unfurls_format",
            "missing_channel",
            "missing_source",
            "missing_ts",
            "missing_unfurl_id",
            "missing_unfurls",
        ],
        run: unfurl::unfurl,
        ..NOTHING
    },
    Method {
        name: "chat.update",
        bot_scopes: WRITE,
        user_scopes: WRITE,
        required: &["ts", "channel"],
        errors: &[
            "cant_broadcast_message",
            "cant_update_message",
            "channel_not_found",
            "invalid_attachments",
            "invalid_blocks",
            "invalid_blocks_format",
            "invalid_metadata_format",
            "invalid_metadata_schema",
            "is_inactive",
            "markdown_text_conflict",
            "message_not_found",
            "metadata_too_large",
            "msg_too_long",
            "no_dual_broadcast_content_update",
            "no_text",
            "too_many_attachments",
        ],
        run: chat::update,
        ..NOTHING
    },
    Method {
        name: "conversations.create",
        tier: Tier::Two,
        bot_scopes: &[
            "groups:write",
            "im:write",
            "mpim:write",
            "channels:write",
            "channels:manage",
        ],
        user_scopes: &["groups:write", "im:write", "mpim:write", "channels:write"],
        required: &["name"],
        errors: &[
            "invalid_name_maxlength",
            "invalid_name_punctuation",
            "invalid_name_specials",
            "missing_scope",
            "name_taken",
        ],
        run: conversations::create,
        ..NOTHING
    },
    Method {
        name: "conversations.history",
        bot_scopes: HISTORY,
        user_scopes: HISTORY,
        json: true,
        required: &["channel"],
        errors: &[
            "channel_not_found",
            "invalid_cursor",
            "invalid_ts_latest",
            "invalid_ts_oldest",
            "not_in_channel",
        ],
        run: conversations::history,
        ..GET
    },
    Method {
        name: "conversations.info",
        bot_scopes: READ,
        user_scopes: READ,
        required: &["channel"],
        errors: &["channel_not_found", "missing_scope"],
        run: conversations::info,
        ..GET
    },
    Method {
        name: "conversations.join",
        bot_scopes: &["channels:join"],
        user_scopes: &["channels:write"],
        required: &["channel"],
        errors: &[
            "channel_not_found",
            "is_archived",
            "method_not_supported_for_channel_type",
            "missing_scope",
        ],
        run: conversations::join,
        ..NOTHING
    },
    Method {
        name: "conversations.list",
        tier: Tier::Two,
        bot_scopes: READ,
        user_scopes: READ,
        errors: &[
            "invalid_cursor",
            "invalid_limit",
            "invalid_types",
            "missing_scope",
        ],
        run: conversations::list,
        ..GET
    },
    Method {
        name: "conversations.members",
        tier: Tier::Four,
        bot_scopes: READ,
        user_scopes: READ,
        required: &["channel"],
        errors: &[
            "channel_not_found",
            "invalid_cursor",
            "invalid_limit",
            "missing_scope",
        ],
        run: conversations::members,
        ..GET
    },
    Method {
        name: "conversations.open",
        bot_scopes: &["channels:manage", "groups:write", "im:write", "mpim:write"],
        user_scopes: &["channels:write", "groups:write", "im:write", "mpim:write"],
        errors: &[
            "channel_not_found",
            "method_not_supported_for_channel_type",
            "missing_scope",
            "too_many_users",
            "user_disabled",
            "user_not_found",
            "users_list_not_supplied",
        ],
        run: conversations::open,
        ..NOTHING
    },
    Method {
        name: "conversations.replies",
        bot_scopes: HISTORY,
        user_scopes: HISTORY,
        required: &["channel", "ts"],
        errors: &[
            "channel_not_found",
            "invalid_cursor",
            "invalid_ts_latest",
            "invalid_ts_oldest",
            "missing_scope",
            "thread_not_found",
        ],
        run: conversations::replies,
        ..GET
    },
    Method {
        name: "oauth.v2.access",
        tier: Tier::Special,
        json: false,
        errors: &[
            "bad_client_secret",
            "bad_redirect_uri",
            "invalid_client_id",
            "invalid_code",
            "invalid_code_verifier",
            "invalid_grant_type",
            "invalid_refresh_token",
            "pkce_not_allowed",
        ],
        open: true,
        run: oauth::access,
        ..NOTHING
    },
    Method {
        name: "oauth.v2.exchange",
        json: false,
        required: &["client_id", "client_secret"],
        errors: &[
            "bad_client_secret",
            "invalid_client_id",
            "invalid_token",
            "token_already_exchanged",
            "token_rotation_not_enabled",
        ],
        run: oauth::exchange,
        ..NOTHING
    },
    Method {
        name: "reactions.add",
        bot_scopes: &["reactions:write"],
        user_scopes: &["reactions:write"],
        required: &["name", "timestamp", "channel"],
        errors: &[
            "already_reacted",
            "bad_timestamp",
            "channel_not_found",
            "invalid_name",
            "is_archived",
            "message_not_found",
            "too_many_emoji",
            "too_many_reactions",
        ],
        run: reactions::add,
        ..NOTHING
    },
    Method {
        name: "team.info",
        bot_scopes: &["team:read"],
        user_scopes: &["team:read"],
        json: true,
        errors: &["team_not_found"],
        run: about::team_info,
        ..GET
    },
    Method {
        name: "users.info",
        tier: Tier::Four,
        bot_scopes: USERS,
        user_scopes: USERS,
        required: &["user"],
        errors: &["user_not_found"],
        run: users::info,
        ..GET
    },
    Method {
        name: "users.list",
        tier: Tier::Two,
        bot_scopes: USERS,
        user_scopes: USERS,
        errors: &["invalid_cursor"],
        run: users::list,
        ..GET
    },
    Method {
        name: "users.lookupByEmail",
        bot_scopes: &["users:read.email"],
        user_scopes: &["users:read.email"],
        required: &["email"],
        errors: &["users_not_found"],
        run: users::lookup_by_email,
        ..GET
    },
    Method {
        name: "views.open",
        tier: Tier::Four,
        required: &["view"],
        errors: &[
            "duplicate_external_id",
            "exchanged_trigger_id",
            "expired_trigger_id",
            "invalid_trigger_id",
            "view_too_large",
        ],
        run: views::open,
        ..NOTHING
    },
    Method {
        name: "views.publish",
        tier: Tier::Four,
        required: &["user_id", "view"],
        errors: &[
            "duplicate_external_id",
            "hash_conflict",
            "not_allowed_token_type",
            "not_enabled",
            "view_too_large",
        ],
        run: views::publish,
        ..NOTHING
    },
    Method {
        name: "views.push",
        tier: Tier::Four,
        required: &["view"],
        errors: &[
            "duplicate_external_id",
            "exchanged_trigger_id",
            "expired_trigger_id",
            "invalid_trigger_id",
            "not_found",
            "push_limit_reached",
            "view_too_large",
        ],
        run: views::push,
        ..NOTHING
    },
    Method {
        name: "views.update",
        tier: Tier::Four,
        required: &["view"],
        errors: &[
            "duplicate_external_id",
            "hash_conflict",
            "not_found",
            "view_too_large",
        ],
        run: views::update,
        ..NOTHING
    },
];
