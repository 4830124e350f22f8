//! `deploy`: what runs in one environment, started by hand into another.

use commands::wording::{Name, OneOf};
use domain::message::Tone;
use domain::{Message, mrkdwn, say};
use gitlab::rest::{Job, RestError};

use crate::answer::{Answer, Refused, Stopped};
use crate::context::Context;
use crate::slash::{Argument, Command, Given, Kind, Place};

pub(super) const COMMAND: Command = Command {
    name: "deploy",
    aliases: &[],
    summary: "Deploy what runs in one environment to another, by the manual job of the pipeline that deployed it there.",
    arguments: &[Argument::needed("FROM to TO", Kind::Line)],
    place: Place::Project,
    needs_account: true,
    examples: &["gitlab-org/gitlab deploy staging to production"],
    run: |context, given| Box::pin(run(context, given)),
};

/// The most jobs that a refusal lists.
const MOST_LISTED: usize = 5;

async fn run(context: &Context<'_>, given: &Given) -> Result<Answer, Stopped> {
    let way = Way::read(given.text("FROM to TO")).ok_or_else(|| {
        Stopped::because("name two environments, as in `deploy staging to production`")
    })?;
    let (gitlab, project) = (context.gitlab()?, context.place()?);
    let jobs = gitlab.jobs_that_deploy(&project, way.from, way.to).await;
    let jobs = jobs.map_err(|error| not_found(context, &way, error))?;
    let job = the_one(&jobs, &way).map_err(Stopped::Refused)?;
    let started = gitlab.play_job(&project, job.id).await;
    let started = started.map_err(|error| {
        let what = format!("job {}", Name(&job.name));
        context.gitlab_said(&what, error)
    })?;
    Ok(Answer::in_channel(card(&way, &started)))
}

/// From one environment to another.
struct Way<'t> {
    from: &'t str,
    to: &'t str,
}

impl<'t> Way<'t> {
    /// `staging to production`; names of environments may have spaces where `to` stands
    /// between them, and without it each is a word.
    fn read(line: &'t str) -> Option<Self> {
        let way = |from: &'t str, to: &'t str| Self {
            from: from.trim(),
            to: to.trim(),
        };
        let way = match line.split_once(" to ") {
            Some((from, to)) => way(from, to),
            None => {
                let (from, to) = line.split_once(char::is_whitespace)?;
                way(from, to)
            }
        };
        let is_word = |name: &str| !name.is_empty() && name != "to";
        (is_word(way.from) && is_word(way.to)).then_some(way)
    }
}

/// The job that is meant: the only one, or among several that of the environment's name.
fn the_one<'a>(jobs: &'a [Job], way: &Way<'_>) -> Result<&'a Job, Refused> {
    match jobs {
        [] => Err(Refused(format!(
            "the pipeline that last deployed to {} has no manual job that waits to deploy to {}; look at it in GitLab",
            Name(way.from),
            Name(way.to)
        ))),
        [only] => Ok(only),
        several => {
            let named = several.iter().find(|job| job.name == way.to);
            named.ok_or_else(|| several_fit(several, way))
        }
    }
}

fn several_fit(jobs: &[Job], way: &Way<'_>) -> Refused {
    let names: Vec<&str> = jobs.iter().map(|job| job.name.as_str()).collect();
    let shown = OneOf(names.get(..MOST_LISTED).unwrap_or(&names));
    Refused(format!(
        "{} manual jobs deploy to {} and none has its name: {shown}; start the right one in GitLab",
        jobs.len(),
        Name(way.to)
    ))
}

fn not_found(context: &Context<'_>, way: &Way<'_>, error: RestError) -> Stopped {
    match error {
        RestError::NotFound { .. } => Stopped::Refused(Refused(format!(
            "nothing was deployed to {} yet that your GitLab account may see, so there is nothing to take to {}",
            Name(way.from),
            Name(way.to)
        ))),
        error => context.gitlab_said("deployment", error),
    }
}

fn card(way: &Way<'_>, job: &Job) -> Message {
    let text = say!(
        "Deployment started from {} to {}.",
        mrkdwn::escape_line(way.from),
        mrkdwn::escape_line(way.to)
    );
    let message = Message::new(text.clone(), text).tone(Tone::Work);
    match &job.web_url {
        Some(url) => message
            .context(say!("By the job {}", mrkdwn::link(url, &job.name)))
            .link("Follow its progress", url),
        None => message.context(say!("By the job {}", mrkdwn::code(&job.name))),
    }
}

#[cfg(test)]
mod tests {
    use domain::Mrkdwn;
    use serde_json::json;

    use super::*;

    fn job(id: u64, name: &str) -> Job {
        serde_json::from_value(json!({
            "id": id, "name": name, "status": "manual",
            "web_url": format!("https://gitlab.example/acme/shop/-/jobs/{id}"),
        }))
        .unwrap()
    }

    #[test]
    fn two_environments_are_read_with_or_without_the_word_between() {
        for (line, expected) in [
            ("staging to production", Some(("staging", "production"))),
            ("staging production", Some(("staging", "production"))),
            ("review app to the world", Some(("review app", "the world"))),
            ("to to to", None),
            ("staging", None),
            ("staging to", None),
            ("to production", None),
        ] {
            let read = Way::read(line).map(|way| (way.from, way.to));
            assert_eq!(read, expected, "{line}");
        }
    }

    #[test]
    fn among_several_jobs_the_one_of_the_environments_name_is_started() {
        let way = Way {
            from: "staging",
            to: "production",
        };
        let chosen = |jobs: &[Job]| {
            the_one(jobs, &way)
                .map(|job| job.id)
                .map_err(|why| why.to_string())
        };
        assert_eq!(chosen(&[job(1, "ship it")]), Ok(1));
        assert_eq!(chosen(&[job(1, "ship it"), job(2, "production")]), Ok(2));
        assert_eq!(
            chosen(&[job(1, "east"), job(2, "west")]),
            Err("2 manual jobs deploy to `production` and none has its name: `east` or `west`; start the right one in GitLab".to_owned())
        );
        assert_eq!(
            chosen(&[]),
            Err("the pipeline that last deployed to `staging` has no manual job that waits to deploy to `production`; look at it in GitLab".to_owned())
        );
    }

    #[test]
    fn the_card_leads_to_the_job() {
        let way = Way {
            from: "<!here>",
            to: "production",
        };
        let message = card(&way, &job(7, "production"));
        assert_eq!(
            message.headline.as_str(),
            "Deployment started from &lt;!here&gt; to production."
        );
        let context: Vec<&str> = message.context.iter().map(Mrkdwn::as_str).collect();
        assert_eq!(
            context,
            ["By the job <https://gitlab.example/acme/shop/-/jobs/7|production>"]
        );
        assert_eq!(message.links.len(), 1);
    }
}
