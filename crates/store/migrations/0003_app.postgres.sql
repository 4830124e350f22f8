-- The workspaces that have the app, and those that had it.
CREATE TABLE installations (
    workspace       TEXT PRIMARY KEY,
    name            TEXT NOT NULL,
    enterprise      TEXT,
    app_id          TEXT NOT NULL,
    bot_user        TEXT NOT NULL,
    bot_id          TEXT,
    scopes          TEXT NOT NULL,
    token           BYTEA NOT NULL,
    refresh_token   BYTEA,
    expires_at      BIGINT,
    installed_by    TEXT NOT NULL,
    state           TEXT NOT NULL,
    removed_because TEXT,
    installed_at    BIGINT NOT NULL,
    updated_at      BIGINT NOT NULL
);

-- Who people of a workspace are in GitLab.
CREATE TABLE linked_accounts (
    workspace     TEXT NOT NULL,
    slack_user    TEXT NOT NULL,
    slack_name    TEXT NOT NULL,
    gitlab_user   BIGINT NOT NULL,
    gitlab_name   TEXT NOT NULL,
    access_token  BYTEA NOT NULL,
    refresh_token BYTEA,
    expires_at    BIGINT,
    linked_at     BIGINT NOT NULL,
    last_used_at  BIGINT,
    PRIMARY KEY (workspace, slack_user)
);
CREATE INDEX linked_accounts_of_gitlab ON linked_accounts (gitlab_user);

-- Links that a person was given to say who they are in GitLab. Taken once.
CREATE TABLE link_tokens (
    hash       BYTEA PRIMARY KEY,
    workspace  TEXT NOT NULL,
    slack_user TEXT NOT NULL,
    slack_name TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX link_tokens_over ON link_tokens (expires_at);

-- Browsers that are signed in.
CREATE TABLE sessions (
    hash             BYTEA PRIMARY KEY,
    gitlab_user      BIGINT NOT NULL,
    gitlab_name      TEXT NOT NULL,
    display_name     TEXT NOT NULL,
    is_admin         BIGINT NOT NULL,
    csrf             TEXT NOT NULL,
    access_token     BYTEA NOT NULL,
    refresh_token    BYTEA,
    token_expires_at BIGINT,
    created_at       BIGINT NOT NULL,
    expires_at       BIGINT NOT NULL,
    last_seen_at     BIGINT NOT NULL
);
CREATE INDEX sessions_of_gitlab ON sessions (gitlab_user);
CREATE INDEX sessions_over ON sessions (expires_at);

-- People whom we have sent to Slack or GitLab to allow something, until they come back. Taken once.
CREATE TABLE pending_authorizations (
    state_hash   BYTEA PRIMARY KEY,
    purpose      TEXT NOT NULL,
    browser_hash BYTEA NOT NULL,
    verifier     BYTEA,
    details      TEXT NOT NULL,
    expires_at   BIGINT NOT NULL
);
CREATE INDEX pending_authorizations_over ON pending_authorizations (expires_at);

-- Tokens for our APIs. Revoked ones stay, so that the audit can be understood.
CREATE TABLE api_tokens (
    id           TEXT PRIMARY KEY,
    name         TEXT NOT NULL,
    hash         BYTEA NOT NULL UNIQUE,
    scopes       TEXT NOT NULL,
    owner        BIGINT NOT NULL,
    owner_name   TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT,
    last_used_at BIGINT,
    revoked_at   BIGINT
);
CREATE INDEX api_tokens_of ON api_tokens (owner);

-- Projects that people of a workspace can name in commands. Paths and aliases are unique without
-- their case; an alias may be longer than what an index takes, so that its hash is unique.
CREATE TABLE connections (
    workspace     TEXT NOT NULL,
    project_key   TEXT NOT NULL,
    project       TEXT NOT NULL,
    project_id    BIGINT NOT NULL,
    alias         TEXT NOT NULL,
    alias_key     BYTEA NOT NULL,
    connected_by  TEXT NOT NULL,
    slack_user    TEXT,
    connected_at  BIGINT NOT NULL,
    PRIMARY KEY (workspace, project_key),
    UNIQUE (workspace, alias_key)
);
CREATE INDEX connections_of_project ON connections (project_key);

-- The project that is meant in a channel when a command names none.
CREATE TABLE channel_defaults (
    workspace TEXT NOT NULL,
    channel   TEXT NOT NULL,
    project   TEXT NOT NULL,
    PRIMARY KEY (workspace, channel)
);

-- What Slack has sent already.
CREATE TABLE seen (
    kind  TEXT NOT NULL,
    key   BYTEA NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (kind, key)
);
CREATE INDEX seen_over ON seen (until);

-- What was last shown on whose App Home.
CREATE TABLE homes (
    workspace    TEXT NOT NULL,
    slack_user   TEXT NOT NULL,
    digest       TEXT NOT NULL,
    published_at BIGINT NOT NULL,
    PRIMARY KEY (workspace, slack_user)
);

-- Whose app speaks for the place; without it the configured one's.
ALTER TABLE integrations ADD COLUMN workspace TEXT;
