//! `auto_deploy status`: what is deployed where, and where a commit has come.

use domain::message::Tone;
use domain::mrkdwn::{self, Mrkdwn};
use domain::{Message, say};
use environments::Stage;
use gitlab::rest::{
    Commit, Deployment, IdOrPath, MergeRequest, MergeRequestUrl, RestError, if_found,
};

use crate::answer::{Answer, Refused};
use crate::code::{Code, Contained, Project, Standing, short};
use crate::command::{Argument, Command, Count};
use crate::context::Context;
use crate::grammar::Invocation;
use crate::when;
use crate::wording::Name;

pub(crate) const COMMAND: Command = Command {
    name: "auto_deploy status",
    aliases: &[],
    summary: "Show what is deployed to each stage, or which stages have a commit or a merge request.",
    arguments: &[Argument::text("SHA_OR_MERGE_REQUEST", Count::Any)],
    options: &[],
    has_environments: false,
    examples: &[
        "auto_deploy status",
        "auto_deploy status 3f2a9c1d",
        "auto_deploy status https://gitlab.example.com/group/project/-/merge_requests/1",
    ],
    run: |context, invocation| Box::pin(run(context, invocation)),
};

/// The most commits of one question: each stage is looked at for each.
const MOST_COMMITS: usize = 5;

async fn run(context: &Context<'_>, invocation: &Invocation) -> Result<Answer, Refused> {
    let code = context.chatops.code()?;
    let stages: Vec<&Stage> = context
        .parts()
        .environments
        .iter()
        .flat_map(|of| &of.stages)
        .collect();
    if stages.is_empty() {
        return Err(Refused(
            "no environment has a stage that is deployed to".to_owned(),
        ));
    }
    let asked = invocation.arguments.as_slice();
    match asked {
        [] => bare(context, code, &stages).await,
        [url] if url.contains("://") => of_merge_request(code, &stages, url).await,
        shas => of_commits(code, &stages, shas).await,
    }
}

async fn bare(context: &Context<'_>, code: Code<'_>, stages: &[&Stage]) -> Result<Answer, Refused> {
    let project = code.main()?;
    let standings = standings(code, &project, stages).await?;
    let headline = say!("Deployments of {}", mrkdwn::code(&project.rules.path));
    let mut message = Message::new(headline.clone(), headline);
    for (place, (stage, standing)) in standings.iter().enumerate() {
        let label = format!("{} ({})", stage.name, stage.short);
        let next = standings
            .get(place + 1)
            .and_then(|(stage, next)| Some((*stage, next.current.as_ref()?)));
        message = message.wide_fact(&label, stage_line(context, code, &project, standing, next));
    }
    Ok(Answer::in_channel(vec![message]))
}

fn stage_line(
    context: &Context<'_>,
    code: Code<'_>,
    project: &Project<'_>,
    standing: &Standing,
    next: Option<(&Stage, &Deployment)>,
) -> Mrkdwn {
    let Some(current) = &standing.current else {
        let running = standing
            .running
            .as_ref()
            .map(|running| deployment(code, project, running));
        let running =
            running.map_or_else(Mrkdwn::empty, |running| say!("; now deploying {}", running));
        return Mrkdwn::fixed("nothing is deployed").and(&running);
    };
    let at = current.updated_at.or(current.created_at);
    let at = at.map(|at| when::shown(at, &context.parts().rules.time_zone));
    let since = say!(
        "{} {}",
        deployment(code, project, current),
        mrkdwn::escape(&at.unwrap_or_default())
    );
    let running = standing.running.as_ref().map(|running| {
        // While something newer arrives, what it brings is compared, not what it lacks.
        let range = compared(code, project, &current.sha, &running.sha, "what it brings");
        say!(
            "🔄 now deploying {}{}",
            deployment(code, project, running),
            range
        )
    });
    let ahead = next
        .filter(|(_, next)| next.sha != current.sha)
        .map(|(stage, next)| {
            let range = compared(code, project, &next.sha, &current.sha, "compare");
            say!("not what {} has{}", mrkdwn::escape(&stage.name), range)
        });
    mrkdwn::join([Some(since), running, ahead].into_iter().flatten(), "\n")
}

fn deployment(code: Code<'_>, project: &Project<'_>, deployment: &Deployment) -> Mrkdwn {
    let branch = &deployment.revision;
    let branch = code.link(project, &format!("commits/{branch}"), &mrkdwn::code(branch));
    say!("{} of {}", code.commit(project, &deployment.sha), branch)
}

fn compared(
    code: Code<'_>,
    project: &Project<'_>,
    from: &str,
    to: &str,
    label: &'static str,
) -> Mrkdwn {
    say!(
        ", {}",
        code.link(
            project,
            &format!("compare/{from}...{to}"),
            &Mrkdwn::fixed(label)
        )
    )
}

async fn standings<'s>(
    code: Code<'_>,
    project: &Project<'_>,
    stages: &[&'s Stage],
) -> Result<Vec<(&'s Stage, Standing)>, Refused> {
    let asked = stages
        .iter()
        .map(|stage| code.standing(project, &stage.deployed_as));
    let answers: Result<Vec<Standing>, RestError> = futures_util::future::try_join_all(asked).await;
    let answers = answers.map_err(Refused::because)?;
    Ok(stages.iter().copied().zip(answers).collect())
}

async fn of_commits(code: Code<'_>, stages: &[&Stage], shas: &[String]) -> Result<Answer, Refused> {
    if MOST_COMMITS < shas.len() {
        return Err(Refused(format!(
            "ask for {MOST_COMMITS} commits at most at a time"
        )));
    }
    for sha in shas {
        let is_sha = (7..=40).contains(&sha.len()) && sha.bytes().all(|b| b.is_ascii_hexdigit());
        if !is_sha {
            let why = "is no SHA of 7 digits or more and no merge request's address";
            return Err(Refused(format!("{} {why}", Name(sha))));
        }
    }
    let project = code.main()?;
    let standings = standings(code, &project, stages).await?;
    let mut messages = Vec::with_capacity(shas.len());
    for sha in shas {
        let commit = code.gitlab.commit(&project.lookup, sha).await;
        let commit = if_found(commit).map_err(Refused::because)?.ok_or_else(|| {
            Refused(format!(
                "there is no commit {} in {}",
                Name(sha),
                Name(project.rules.lookup())
            ))
        })?;
        let title = say!(
            "{} {}",
            code.commit(&project, &commit.id),
            mrkdwn::escape_line(&commit.title)
        );
        messages.push(of_commit(code, &project, &standings, &commit, title).await?);
    }
    Ok(Answer::in_channel(messages))
}

async fn of_merge_request(code: Code<'_>, stages: &[&Stage], url: &str) -> Result<Answer, Refused> {
    let (project, merge_request) = merge_request(code, url).await?;
    let title = titled(&merge_request, url);
    let Some(sha) = merge_request.merged_as() else {
        let line = say!("{} is not merged, so it is deployed nowhere", title);
        return Ok(Answer::in_channel(vec![
            Message::new(line.clone(), line).tone(Tone::Warning),
        ]));
    };
    let commit = code.gitlab.commit(&project.lookup, sha).await;
    let commit = if_found(commit).map_err(Refused::because)?.ok_or_else(|| {
        Refused(format!(
            "the merge commit {} is not in {} yet",
            Name(short(sha)),
            Name(project.rules.lookup())
        ))
    })?;
    let standings = standings(code, &project, stages).await?;
    let message = of_commit(code, &project, &standings, &commit, title).await?;
    Ok(Answer::in_channel(vec![message]))
}

/// A merge request of a project that is released, by its address.
pub(crate) async fn merge_request<'a>(
    code: Code<'a>,
    url: &str,
) -> Result<(Project<'a>, MergeRequest), Refused> {
    let (project, home, iid) = place_of(code, url)?;
    let found = code.gitlab.merge_request(&home, iid).await;
    let found = if_found(found).map_err(Refused::because)?;
    let shown = format!("{home}!{iid}");
    let found =
        found.ok_or_else(|| Refused(format!("there is no merge request {}", Name(&shown))))?;
    Ok((project, found))
}

/// Where a merge request is, by its address alone.
pub(crate) fn place_of<'a>(
    code: Code<'a>,
    url: &str,
) -> Result<(Project<'a>, IdOrPath, u64), Refused> {
    let parsed = MergeRequestUrl::parse(url, code.gitlab.base_url()).map_err(Refused::because)?;
    let project = code.project(&parsed.project)?;
    let home: Result<IdOrPath, _> = parsed.project.parse();
    Ok((project, home.map_err(Refused::because)?, parsed.iid))
}

/// A merge request's title as a link.
pub(crate) fn titled(merge_request: &MergeRequest, url: &str) -> Mrkdwn {
    let label = format!("!{} {}", merge_request.iid, merge_request.title);
    mrkdwn::link(merge_request.web_url.as_deref().unwrap_or(url), &label)
}

async fn of_commit(
    code: Code<'_>,
    project: &Project<'_>,
    standings: &[(&Stage, Standing)],
    commit: &Commit,
    title: Mrkdwn,
) -> Result<Message, Refused> {
    let (mut there, mut missing, mut picks) = (Vec::new(), Vec::new(), Vec::new());
    for (stage, standing) in standings {
        let contained = match &standing.current {
            Some(current) => code
                .contained(project, &commit.id, &current.sha)
                .await
                .map_err(Refused::because)?,
            None => None,
        };
        let name = mrkdwn::bold(&stage.name);
        match contained {
            None => missing.push(name),
            Some(Contained::AsItself) => there.push(name),
            Some(Contained::Picked(pick)) => {
                there.push(name);
                if !picks.contains(&pick) {
                    picks.push(pick);
                }
            }
        }
    }
    let is_anywhere = !there.is_empty();
    let message =
        Message::new(title.clone(), title).tone(match (is_anywhere, missing.is_empty()) {
            (true, true) => Tone::Good,
            (true, false) => Tone::Work,
            (false, _) => Tone::Warning,
        });
    let there = if is_anywhere {
        mrkdwn::join(there, ", ")
    } else {
        Mrkdwn::fixed("nowhere")
    };
    let picks = picks.iter().map(|pick| code.commit(project, pick));
    Ok(message
        .wide_fact("Deployed to", there)
        .wide_fact("Not yet on", mrkdwn::join(missing, ", "))
        .wide_fact("Commit", code.commit(project, &commit.id))
        .wide_fact("Cherry-picked as", mrkdwn::join(picks, ", ")))
}
