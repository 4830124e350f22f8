//! What `feature set` asks for, read and checked before anybody is asked anything.

use flags::FlagKey;
use flags::request::{Request, Targets};
use jiff::{SignedDuration, Timestamp};

use crate::answer::Refused;
use crate::checks::Ignores;
use crate::context::{Context, flag_key};
use crate::grammar::{BadInput, Invocation, Opt};
use crate::when;
use crate::wording::Name;

/// A change as it was typed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Wanted {
    pub(crate) flag: FlagKey,
    pub(crate) request: Request,
    pub(crate) force: bool,
    pub(crate) reason: Option<String>,
    /// When to make it, if not now.
    pub(crate) at: Option<Timestamp>,
    /// How long it holds, if not for good.
    pub(crate) hold_for: Option<SignedDuration>,
    pub(crate) ignores: Ignores,
    /// What people should know though it was done.
    pub(crate) warnings: Vec<&'static str>,
}

/// The longest reason.
const LONGEST_REASON: usize = 500;

const RANDOM_WARNING: &str = "`--random` is drawn anew at each evaluation, so the same project sees the feature \
     come and go; `--actors` does not (`--ignore-random-deprecation-check` silences this)";

impl Wanted {
    pub(crate) fn read(context: &Context<'_>, invocation: &Invocation) -> Result<Self, Refused> {
        let targets = targets(invocation, context.gitlab_name())?;
        let typed = invocation.argument(1).unwrap_or_default();
        let value = value(typed)?;
        let key = key(invocation, &value, &targets)?;
        let zone = &context.parts().rules.time_zone;
        let at = invocation.value(Opt::At);
        let hold_for = invocation.value(Opt::For);
        let is_random_used = invocation.has(Opt::Random) && !invocation.has(Opt::IgnoreRandomCheck);
        Ok(Self {
            flag: flag_key(invocation.argument(0).unwrap_or_default())?,
            request: Request {
                value: value.text().to_owned(),
                key: key.map(str::to_owned),
                targets,
            },
            force: invocation.has(Opt::Force),
            reason: reason(invocation)?,
            at: at
                .map(|at| when::time(at, context.now(), zone))
                .transpose()?,
            hold_for: hold_for.map(when::duration).transpose()?,
            ignores: Ignores {
                production: invocation.has(Opt::IgnoreProductionCheck),
                consistency: invocation.has(Opt::IgnoreConsistencyCheck),
            },
            warnings: if is_random_used {
                vec![RANDOM_WARNING]
            } else {
                Vec::new()
            },
        })
    }
}

/// Why a change is made, if it was said.
pub(crate) fn reason(invocation: &Invocation) -> Result<Option<String>, BadInput> {
    match invocation.value(Opt::Reason) {
        Some(reason) if LONGEST_REASON < reason.chars().count() => Err(BadInput::Value(format!(
            "a reason can be {LONGEST_REASON} characters long, this one is longer"
        ))),
        reason => Ok(reason.map(str::to_owned)),
    }
}

/// What a flag can be set to.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    True,
    False,
    /// Keeps those who are named out, whatever else is set.
    OptOut,
    RemoveOptOut,
    /// A number from 0 to 100, as it was typed.
    Percentage(String),
}

impl Value {
    fn text(&self) -> &str {
        match self {
            Self::True => "true",
            Self::False => "false",
            Self::OptOut => "opt_out",
            Self::RemoveOptOut => "remove_opt_out",
            Self::Percentage(number) => number,
        }
    }

    /// Whether it opens or closes the flag for everyone whatever else is said.
    fn is_whole(&self) -> bool {
        match self {
            Self::True | Self::False => true,
            Self::OptOut | Self::RemoveOptOut => false,
            Self::Percentage(number) => matches!(number.as_str(), "0" | "0.0" | "100" | "100.0"),
        }
    }
}

fn value(typed: &str) -> Result<Value, BadInput> {
    match typed.to_lowercase().as_str() {
        "true" => return Ok(Value::True),
        "false" => return Ok(Value::False),
        "opt_out" => return Ok(Value::OptOut),
        "remove_opt_out" => return Ok(Value::RemoveOptOut),
        _ => (),
    }
    let number = typed.strip_suffix('%').unwrap_or(typed);
    match number.parse::<flags::Percentage>() {
        Ok(_) => Ok(Value::Percentage(number.to_owned())),
        Err(_) => Err(BadInput::Value(format!(
            "{} is no value of a flag: give `true`, `false` or a number from `0` to `100`",
            Name(typed)
        ))),
    }
}

/// Which percentage a number is, if it is one.
fn key(
    invocation: &Invocation,
    value: &Value,
    targets: &Targets,
) -> Result<Option<&'static str>, BadInput> {
    let (actors, random) = (invocation.has(Opt::Actors), invocation.has(Opt::Random));
    let refused = |why: &str| Err(BadInput::Value(why.to_owned()));
    if actors && random {
        return refused("`--actors` and `--random` exclude each other: give one of them");
    }
    let percentage = if actors { "--actors" } else { "--random" };
    if (actors || random) && !targets.is_empty() {
        return refused(&format!(
            "`{percentage}` is about everybody: leave out who it is for, or set `true` or `false` for them"
        ));
    }
    match value {
        Value::OptOut | Value::RemoveOptOut if targets.is_empty() => refused(&format!(
            "`{}` is for who is named: add `--project`, `--group` or `--user`",
            value.text()
        )),
        Value::True | Value::False | Value::OptOut | Value::RemoveOptOut if actors || random => {
            refused(&format!(
                "`{percentage}` goes with a number from `0` to `100`, `{}` is for everyone",
                value.text()
            ))
        }
        Value::Percentage(number) if !value.is_whole() && !targets.is_empty() => refused(&format!(
            "who is named is let in or not: give `true` or `false`, not `{number}`"
        )),
        Value::Percentage(number) if !(value.is_whole() || actors || random) => refused(&format!(
            "{number} % of what? Add `--actors` (always the same projects or people) or `--random` (drawn anew each time)"
        )),
        Value::True | Value::False | Value::OptOut | Value::RemoveOptOut | Value::Percentage(_) => {
            Ok(actors.then_some("percentage_of_actors"))
        }
    }
}

/// Who is named; `me` is whoever types.
pub(crate) fn targets(invocation: &Invocation, me: &str) -> Result<Targets, Refused> {
    let list = |opt| invocation.values(opt).to_vec();
    let user = |name: &String| match name.trim_start_matches('@') {
        "me" => me.to_owned(),
        name => name.to_owned(),
    };
    let group = invocation.value(Opt::FeatureGroup);
    let feature_group = group.map(|group| {
        group
            .parse()
            .map_err(|_| Refused(format!("{} is no name of a feature group", Name(group))))
    });
    Ok(Targets {
        users: list(Opt::User).iter().map(user).collect(),
        groups: list(Opt::Group),
        namespaces: list(Opt::Namespace),
        projects: list(Opt::Project),
        repositories: list(Opt::Repository),
        feature_group: feature_group.transpose()?,
    })
}
