//! What goes back to whoever asked something of a rollout.

use domain::mrkdwn;
use domain::{Message, say};
use rollouts::Status;

use crate::answer::{Answer, Refused};
use crate::context::Context;
use crate::wording::prose;

impl Context<'_> {
    /// The rollout's card as it is now.
    pub(crate) fn rollout_card(&self, status: &Status) -> Result<Message, Refused> {
        let page = self.steered()?.rollouts.page(&status.id);
        Ok(rollouts::card::card(status, self.now(), Some(&page)))
    }

    /// What was asked for is done: one line, and the card.
    pub(crate) fn rollout_answer(&self, line: &str, status: &Status) -> Result<Answer, Refused> {
        let line = say!("{}: {}", mrkdwn::code(status.flag.as_str()), prose(line));
        let done = Message::new(line.clone(), line);
        Ok(Answer::in_channel(vec![done, self.rollout_card(status)?]))
    }
}
