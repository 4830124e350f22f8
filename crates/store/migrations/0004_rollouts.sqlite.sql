-- Rollouts: each as it stands (JSON), how often it was written, when it is to be looked at.
CREATE TABLE rollouts (
    seq         INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    flag        TEXT NOT NULL,
    revision    INTEGER NOT NULL,
    version     INTEGER NOT NULL,
    state       TEXT NOT NULL,
    open        INTEGER NOT NULL,
    next_at     INTEGER,
    started_at  INTEGER NOT NULL,
    changed_at  INTEGER NOT NULL,
    ended_at    INTEGER,
    token       INTEGER NOT NULL DEFAULT 0,
    lease_until INTEGER NOT NULL DEFAULT 0,
    node        TEXT
) STRICT;
CREATE UNIQUE INDEX rollouts_open ON rollouts (flag) WHERE open = 1;
CREATE INDEX rollouts_of_flag ON rollouts (flag, seq);
-- Both columns, so that who is due is asked of the index alone: rows are long.
CREATE INDEX rollouts_due ON rollouts (next_at, lease_until) WHERE next_at IS NOT NULL;
CREATE INDEX rollouts_leased ON rollouts (lease_until) WHERE lease_until > 0;
CREATE INDEX rollouts_ended ON rollouts (ended_at) WHERE ended_at IS NOT NULL;

-- What happened to a rollout. Nothing is ever deleted here.
CREATE TABLE rollout_entries (
    rollout TEXT NOT NULL,
    number  INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    author  TEXT NOT NULL,
    kind    TEXT NOT NULL,
    body    TEXT NOT NULL,
    PRIMARY KEY (rollout, number)
) STRICT;

-- What its monitors said, and what was made of it.
CREATE TABLE rollout_readings (
    seq     INTEGER PRIMARY KEY,
    rollout TEXT NOT NULL,
    monitor TEXT NOT NULL,
    stage   TEXT NOT NULL,
    from_at INTEGER NOT NULL,
    to_at   INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    body    TEXT NOT NULL
) STRICT;
CREATE INDEX rollout_readings_of ON rollout_readings (rollout, to_at, seq);

-- The message in each channel that shows how a rollout stands: the root of its thread.
CREATE TABLE rollout_cards (
    seq         INTEGER PRIMARY KEY,
    rollout     TEXT NOT NULL,
    workspace   TEXT NOT NULL,
    channel     TEXT NOT NULL,
    shown       TEXT,
    revision    INTEGER NOT NULL DEFAULT 0,
    version     INTEGER NOT NULL DEFAULT 0,
    drawn_at    INTEGER NOT NULL DEFAULT 0,
    not_before  INTEGER NOT NULL DEFAULT 0,
    next_at     INTEGER NOT NULL DEFAULT 0,
    token       INTEGER NOT NULL DEFAULT 0,
    lease_until INTEGER NOT NULL DEFAULT 0,
    node        TEXT,
    UNIQUE (rollout, workspace, channel)
) STRICT;

-- Where the first message of each thread stands.
CREATE TABLE threads (
    workspace  TEXT NOT NULL,
    channel    TEXT NOT NULL,
    key        TEXT NOT NULL,
    channel_id TEXT NOT NULL,
    ts         TEXT NOT NULL,
    PRIMARY KEY (workspace, channel, key)
) STRICT, WITHOUT ROWID;

-- Which thread a delivery belongs to, and its place there.
ALTER TABLE deliveries ADD COLUMN thread TEXT;
ALTER TABLE deliveries ADD COLUMN thread_place TEXT;
-- When Slack first took or refused it, and by which integration it was refused then. A pause
-- that Slack asked for is neither.
ALTER TABLE deliveries ADD COLUMN tried_at INTEGER;
ALTER TABLE deliveries ADD COLUMN failed_via TEXT;
CREATE INDEX deliveries_tried ON deliveries (tried_at) WHERE tried_at IS NOT NULL;
CREATE INDEX deliveries_failed ON deliveries (tried_at) WHERE failed_via IS NOT NULL;
