//! `reactions.*`: an emoji under a message.

use super::call::{Answer, Call};
use crate::slack::What;
use crate::slack::refusal::Refusal;
use crate::slack::workspace::{Reaction, is_ts};

/// Different emoji on one message.
const EMOJI_LIMIT: usize = 50;
/// Emoji of one person on one message.
const PERSON_LIMIT: usize = 23;

/// `reactions.add`
pub fn add(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let me = call.me()?;
    let name = emoji(&call.args.text("name").unwrap_or_default())?;
    let ts = call.args.text("timestamp").unwrap_or_default();
    if !is_ts(&ts) {
        return Err(Refusal::of("bad_timestamp"));
    }
    let channel = call.channel()?;
    if channel.is_archived {
        return Err(Refusal::of("is_archived"));
    }
    let id = channel.id.clone();
    let message = call
        .channel_mut(&id)?
        .message_mut(&ts)
        .filter(|message| message.only_for.is_none())
        .ok_or("message_not_found")?;
    react(&mut message.reactions, name, me)?;
    call.changed(&id, Some(&ts), What::Reacted);
    Ok(Answer::new())
}

fn react(reactions: &mut Vec<Reaction>, name: String, me: String) -> Result<(), Refusal> {
    let mine = reactions
        .iter()
        .filter(|reaction| reaction.users.contains(&me))
        .count();
    let different = reactions.len();
    match reactions.iter_mut().find(|reaction| reaction.name == name) {
        Some(reaction) if reaction.users.contains(&me) => Err(Refusal::of("already_reacted")),
        Some(_) | None if PERSON_LIMIT <= mine => Err(Refusal::of("too_many_reactions")),
        Some(reaction) => {
            reaction.users.push(me);
            Ok(())
        }
        None if EMOJI_LIMIT <= different => Err(Refusal::of("too_many_emoji")),
        None => {
            reactions.push(Reaction {
                name,
                users: vec![me],
            });
            Ok(())
        }
    }
}

/// An emoji's name, with or without a skin tone, never with its colons around it.
fn emoji(name: &str) -> Result<String, Refusal> {
    let (base, tone) = name.split_once("::").unwrap_or((name, "skin-tone-2"));
    let spelled = base.chars().all(|c| {
        c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-' | '+' | '\'')
    });
    let toned = tone
        .strip_prefix("skin-tone-")
        .is_some_and(|n| matches!(n, "2" | "3" | "4" | "5" | "6"));
    if base.is_empty() || !spelled || !toned {
        return Err(Refusal::of("invalid_name"));
    }
    Ok(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emoji_are_named_without_their_colons() {
        for (name, good) in [
            ("thumbsup", true),
            ("+1", true),
            ("wave::skin-tone-3", true),
            (":thumbsup:", false),
            ("Thumbs Up", false),
            ("wave::skin-tone-9", false),
            ("", false),
        ] {
            assert_eq!(emoji(name).is_ok(), good, "{name:?}");
        }
    }

    #[test]
    fn nobody_reacts_twice_or_without_end() {
        let mut reactions = Vec::new();
        assert_eq!(
            react(&mut reactions, "eyes".to_owned(), "U1".to_owned()),
            Ok(())
        );
        let again = react(&mut reactions, "eyes".to_owned(), "U1".to_owned());
        assert_eq!(again.unwrap_err().error, "already_reacted");
        for n in 1..PERSON_LIMIT {
            react(&mut reactions, format!("e{n}"), "U1".to_owned()).unwrap();
        }
        let one_more = react(&mut reactions, "more".to_owned(), "U1".to_owned());
        assert_eq!(one_more.unwrap_err().error, "too_many_reactions");
    }
}
