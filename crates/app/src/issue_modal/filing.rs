//! From a sent form to the issue in GitLab.

use domain::{mrkdwn, say};
use gitlab::rest::{IdOrPath, Issue, IssueType, NewIssue, RestError, if_found};
use slack::view::{View, ViewAnswer};
use store::Connection;

use super::details::{Kind, Listed as _, Severity, Status};
use super::form::{Details, Form, TITLE};
use super::{projects, reading};
use crate::answer::{Answer, Stopped};
use crate::context::{Account, said_by_gitlab};
use crate::modals::Submitted;
use crate::slash::account;
use crate::slash::issue::card;

/// What was made, and what of the form was left out.
struct Filed {
    issue: Issue,
    connection: Connection,
    by: String,
    left_out: Vec<String>,
}

pub(super) async fn submit(submitted: &Submitted<'_>) -> Result<ViewAnswer, Stopped> {
    let form = Form::read(submitted.view)?;
    if let Some(objections) = form.objections() {
        return Ok(objections);
    }
    match file(submitted, &form).await {
        Ok(Done::Filed(filed)) => Ok(told(submitted, &form, &filed)),
        Ok(Done::BadTitle(why)) => Ok(ViewAnswer::error(TITLE, &why)),
        Err(Stopped::Refused(why)) => Ok(ViewAnswer::update(
            Form {
                notice: Some(why.to_string()),
                ..form
            }
            .view(),
        )),
        Err(stopped @ (Stopped::Unlinked | Stopped::Relink)) => Err(stopped),
    }
}

enum Done {
    Filed(Box<Filed>),
    /// In GitLab's words.
    BadTitle(String),
}

async fn file(submitted: &Submitted<'_>, form: &Form) -> Result<Done, Stopped> {
    let (app, who, kind) = (submitted.app, submitted.who, form.kind());
    let Some(id) = form.project_id() else {
        return Err(Stopped::because("choose a project"));
    };
    let account = account(app, who).await?;
    let connection = projects::allowed(app, who, &account, (id, kind)).await?;
    tracing::info!(
        slack.workspace = %who.workspace,
        slack.user = who.user.as_str(),
        project = %connection.project,
        kind = kind.noun(),
        "an issue is created from a form"
    );
    let mut left_out = Vec::new();
    let assignee = assignee(&account, &connection, form, &mut left_out).await?;
    let new = new_issue(form, assignee, &mut left_out);
    let project = IdOrPath::from(id);
    let issue = match account.gitlab.create_issue(&project, &new).await {
        Ok(issue) => issue,
        Err(RestError::Refused { messages, .. })
            if messages.iter().any(|said| is_of_title(said)) =>
        {
            let said: Vec<String> = messages
                .into_iter()
                .filter(|said| is_of_title(said))
                .collect();
            return Ok(Done::BadTitle(said.join("; ")));
        }
        Err(error) => return Err(said(kind, &connection, error)),
    };
    afterwards(&account, form, &issue, &connection, &mut left_out).await;
    Ok(Done::Filed(Box::new(Filed {
        issue,
        connection,
        by: account.linked.username,
        left_out,
    })))
}

fn is_of_title(said: &str) -> bool {
    said.to_lowercase().starts_with("title")
}

fn said(kind: Kind, connection: &Connection, error: RestError) -> Stopped {
    let what = format!("new {}", kind.noun());
    said_by_gitlab(&what, Some(connection.project.as_str()), error)
}

/// The person's number in GitLab, if they still belong to the project.
async fn assignee(
    account: &Account,
    connection: &Connection,
    form: &Form,
    left_out: &mut Vec<String>,
) -> Result<Option<u64>, Stopped> {
    let Some(picked) = &form.assignee else {
        return Ok(None);
    };
    let project = IdOrPath::from(connection.project_id);
    let member = match picked.value.parse() {
        Ok(id) => if_found(account.gitlab.project_member(&project, id).await)
            .map_err(|error| said(form.kind(), connection, error))?,
        Err(_) => None,
    };
    let member = member
        .filter(|member| member.is_active())
        .map(|member| member.id);
    if member.is_none() {
        left_out.push(format!(
            "nobody is assigned: `{}` is no member of the project",
            picked.label
        ));
    }
    Ok(member)
}

fn new_issue(form: &Form, assignee: Option<u64>, left_out: &mut Vec<String>) -> NewIssue {
    let is_of_another = form.held.project != form.project_id();
    if is_of_another && !form.labels.is_empty() {
        left_out.push("the labels were those of another project".to_owned());
    }
    let labels = form.labels.iter().filter(|_| !is_of_another);
    NewIssue {
        title: form.title.clone(),
        description: description(form),
        labels: labels.map(|label| label.value.clone()).collect(),
        confidential: form.is_confidential,
        assignee_ids: assignee.into_iter().collect(),
        issue_type: Some(match &form.details {
            Details::Issue(kind) => (*kind).into(),
            Details::Incident { .. } => IssueType::Incident,
        }),
        milestone_id: None,
        due_date: None,
    }
}

/// The description, and above it as quick actions what GitLab's API takes no other way. Below, a
/// code block that was left open would swallow them.
fn description(form: &Form) -> String {
    let Details::Incident { severity, zoom, .. } = &form.details else {
        return form.description.clone();
    };
    let severity = match severity {
        Severity::Unknown => None,
        Severity::Critical | Severity::High | Severity::Medium | Severity::Low => {
            Some(format!("/severity {}\n", severity.word()))
        }
    };
    let zoom = reading::meeting(zoom).map(|address| format!("/zoom {address}\n"));
    let actions: String = severity.into_iter().chain(zoom).collect();
    format!("{actions}{}", form.description)
}

/// What is done once there is an issue; what fails is told and takes nothing back.
async fn afterwards(
    account: &Account,
    form: &Form,
    issue: &Issue,
    connection: &Connection,
    left_out: &mut Vec<String>,
) {
    let Details::Incident { status, .. } = &form.details else {
        return;
    };
    if issue.issue_type != Some(IssueType::Incident) {
        left_out.push(
            "GitLab made an issue of it: your account may not create incidents there".to_owned(),
        );
        return;
    }
    let status = match status {
        Status::Triggered => return,
        Status::Acknowledged => gitlab::rest::EscalationStatus::Acknowledged,
        Status::Resolved => gitlab::rest::EscalationStatus::Resolved,
    };
    let set = account
        .gitlab
        .set_escalation_status(connection.project.as_str(), issue.iid, status)
        .await;
    if let Err(error) = set {
        tracing::warn!(%error, "the status of a new incident was not set");
        left_out.push("its status is still `Triggered`; set it in GitLab".to_owned());
    }
}

/// Tells of it where the form was asked for, else in the modal.
fn told(submitted: &Submitted<'_>, form: &Form, filed: &Filed) -> ViewAnswer {
    let answer = answer(form, filed);
    let Some(answer_to) = form.held.answer.clone() else {
        return ViewAnswer::update(shown(form.kind(), &answer));
    };
    let (app, who) = (submitted.app.clone(), submitted.who.clone());
    let tasks = app.parts().tasks.clone();
    tasks.spawn(async move { answer_to.tell(&app, &who, &answer).await });
    ViewAnswer::Close
}

fn answer(form: &Form, filed: &Filed) -> Answer {
    let behalf = mrkdwn::code(&format!("@{}", filed.by));
    let message = card::of(&filed.issue);
    let message = message.context(match form.kind() {
        Kind::Issue => say!("Opened on {behalf}'s behalf"),
        Kind::Incident => say!("Declared on {behalf}'s behalf"),
    });
    let left_out = filed.left_out.iter();
    let message = left_out.fold(message, |message, what| {
        message.context(commands::wording::prose(&format!(":warning: {what}")))
    });
    card::shown(&filed.connection.project, &filed.issue, message)
}

fn shown(kind: Kind, answer: &Answer) -> View {
    let title = match kind {
        Kind::Issue => "Issue created",
        Kind::Incident => "Incident declared",
    };
    let view = View::modal(title).close("Close");
    let messages = answer.messages.iter();
    messages.fold(view, |view, message| view.message(message))
}

#[cfg(test)]
mod tests;
