-- Flags that somebody has set, by environment; their gates as JSON.
CREATE TABLE flags (
    environment TEXT NOT NULL,
    flag        TEXT NOT NULL,
    gates       TEXT NOT NULL,
    changed_at  INTEGER NOT NULL,
    PRIMARY KEY (environment, flag)
) STRICT;

-- How often each thing that every node keeps in memory has changed.
CREATE TABLE revisions (
    name TEXT PRIMARY KEY,
    n    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What people call the actors of flags.
CREATE TABLE actor_names (
    actor TEXT PRIMARY KEY,
    name  TEXT NOT NULL,
    at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Who changed what, and what was refused. Nothing is ever deleted here.
CREATE TABLE audit (
    seq         INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    at          INTEGER NOT NULL,
    subject     TEXT NOT NULL,
    environment TEXT,
    name        TEXT NOT NULL,
    via         TEXT,
    place       TEXT,
    author      TEXT NOT NULL,
    note        TEXT NOT NULL,
    was         TEXT,
    became      TEXT,
    revision    INTEGER,
    refused     TEXT
) STRICT;
CREATE INDEX audit_of_flag ON audit (name, seq);
CREATE INDEX audit_of_environment ON audit (environment, seq);
CREATE INDEX audit_of_author ON audit (author, seq);

-- Changes that are to be made later.
CREATE TABLE schedules (
    seq         INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    due         INTEGER NOT NULL,
    environment TEXT NOT NULL,
    flag        TEXT NOT NULL,
    what        TEXT NOT NULL,
    author      TEXT NOT NULL,
    reason      TEXT,
    created_at  INTEGER NOT NULL,
    state       TEXT NOT NULL,
    attempts    INTEGER NOT NULL DEFAULT 0,
    next_at     INTEGER NOT NULL,
    lease_until INTEGER NOT NULL DEFAULT 0,
    node        TEXT,
    result      TEXT,
    entry       TEXT,
    ended_by    TEXT,
    ended_at    INTEGER
) STRICT;
CREATE INDEX schedules_waiting ON schedules (next_at) WHERE state = 'waiting';
CREATE INDEX schedules_of_flag ON schedules (environment, flag, seq);

-- What is to happen elsewhere after a change.
CREATE TABLE effects (
    seq         INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    entry       TEXT NOT NULL,
    kind        TEXT NOT NULL,
    payload     TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    state       TEXT NOT NULL,
    attempts    INTEGER NOT NULL DEFAULT 0,
    next_at     INTEGER NOT NULL,
    token       INTEGER NOT NULL DEFAULT 0,
    lease_until INTEGER NOT NULL DEFAULT 0,
    node        TEXT,
    link        TEXT,
    reason      TEXT,
    remedy      TEXT,
    at          INTEGER NOT NULL
) STRICT;
CREATE INDEX effects_waiting ON effects (next_at) WHERE state = 'waiting';
CREATE INDEX effects_dead ON effects (seq) WHERE state = 'dead';
CREATE INDEX effects_of_entry ON effects (entry);

-- Both integrations of projects, groups and the instance. A path is unique without its case.
CREATE TABLE integrations (
    id         TEXT PRIMARY KEY,
    via        TEXT NOT NULL,
    kind       TEXT NOT NULL,
    path       TEXT NOT NULL,
    place      TEXT NOT NULL,
    gitlab_id  INTEGER,
    active     INTEGER NOT NULL,
    properties TEXT NOT NULL,
    webhook    BLOB,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (place, via)
) STRICT;

-- Who is alive, by the server's clock.
CREATE TABLE nodes (
    name TEXT PRIMARY KEY,
    seen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Which node has the lane.
ALTER TABLE lanes ADD COLUMN node TEXT;

-- A delivery without an event is a digest, unless it announces an entry of the audit.
ALTER TABLE deliveries ADD COLUMN announces TEXT;
-- Whose incoming webhook carries it, if one does: the path of a project or group, '' for the
-- instance.
ALTER TABLE deliveries ADD COLUMN webhook_of TEXT;
CREATE INDEX deliveries_announcing ON deliveries (announces) WHERE announces IS NOT NULL;
