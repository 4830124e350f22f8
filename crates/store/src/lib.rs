//! Everything that Signalbox remembers, and every SQL statement it remembers it with.
//!
//! An event comes in ([`Store::accept`]), is routed to its deliveries ([`Store::route`]), and
//! each of those leaves through its lane ([`Store::claim_lanes`], [`Store::settle`]). The same
//! operations run on SQLite (one file, one process) and on PostgreSQL (any number of nodes).
//! A flag is changed in one transaction with its audit entry and all that follows from it
//! ([`Store::change_flag`]): announcements, which are deliveries without an event, effects and
//! schedules, which wait in tables of their own.
//! A rollout is written as whoever writes it has read it, or not at all
//! ([`Store::record_rollout`]), with its history, its readings and all that follows.
//! Besides that it keeps what the Slack app has to remember: in which workspaces it is installed
//! ([`Store::put_installation`]), who people are in GitLab ([`Store::link_account`]), who is
//! signed in ([`Store::put_session`]) and which projects a workspace speaks of
//! ([`Store::connect_project`]). Secrets come [sealed](seal) or as a hash.
//! Whatever changes something is on disk when it returns.
//!
//! Left to others: when to do what (time is an argument), what an event or a message says (JSON
//! that is not looked into), and pace and backoff of a lane (numbers that are only kept).
//!
//! A call whose future is dropped may still happen.

mod accept;
mod actors;
mod api_tokens;
mod audit;
mod channel_defaults;
mod connections;
mod delivery;
mod effects;
mod engine;
mod error;
mod expire;
mod flag_state;
mod fold;
mod homes;
mod installations;
mod integrations;
mod lanes;
mod link_tokens;
mod linked_accounts;
mod log;
mod migrations;
mod names;
mod open;
mod outcome;
mod outcomes;
mod overview;
mod pending;
mod replay;
mod reroute;
mod revisions;
mod rollouts;
mod route;
mod schedules;
pub mod seal;
mod secret_hash;
mod seen;
mod sessions;
mod settle;
mod threads;
mod tokens;

pub use accept::{Accepted, NewEvent, RepeatKey};
pub use api_tokens::{ApiTokenRecord, NewApiToken, TokenOwner};
pub use audit::{
    ApiTokenFacts, AuditEntry, AuditFilter, AuditPage, Author, ConnectionFacts, Entry,
    InstallationFacts, IntegrationFacts, LinkedAccountFacts, Note, Origin, Subject,
};
pub use connections::{Alias, ConnectError, ConnectedBy, Connection, InvalidAlias, NewConnection};
pub use delivery::{Delivery, NewDelivery, Position, Speaker, Thread};
pub use effects::{
    ClaimedEffect, DeadEffects, EffectError, EffectOutcome, EffectRecord, EffectToken, NewEffect,
};
pub use error::{OpenError, StoreError};
pub use expire::Expired;
pub use flag_state::{
    ChangeFlagError, Fence, FlagChanged, FlagRefused, FlagWrite, FlagsAt, Followed, Write,
};
pub use fold::{Folded, NewDigest};
pub use homes::Home;
pub use installations::{Installation, NewInstallation};
pub use integrations::{Integration, IntegrationWrite, Place, WebhookWrite, WorkspaceWrite};
pub use lanes::{ClaimedLane, LaneError, LaneId, LaneToken};
pub use link_tokens::LinkToken;
pub use linked_accounts::{LinkedAccount, NewLinkedAccount};
pub use log::{Cursor, DeliveryRecord, EventFilter, EventPage, EventRecord};
pub use names::{
    DeliveryState, EffectState, EventOutcome, InstallationState, Purpose, RequestKind,
    ScheduleState, ThreadPlace, UnknownName, Via,
};
pub use open::{Changes, OpenOptions, Stats, Store};
pub use outcomes::{ArmOutcomes, DeliveryOutcomes, OutcomeQuery};
pub use overview::{Counts, DeliveryCounts, EffectCounts, LaneRecord};
pub use pending::Pending;
pub use replay::{DeadFilter, DeadLetter, DeadLetters, ReplayError};
pub use reroute::Rerouted;
pub use rollouts::{
    CardOutcome, CardPlace, CardToken, ClaimedCard, ClaimedRollout, NewRollout, NewRolloutEntry,
    NewRolloutReading, RecordRolloutError, RolloutEntryRecord, RolloutFilter, RolloutPage,
    RolloutReadingRecord, RolloutRecord, RolloutToken, RolloutWrite, StartRolloutError,
};
pub use route::{RouteError, Routing, StoredEvent};
pub use schedules::{
    NewSchedule, ScheduleError, ScheduleFilter, ScheduleOutcome, SchedulePage, ScheduleRecord,
};
pub use secret_hash::SecretHash;
pub use sessions::Session;
pub use settle::{After, Outcome, Posted, RetryCause, Settled, Settlement};
pub use threads::{DeliveryThread, ThreadRoot};
pub use tokens::NewTokens;
