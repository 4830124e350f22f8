-- The log of events. Slim: it is rewritten when an event is routed and when it is delivered.
CREATE TABLE events (
    seq         INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    hook        TEXT NOT NULL,
    kind        TEXT NOT NULL,
    project     TEXT,
    title       TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    outcome     TEXT NOT NULL,
    reason      TEXT
) STRICT;
CREATE INDEX events_unrouted ON events (seq) WHERE outcome = 'unrouted';
CREATE INDEX events_waiting ON events (seq) WHERE outcome = 'waiting';
CREATE INDEX events_dead ON events (seq) WHERE outcome = 'dead';

-- What routing reads; written once and never touched again.
CREATE TABLE bodies (
    seq  INTEGER PRIMARY KEY,
    body TEXT NOT NULL
) STRICT;

CREATE TABLE repeat_keys (
    key      BLOB PRIMARY KEY,
    event_id TEXT NOT NULL,
    until    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX repeat_keys_until ON repeat_keys (until);

CREATE TABLE lanes (
    id            INTEGER PRIMARY KEY,
    workspace     TEXT NOT NULL,
    channel       TEXT NOT NULL,
    next_position INTEGER NOT NULL,
    waiting       INTEGER NOT NULL,
    next_at       INTEGER NOT NULL,
    token         INTEGER NOT NULL DEFAULT 0,
    owner         TEXT,
    lease_until   INTEGER NOT NULL DEFAULT 0,
    pace          INTEGER NOT NULL DEFAULT 0,
    failures      INTEGER NOT NULL DEFAULT 0,
    last_error    TEXT,
    last_error_at INTEGER,
    UNIQUE (workspace, channel)
) STRICT;
CREATE INDEX lanes_due ON lanes (next_at) WHERE waiting > 0;
CREATE INDEX lanes_leased ON lanes (lease_until) WHERE owner IS NOT NULL;

-- A digest has no event; a delivery that was folded into one points at it.
CREATE TABLE deliveries (
    seq             INTEGER PRIMARY KEY,
    id              TEXT NOT NULL UNIQUE,
    event_seq       INTEGER,
    lane            INTEGER NOT NULL,
    position        INTEGER NOT NULL,
    state           TEXT NOT NULL,
    via             TEXT NOT NULL,
    message         TEXT NOT NULL,
    attempts        INTEGER NOT NULL DEFAULT 0,
    since           INTEGER NOT NULL,
    at              INTEGER NOT NULL,
    sending_since   INTEGER,
    uncertain_since INTEGER,
    digest          INTEGER,
    ts              TEXT,
    channel_id      TEXT,
    reason          TEXT,
    remedy          TEXT
) STRICT;
CREATE INDEX deliveries_of_event ON deliveries (event_seq) WHERE event_seq IS NOT NULL;
CREATE INDEX deliveries_digests ON deliveries (at) WHERE event_seq IS NULL;
CREATE INDEX deliveries_folded ON deliveries (digest) WHERE digest IS NOT NULL;
CREATE INDEX deliveries_queue ON deliveries (lane, position) WHERE state IN ('waiting', 'sending');
CREATE INDEX deliveries_dead ON deliveries (seq) WHERE state = 'dead';

-- How many events and deliveries are in each state: the sum over the shards.
CREATE TABLE tallies (
    name  TEXT NOT NULL,
    shard INTEGER NOT NULL,
    n     INTEGER NOT NULL,
    PRIMARY KEY (name, shard)
) STRICT, WITHOUT ROWID;

-- Written to when somebody asks whether the store can be written to.
CREATE TABLE probes (
    id INTEGER PRIMARY KEY,
    n  INTEGER NOT NULL
) STRICT;
