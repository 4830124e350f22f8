//! Requests of Slack's as its kits record them.

use std::path::Path;

use serde_json::Value;
use slack::event::Envelope;
use slack::{HookHost, Interaction, SlashCommand};

use super::{corpus, fill, read};

/// The recorded payload, with something in each of the texts that were blanked.
fn payload(path: &Path) -> Value {
    let mut payload = read(path).unwrap();
    fill(&mut payload, "");
    payload
}

fn interaction_of(path: &Path) -> String {
    let payload = payload(path);
    let url = payload.pointer("/response_urls/0/response_url");
    let host = url
        .and_then(Value::as_str)
        .unwrap_or("https://slack.com/api/");
    let host = HookHost::of_slack(host).unwrap();
    variant(&Interaction::parse(&payload, &host))
}

fn event_of(path: &Path) -> String {
    match Envelope::from_json(&payload(path)) {
        Ok(Envelope::Event(callback)) => variant(&callback.event),
        other => variant(&other),
    }
}

/// The first word of a value as it is printed, its `Ok` left out.
fn variant(value: &impl std::fmt::Debug) -> String {
    let shown = format!("{value:?}");
    let shown = shown.strip_prefix("Ok(").unwrap_or(&shown);
    if shown.starts_with("Err") {
        return shown.to_owned();
    }
    let end = shown.find(['(', ' ', ')']).unwrap_or(shown.len());
    shown[..end].to_owned()
}

#[test]
fn recorded_interactions_are_read() {
    let Some(corpus) = corpus() else { return };
    let bolt = "bolt-python/payloads";
    let java = "java-slack-sdk/samples/app-backend";
    for (file, expected) in [
        (format!("{bolt}/block_actions_message.json"), "BlockActions"),
        (format!("{bolt}/block_suggestion.json"), "Suggestion"),
        (format!("{bolt}/shortcut_global.json"), "Shortcut"),
        (format!("{bolt}/shortcut_message.json"), "MessageShortcut"),
        (format!("{bolt}/view_closed.json"), "ViewClosed"),
        (format!("{bolt}/view_submission.json"), "ViewSubmission"),
        (
            format!("{bolt}/view_submission_response_urls.json"),
            "ViewSubmission",
        ),
        (
            format!("{java}/interactive-components/BlockActionPayload.json"),
            "BlockActions",
        ),
        (
            format!("{java}/interactive-components/MessageShortcutPayload.json"),
            "MessageShortcut",
        ),
        (format!("{java}/views/ViewClosedPayload.json"), "ViewClosed"),
        (
            format!("{java}/views/ViewSubmissionPayload.json"),
            "ViewSubmission",
        ),
    ] {
        assert_eq!(interaction_of(&corpus.join(&file)), expected, "{file}");
    }
}

#[test]
fn recorded_events_are_read() {
    let Some(corpus) = corpus() else { return };
    let bolt = "bolt-python/payloads/event";
    let java = "java-slack-sdk/samples/events";
    for (file, expected) in [
        (format!("{bolt}_app_home_opened.json"), "AppHomeOpened"),
        (format!("{bolt}_app_mention.json"), "AppMention"),
        (
            format!("{bolt}_app_mention_shared_channel.json"),
            "AppMention",
        ),
        (format!("{bolt}_app_uninstalled.json"), "AppUninstalled"),
        (
            format!("{bolt}_member_joined_channel.json"),
            "MemberJoinedChannel",
        ),
        (format!("{bolt}_message_bot.json"), "Other"),
        (format!("{bolt}_message_changed.json"), "Other"),
        (format!("{bolt}_message_deleted.json"), "Other"),
        (format!("{bolt}_message_org.json"), "Other"),
        (format!("{bolt}_message_thread_broadcast.json"), "Other"),
        (format!("{bolt}_message_user.json"), "Other"),
        (format!("{bolt}_tokens_revoked.json"), "TokensRevoked"),
        (format!("{bolt}_tokens_revoked_2.json"), "TokensRevoked"),
        (format!("{java}/AppHomeOpenedPayload.json"), "AppHomeOpened"),
        (format!("{java}/AppMentionPayload.json"), "AppMention"),
        (
            format!("{java}/AppUninstalledPayload.json"),
            "AppUninstalled",
        ),
        (
            format!("{java}/ChannelArchivePayload.json"),
            "ChannelArchived",
        ),
        (
            format!("{java}/ChannelDeletedPayload.json"),
            "ChannelDeleted",
        ),
        (
            format!("{java}/ChannelIdChangedPayload.json"),
            "ChannelIdChanged",
        ),
        (
            format!("{java}/ChannelRenamePayload.json"),
            "ChannelRenamed",
        ),
        (format!("{java}/LinkSharedPayload.json"), "LinkShared"),
        (
            format!("{java}/MemberJoinedChannelPayload.json"),
            "MemberJoinedChannel",
        ),
        (
            format!("{java}/MemberLeftChannelPayload.json"),
            "MemberLeftChannel",
        ),
        (format!("{java}/MessagePayload.json"), "Other"),
        (format!("{java}/TokensRevokedPayload.json"), "TokensRevoked"),
        (format!("{java}/UserChangePayload.json"), "UserChanged"),
    ] {
        assert_eq!(event_of(&corpus.join(&file)), expected, "{file}");
    }
}

#[test]
fn a_command_through_a_socket_has_the_fields_of_a_form() {
    let Some(corpus) = corpus() else { return };
    let path =
        corpus.join("java-slack-sdk/samples/app-backend/slash-commands/SlashCommandPayload.json");
    let mut payload = payload(&path);
    payload["command"] = "/gitlab".into();
    let host = HookHost::of_slack("https://slack.com/api/").unwrap();
    let command = SlashCommand::from_json(&payload, &host).unwrap();
    assert_eq!(command.user_id.as_str(), "U012AB3CD");
}

#[test]
fn recorded_slash_commands_are_read() {
    let Some(corpus) = corpus() else { return };
    let host = HookHost::of_slack("https://slack.com/api/").unwrap();
    let body = std::fs::read(corpus.join("bolt-python/payloads/slash_command.form.txt")).unwrap();
    let command = SlashCommand::parse(&body, &host).unwrap();
    assert_eq!(
        (command.command.as_str(), command.typed().as_str()),
        ("/hello-world", "Hi")
    );
    assert_eq!(command.user_id.as_str(), "W111");
    assert_eq!(command.enterprise_id.as_deref(), Some("E111"));
}
