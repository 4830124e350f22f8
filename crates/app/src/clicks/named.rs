//! What a button is about: `group/project#12` in its value.

use super::Clicked;
use crate::answer::Stopped;
use crate::context::Context;
use crate::slash::{account, project};

/// What [`Clicked::named`] reads: `mark` is `#` for an issue or a pipeline, `!` for a merge
/// request.
pub(crate) fn value(project: &str, mark: char, number: u64) -> String {
    format!("{project}{mark}{number}")
}

impl<'a> Clicked<'a> {
    /// The number that the button's value names, and all that a command has who is about the
    /// same project: with the rights of whoever clicked, and only if the project is still
    /// connected to the workspace.
    pub(crate) async fn named(&self, mark: char) -> Result<(Context<'a>, u64), Stopped> {
        let value = self.value();
        let (path, number) = read(reference(value), mark)
            .ok_or_else(|| Stopped::because("this button is from another time; ask again"))?;
        let mut context = Context {
            app: self.app,
            who: self.who,
            account: None,
            project: None,
            line: format!("{} {value}", self.action.action_id),
            request_id: self.app.request_id(),
        };
        tracing::info!(
            action.id = self.action.action_id,
            slack.workspace = %self.who.workspace,
            slack.user = self.who.user.as_str(),
            request.id = context.request_id,
            "click"
        );
        context.account = Some(account(self.app, self.who).await?);
        context.project = Some(project::connected(&context, path).await?);
        Ok((context, number))
    }

    /// What the value says after the reference and a space: the commit that was looked at.
    pub(crate) fn detail(&self) -> Option<&str> {
        let (_, detail) = self.value().split_once(' ')?;
        (!detail.is_empty()).then_some(detail)
    }
}

fn reference(value: &str) -> &str {
    value.split_once(' ').map_or(value, |(first, _)| first)
}

fn read(value: &str, mark: char) -> Option<(&str, u64)> {
    let (path, number) = value.rsplit_once(mark)?;
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
    let number = number.parse().ok().filter(|_| is_number)?;
    (!path.is_empty()).then_some((path, number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_read_as_it_was_written_and_nothing_else_is() {
        let written = value("acme/shop", '#', 12);
        assert_eq!(read(&written, '#'), Some(("acme/shop", 12)));
        for wrong in [
            "",
            "12",
            "#12",
            "acme/shop#",
            "acme/shop#+1",
            "acme/shop!12",
        ] {
            assert_eq!(read(wrong, '#'), None, "{wrong:?}");
        }
    }
}
