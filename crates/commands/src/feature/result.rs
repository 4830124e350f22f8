//! What a change has done, as an answer tells it.

use domain::message::Tone;
use domain::mrkdwn::{self, Mrkdwn};
use domain::{AuditId, Message, ScheduleId, say};
use environments::{ChangeError, Changed, Environment, NotResolved, Tier};
use flags::{ActorId, FlagKey, Gates, Refusal};
use jiff::Timestamp;
use store::{FlagRefused, Note, Store};

use crate::answer::Refused;
use crate::context::Context;
use crate::when;
use crate::wording::{Name, OneOf, prose};

use super::card::{self, Names};

/// What is told besides the change.
pub(crate) struct Told<'a> {
    pub(crate) note: &'a Note,
    /// What the actors were called that it names; the store knows what the others are called.
    pub(crate) names: &'a [(ActorId, String)],
    pub(crate) remarks: &'a [String],
    pub(crate) warnings: &'a [&'static str],
    /// When it is taken back, and by which schedule.
    pub(crate) undo: Option<(ScheduleId, Timestamp)>,
}

/// The message about a change that was made.
pub(crate) async fn message(
    context: &Context<'_>,
    environment: &Environment,
    changed: &Changed,
    told: &Told<'_>,
) -> Result<Message, Refused> {
    let mut names = names(
        &context.parts().store,
        [changed.before.as_ref(), changed.after.as_ref()],
    )
    .await;
    names.extend(told.names.iter().cloned());
    let zone = &context.parts().rules.time_zone;
    let message = headline(environment, changed, &names);
    let message = card::gate_facts(message, changed.after.as_ref(), &names);
    let message = small_print(message, told.note);
    let message = message.context(told.undo.as_ref().map_or_else(Mrkdwn::empty, |(id, at)| {
        let at = when::shown(*at, zone);
        prose(&format!(
            "Taken back at {at}, unless it is changed before; `feature cancel {id}` keeps it"
        ))
    }));
    let message = with_lines(message, told).context(cross_posted(context, environment, changed));
    let message = message.context(mrkdwn::escape(&environment.host));
    Ok(card::with_links(message, changed.definition.as_ref()))
}

/// The first line: what holds now, and what held before.
pub(crate) fn headline(environment: &Environment, changed: &Changed, names: &Names) -> Message {
    let default = changed
        .definition
        .as_ref()
        .is_some_and(|of| of.default_enabled);
    let described = |gates: Option<&Gates>| card::described(gates, default, names);
    let (before, after) = (
        described(changed.before.as_ref()),
        described(changed.after.as_ref()),
    );
    let (flag, on) = (
        mrkdwn::code(changed.flag.as_str()),
        mrkdwn::bold(environment.name.as_str()),
    );
    if changed.before == changed.after {
        let line = say!("{} is {} on {}, as before", flag, after, on);
        return Message::new(line.clone(), line).tone(card::tone(changed.after.as_ref(), default));
    }
    let line = match &changed.after {
        None => say!("{} is deleted on {}: {}", flag, on, after),
        Some(_) => say!("{} is now {} on {}", flag, after, on),
    };
    Message::new(line.clone(), line)
        .tone(card::tone(changed.after.as_ref(), default))
        .wide_fact("Before", before)
        .context(shadowed(changed.after.as_ref(), default))
}

/// Says so when what is set overrides a definition that is on by default.
pub(crate) fn shadowed(after: Option<&Gates>, default: bool) -> Mrkdwn {
    let is_shadowed = default && after.is_some_and(|gates| gates.state() != flags::State::On);
    if is_shadowed {
        prose(
            "The definition says on by default; what is set here overrides that until it is deleted",
        )
    } else {
        Mrkdwn::empty()
    }
}

/// Who, why, and in spite of what.
pub(crate) fn small_print(message: Message, note: &Note) -> Message {
    let by = say!("By {}", mrkdwn::code(&note.author.name));
    let by = match &note.reason {
        Some(reason) => say!("{}: {}", by, mrkdwn::escape_line(reason)),
        None => by,
    };
    let overrides = note
        .overrides
        .iter()
        .map(|name| say!("⚠ {} ignored", mrkdwn::escape(name)));
    message.context(by).context(mrkdwn::join(overrides, ", "))
}

/// Where else the change is told, which people had to do by hand.
fn cross_posted(context: &Context<'_>, environment: &Environment, changed: &Changed) -> Mrkdwn {
    let announcements = &context.parts().rules.announcements;
    let group = changed
        .definition
        .as_ref()
        .and_then(|definition| definition.group.as_deref());
    let team = group.and_then(|group| announcements.team_channel(group));
    let is_told = environment.tier == Tier::Production
        && announcements.tell_team_of_production
        && announcements.workspace.is_some()
        && changed.before != changed.after;
    match team.filter(|_| is_told) {
        Some(team) => say!("Told to {} as well", mrkdwn::escape(team.as_str())),
        None => Mrkdwn::empty(),
    }
}

fn with_lines(message: Message, told: &Told<'_>) -> Message {
    let warnings = told
        .warnings
        .iter()
        .map(|warning| say!("⚠ {}", prose(warning)));
    let remarks = told.remarks.iter().map(|remark| prose(remark));
    let message = warnings.chain(remarks).fold(message, Message::context);
    if told.warnings.is_empty() && told.note.overrides.is_empty() {
        message
    } else {
        message.tone(Tone::Warning)
    }
}

/// What people call the actors of these gates; without names when the store does not answer.
pub(crate) async fn names<'g>(
    store: &Store,
    gates: impl IntoIterator<Item = Option<&'g Gates>>,
) -> Names {
    let actors: Vec<ActorId> = gates
        .into_iter()
        .flatten()
        .flat_map(|gates| {
            gates
                .enabled_actors()
                .cloned()
                .chain(gates.opted_out_actors())
        })
        .collect();
    if actors.is_empty() {
        return Names::new();
    }
    let found = store.actor_names(&actors).await;
    found
        .map(|found| found.into_iter().collect())
        .unwrap_or_default()
}

/// Why a change was not made, in one line.
pub(crate) fn refused(error: ChangeError) -> Refused {
    match error {
        ChangeError::UnknownFlag { flag, nearest } if nearest.is_empty() => Refused(format!(
            "there is no flag {}; `--force` makes one without a definition",
            Name(flag.as_str())
        )),
        ChangeError::UnknownFlag { flag, nearest } => {
            let nearest: Vec<String> = nearest.iter().map(ToString::to_string).collect();
            Refused(format!(
                "there is no flag {}; did you mean {}?",
                Name(flag.as_str()),
                OneOf(&nearest)
            ))
        }
        ChangeError::Refused(Refusal::OptedOut(actor)) => Refused(format!(
            "{} has opted out; `remove_opt_out` in place of `true` takes that back first",
            Name(actor.as_str())
        )),
        ChangeError::NotResolved(NotResolved::NotFound { name }) => {
            Refused(format!("{} is not found!", Name(&name)))
        }
        error => Refused::because(error),
    }
}

/// Writes down that a check did not let somebody; that it could not be is no reason to fail.
pub(crate) async fn note_refusal(
    context: &Context<'_>,
    environment: &Environment,
    flag: &FlagKey,
    Refused(why): &Refused,
) {
    let refused = FlagRefused {
        environment: environment.name.clone(),
        flag: flag.clone(),
        note: context.note(None),
        refused: why.clone(),
    };
    let now = context.now();
    let entry = AuditId::mint(now.as_millisecond(), context.parts().chance.next_u128());
    if let Err(error) = context
        .parts()
        .store
        .note_refusal(refused, now, entry)
        .await
    {
        tracing::warn!(%error, flag.key = flag.as_str(), "a refusal is not in the audit");
    }
}
