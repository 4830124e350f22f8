//! What each route wants to be let in.

use accounts::Scope;

use super::who::Who;

/// What a route wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: it holds nobody's secrets.
    Nothing,
    /// To be signed in.
    SignIn,
    /// The role of a viewer, or a token that reads.
    Reader,
    /// Anybody who may see one place or another: it says only that something has changed.
    Listener,
    Operator,
    /// To see rollouts as a person, or a token that changes flags: the rollout itself says who may
    /// ask what of it.
    Participant,
    Administrator,
    /// To see the project: to read, or to maintain it.
    SeeProject,
    SeeGroup,
    SeeInstance,
    /// To maintain the project in GitLab.
    ChangeProject,
    /// To own the group in GitLab.
    ChangeGroup,
    ChangeInstance,
    /// As `ChangeProject`, and whoever is nobody yet is sent to sign in.
    BeginInProject,
    /// The same of the instance; others are sent to choose a project.
    BeginInInstance,
    /// A program's token with the scope.
    Token(Scope),
    /// The same, of a stream, which says nothing of scopes.
    Stream,
    /// GitLab's API of integrations: an administrator's program or whoever may change the place;
    /// to others it is not there.
    IntegrationOfProject,
    IntegrationOfGroup,
    /// The secret of a hook.
    HookSecret,
    /// Slack's signature.
    Signature,
    /// A state that this browser was given; nobody has one here.
    State,
    /// To be somebody. No app is set up here; that a state is needed, too, is shown where one is.
    Somebody,
}

/// Whether somebody is let in, and how they are turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    LetIn,
    /// 401
    Unknown,
    /// 403
    Refused,
    /// 404, in the words for what is not there
    NotThere,
    /// A redirect to the sign-in.
    SignInFirst,
    /// A redirect to where a project is chosen.
    ChooseFirst,
}

/// What each route wants, with the query that is asked with.
pub const TABLE: &[(Needs, &[&str])] = &[
    (
        Needs::Nothing,
        &[
            "GET /healthz",
            "GET /readyz",
            "GET /metrics",
            "GET /assets/signalbox.css",
            "GET /assets/signalbox.js",
            "GET /assets/signalbox.svg",
            "GET /assets/icons.svg",
            "GET /favicon.ico",
            "GET /api/v1/openapi.json",
            "GET /slack",
            "GET /auth/gitlab",
            "GET /link/{token}",
        ],
    ),
    (
        Needs::SignIn,
        &[
            "GET /account",
            "POST /account/links/{workspace}/{user}/removals",
            "POST /account/tokens",
            "POST /account/tokens/{id}/revocations",
            "POST /link/{token}",
            "POST /auth/sign-outs",
        ],
    ),
    (
        Needs::Reader,
        &[
            "GET /",
            "GET /events/{id}",
            "GET /dead-letters",
            "GET /flags",
            "GET /flags/{flag}",
            "GET /audit",
            "GET /projects",
            "GET /api/v1/events",
            "GET /api/v1/events/{id}",
            "GET /api/v1/dead-letters",
            "GET /api/v1/flags",
            "GET /api/v1/flags/{flag}",
            "GET /api/v1/audit",
            "GET /api/v1/schedules",
            "GET /rollouts",
            "GET /rollouts/new",
            "GET /rollouts/{id}",
            "GET /api/v1/rollouts",
            "GET /api/v1/rollouts/plans",
            "GET /api/v1/rollouts/{flag}",
            "GET /api/v1/rollouts/{flag}/history",
            "GET /api/v1/rollouts/{flag}/readings",
        ],
    ),
    (Needs::Listener, &["GET /live"]),
    (
        Needs::Operator,
        &[
            "POST /flags/{flag}/changes",
            "POST /flags/{flag}/schedules/{id}/cancellations",
            "POST /flags/{flag}/effects/{id}/retries",
            "DELETE /api/v1/schedules/{id}",
            "POST /api/v1/commands",
            "POST /rollouts",
            "POST /api/v1/rollouts",
        ],
    ),
    (
        Needs::Participant,
        &[
            "POST /rollouts/{id}/{acts}",
            "POST /api/v1/rollouts/{flag}/{act}",
        ],
    ),
    (
        Needs::Administrator,
        &[
            "POST /dead-letters/replays",
            "POST /deliveries/{id}/replays",
            "POST /api/v1/dead-letters/replays",
            "POST /api/v1/deliveries/{id}/replays",
            "GET /workspaces",
            "POST /workspaces/{id}/removals",
        ],
    ),
    (
        Needs::SeeProject,
        &[
            "GET /projects/{*path}",
            "GET /workspaces/{id}/projects/{*path}",
        ],
    ),
    (Needs::SeeGroup, &["GET /groups/{*path}"]),
    (
        Needs::SeeInstance,
        &["GET /instance", "GET /workspaces/{id}"],
    ),
    (
        Needs::ChangeProject,
        &[
            "POST /projects/{*path}",
            "POST /workspaces/{id}/projects/{*path}",
            "GET /slack?project={*path}",
        ],
    ),
    (Needs::ChangeGroup, &["POST /groups/{*path}"]),
    (Needs::ChangeInstance, &["POST /instance/-/{*act}"]),
    (
        Needs::BeginInProject,
        &["GET /slack/install?project={*path}"],
    ),
    (Needs::BeginInInstance, &["GET /slack/install"]),
    (
        Needs::Token(Scope::Evaluate),
        &[
            "POST /ofrep/v1/evaluate/flags",
            "POST /ofrep/v1/evaluate/flags/{*key}",
        ],
    ),
    (Needs::Stream, &["GET /ofrep/v1/events"]),
    (
        Needs::Token(Scope::Flags),
        &[
            "GET /api/v4/features",
            "GET /api/v4/features/definitions",
            "GET /api/v4/features/{name}",
            "POST /api/v4/features/{name}",
            "DELETE /api/v4/features/{name}",
        ],
    ),
    (
        Needs::IntegrationOfProject,
        &[
            "GET /api/v4/projects/{id}/integrations",
            "GET /api/v4/projects/{id}/integrations/{slug}",
            "PUT /api/v4/projects/{id}/integrations/{slug}",
            "DELETE /api/v4/projects/{id}/integrations/{slug}",
        ],
    ),
    (
        Needs::IntegrationOfGroup,
        &[
            "GET /api/v4/groups/{id}/integrations",
            "GET /api/v4/groups/{id}/integrations/{slug}",
            "PUT /api/v4/groups/{id}/integrations/{slug}",
            "DELETE /api/v4/groups/{id}/integrations/{slug}",
        ],
    ),
    (Needs::HookSecret, &["POST /gitlab/hooks/{hook}"]),
    (
        Needs::Signature,
        &[
            "POST /slack/commands",
            "POST /slack/events",
            "POST /slack/interactions",
            "POST /slack/options",
        ],
    ),
    (Needs::State, &["GET /auth/gitlab/callback?code=c&state=s"]),
    (
        Needs::Somebody,
        &["GET /slack/oauth/callback?code=c&state=s"],
    ),
];

impl Needs {
    /// How somebody is answered who asks.
    pub fn outcome(self, who: Who) -> Outcome {
        let known = who.is_person() || who.is_program();
        let if_may = |may: bool| match (may, known) {
            (true, _) => Outcome::LetIn,
            (false, true) => Outcome::Refused,
            (false, false) => Outcome::Unknown,
        };
        match self {
            Self::Nothing => Outcome::LetIn,
            Self::SignIn if who.is_person() => Outcome::LetIn,
            Self::SignIn => Outcome::Unknown,
            Self::Reader | Self::SeeInstance => if_may(who.reads()),
            Self::Listener => if_may(who.reads() || who.is_person()),
            Self::Operator => if_may(who.operates()),
            Self::Participant => if_may(who.operates() || who.is_person() && who.reads()),
            Self::Administrator | Self::ChangeInstance => if_may(who.is_administrator()),
            Self::SeeProject => if_may(who.reads() || who.maintains_the_project()),
            Self::SeeGroup => if_may(who.reads() || who.owns_the_group()),
            Self::ChangeProject => if_may(who.maintains_the_project()),
            Self::ChangeGroup => if_may(who.owns_the_group()),
            Self::BeginInProject => sign_in_first(if_may(who.maintains_the_project())),
            Self::BeginInInstance => match sign_in_first(if_may(who.is_administrator())) {
                Outcome::Refused => Outcome::ChooseFirst,
                outcome => outcome,
            },
            Self::Token(scope) => match (who.has(scope), who.is_program()) {
                (true, _) => Outcome::LetIn,
                (false, true) => Outcome::Refused,
                (false, false) => Outcome::Unknown,
            },
            Self::Stream if who.has(Scope::Evaluate) => Outcome::LetIn,
            Self::Stream => Outcome::Unknown,
            Self::IntegrationOfProject => integration(who, who.maintains_the_project()),
            Self::IntegrationOfGroup => integration(who, who.owns_the_group()),
            Self::HookSecret if who == Who::GitLab => Outcome::LetIn,
            Self::Signature if who == Who::Slack => Outcome::LetIn,
            Self::HookSecret | Self::Signature => Outcome::Unknown,
            Self::State => Outcome::Refused,
            Self::Somebody => if_may(known),
        }
    }

    /// Whether somebody's cookie is what lets them in.
    pub fn takes_cookies(self) -> bool {
        self.outcome(Who::Ops) == Outcome::LetIn && self != Self::Nothing
    }
}

fn sign_in_first(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Unknown => Outcome::SignInFirst,
        Outcome::LetIn
        | Outcome::Refused
        | Outcome::NotThere
        | Outcome::SignInFirst
        | Outcome::ChooseFirst => outcome,
    }
}

fn integration(who: Who, may: bool) -> Outcome {
    if who.is_program() {
        return match who.has(Scope::Admin) {
            true => Outcome::LetIn,
            false => Outcome::Refused,
        };
    }
    match (may, who.is_person()) {
        (true, _) => Outcome::LetIn,
        (false, true) => Outcome::NotThere,
        (false, false) => Outcome::Unknown,
    }
}
