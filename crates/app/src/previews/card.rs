//! How commits, jobs, files, comments, milestones, releases and projects look in a preview.
//! Issues, merge requests and pipelines have the cards that their commands show.

use domain::message::Tone;
use domain::{Message, Mrkdwn, mrkdwn, say};
use gitlab::links::BlobLink;
use gitlab::rest::{Commit, Job, JobStatus, Milestone, Note, Noteable, Project, Release, User};
use notify::markdown::{self, to_mrkdwn};

use super::lines::Shown;

/// The most characters of a description that are shown.
const TEXT: usize = 400;

/// The page that is shown.
pub(super) struct Page<'a> {
    /// The project's full path.
    pub(super) path: &'a str,
    /// The page's address, as it was written.
    pub(super) url: &'a str,
}

impl Page<'_> {
    /// GitLab Markdown of the page's project, shortened.
    pub(super) fn text(&self, source: Option<&str>) -> Mrkdwn {
        let source = source.unwrap_or_default();
        let place = markdown::Place {
            project_url: "",
            project_path: self.path,
            more_url: self.url,
        };
        to_mrkdwn(source, &place, TEXT)
    }

    fn link(&self, label: &str) -> Mrkdwn {
        mrkdwn::link(self.url, label)
    }

    fn project(&self) -> Mrkdwn {
        mrkdwn::escape_line(self.path)
    }
}

pub(super) fn project(project: &Project) -> Message {
    let name = &project.path_with_namespace;
    let url = project.web_url.as_deref().unwrap_or_default();
    let summary = say!("Project {}", mrkdwn::escape_line(name));
    let description = project.description.as_deref().unwrap_or_default();
    Message::new(summary, mrkdwn::link(url, name)).body(mrkdwn::escape_line(description))
}

pub(super) fn commit(commit: &Commit, page: &Page<'_>) -> Message {
    let short: String = commit.id.chars().take(8).collect();
    let author = commit.author_name.as_deref().unwrap_or_default();
    let (_, rest) = commit.message.split_once('\n').unwrap_or_default();
    let summary = say!("Commit {}", mrkdwn::escape_line(&short));
    Message::new(summary, page.link(&commit.title))
        .body(page.text(Some(rest.trim())))
        .fact("Author", mrkdwn::escape_line(author))
        .fact("Commit", mrkdwn::code(&short))
        .context(page.project())
}

pub(super) fn job(job: &Job, page: &Page<'_>) -> Message {
    let label = format!("Job {}", job.name);
    let status = status(job.status);
    let reason = job.failure_reason.as_deref().unwrap_or_default();
    let summary = say!("{} {}", mrkdwn::escape_line(&label), status);
    let text = |text: Option<&String>| text.map_or_else(Mrkdwn::empty, |text| mrkdwn::code(text));
    Message::new(summary, say!("{} {}", page.link(&label), status))
        .tone(tone(job.status))
        .fact("Stage", text(job.stage.as_ref()))
        .fact("Branch", text(job.revision.as_ref()))
        .fact("Reason", mrkdwn::escape_line(&reason.replace('_', " ")))
        .context(page.project())
}

/// How a job stands, as the rest of a sentence about it.
fn status(status: JobStatus) -> &'static str {
    match status {
        JobStatus::Created => "was created",
        JobStatus::WaitingForResource => "waits for a resource",
        JobStatus::WaitingForCallback => "waits for an answer from outside",
        JobStatus::Preparing => "is being prepared",
        JobStatus::Pending => "is pending",
        JobStatus::Running => "is running",
        JobStatus::Success => "succeeded",
        JobStatus::Failed => "failed",
        JobStatus::Canceling => "is being canceled",
        JobStatus::Canceled => "was canceled",
        JobStatus::Skipped => "was skipped",
        JobStatus::Manual => "waits for somebody to start it",
        JobStatus::Scheduled => "is scheduled",
        JobStatus::Other => "is on its way",
    }
}

fn tone(status: JobStatus) -> Tone {
    match status {
        JobStatus::Success => Tone::Good,
        JobStatus::Failed => Tone::Danger,
        JobStatus::Canceling | JobStatus::Canceled => Tone::Warning,
        JobStatus::Created
        | JobStatus::WaitingForResource
        | JobStatus::WaitingForCallback
        | JobStatus::Preparing
        | JobStatus::Pending
        | JobStatus::Running
        | JobStatus::Skipped
        | JobStatus::Manual
        | JobStatus::Scheduled
        | JobStatus::Other => Tone::Neutral,
    }
}

pub(super) fn file(blob: &BlobLink, shown: &Shown, page: &Page<'_>) -> Message {
    let label = if shown.first == shown.last {
        format!("{}, line {}", blob.file_name(), shown.first)
    } else {
        format!(
            "{}, lines {} to {}",
            blob.file_name(),
            shown.first,
            shown.last
        )
    };
    Message::new(mrkdwn::escape_line(&label), page.link(&label))
        .body(shown.block.clone())
        .context(page.project())
}

pub(super) fn note(note: &Note, on: Noteable, title: &str, page: &Page<'_>) -> Message {
    let author = note.author.as_ref().map_or_else(Mrkdwn::empty, person);
    let on = match on {
        Noteable::Issue(iid) => format!("{title} · #{iid}"),
        Noteable::MergeRequest(iid) => format!("{title} · !{iid}"),
    };
    let summary = say!("Comment on {}", mrkdwn::escape_line(&on));
    Message::new(summary, say!("{author} commented on {}", page.link(&on)))
        .body(page.text(Some(&note.body)))
        .context(page.project())
}

pub(super) fn milestone(milestone: &Milestone, page: &Page<'_>) -> Message {
    let label = format!("Milestone {}", milestone.title);
    let date = |date: Option<jiff::civil::Date>| {
        date.map_or_else(Mrkdwn::empty, |date| mrkdwn::escape_line(&date.to_string()))
    };
    let state = milestone.state.as_deref().unwrap_or_default();
    Message::new(mrkdwn::escape_line(&label), page.link(&label))
        .body(page.text(milestone.description.as_deref()))
        .fact("State", mrkdwn::escape_line(state))
        .fact("Starts", date(milestone.start_date))
        .fact("Due", date(milestone.due_date))
        .context(page.project())
}

pub(super) fn release(release: &Release, page: &Page<'_>) -> Message {
    let name = release.name.as_deref().filter(|name| !name.is_empty());
    let label = format!("Release {}", name.unwrap_or(&release.tag_name));
    let author = release.author.as_ref().map_or_else(Mrkdwn::empty, person);
    Message::new(mrkdwn::escape_line(&label), page.link(&label))
        .body(page.text(release.description.as_deref()))
        .fact("Tag", mrkdwn::code(&release.tag_name))
        .fact("Author", author)
        .context(page.project())
}

fn person(user: &User) -> Mrkdwn {
    match &user.web_url {
        Some(url) => mrkdwn::link(url, &user.name),
        None => mrkdwn::escape_line(&user.name),
    }
}

#[cfg(test)]
mod tests;
