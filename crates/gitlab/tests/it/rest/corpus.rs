//! Real answers, when they are there: `SIGNALBOX_CORPUS` names the directory that holds
//! `gitlab-api/`, with a folder a source and files named after the call.

use std::path::{Path, PathBuf};

use gitlab::oauth::Tokens;
use gitlab::rest::{
    Commit, Comparison, Deployment, Environment, Group, Issue, Job, Label, Member, MergeRequest,
    Pipeline, Project, RefName, Release, Tag, User,
};
use serde::de::DeserializeOwned;

fn corpus() -> Option<PathBuf> {
    let root = PathBuf::from(std::env::var_os("SIGNALBOX_CORPUS")?).join("gitlab-api");
    root.is_dir().then_some(root)
}

fn read<T: DeserializeOwned>(text: &str) -> Result<(), serde_json::Error> {
    serde_json::from_str::<T>(text).map(drop)
}

/// Reads an answer as what its file's name says; `None` for calls that are not made here.
fn reading(path: &Path, text: &str) -> Option<Result<(), serde_json::Error>> {
    Some(match path.file_stem()?.to_str()? {
        "commit_get" | "merge_base" => read::<Commit>(text),
        "commits_list" | "merge_request_commits" => read::<Vec<Commit>>(text),
        "commit_refs" => read::<Vec<RefName>>(text),
        "compare" => read::<Comparison>(text),
        "deployment_get" => read::<Deployment>(text),
        "deployments_list" => read::<Vec<Deployment>>(text),
        "environment_get" => read::<Environment>(text),
        "environments_list" => read::<Vec<Environment>>(text),
        "group_get" => read::<Group>(text),
        "issue_get" => read::<Issue>(text),
        "issues_list" => read::<Vec<Issue>>(text),
        "job_get" => read::<Job>(text),
        "labels_list" => read::<Vec<Label>>(text),
        "members_all" | "members_list" => read::<Vec<Member>>(text),
        "oauth_token" | "oauth_token_authorization_code" | "oauth_token_refresh" => {
            read::<Tokens>(text)
        }
        "merge_request_get" => read::<MergeRequest>(text),
        "merge_requests_list" | "commit_merge_requests" => read::<Vec<MergeRequest>>(text),
        "pipeline_get" => read::<Pipeline>(text),
        "pipelines_list" => read::<Vec<Pipeline>>(text),
        "project_get" => read::<Project>(text),
        "release_get" | "release_create" => read::<Release>(text),
        "releases_list" => read::<Vec<Release>>(text),
        "tag_get" => read::<Tag>(text),
        "tags_list" => read::<Vec<Tag>>(text),
        "user_current" | "user_current_admin" | "user_get" => read::<User>(text),
        _ => return None,
    })
}

#[test]
fn every_real_answer_is_read() {
    let Some(root) = corpus() else {
        println!("corpus absent");
        return;
    };
    let mut count = 0;
    for source in std::fs::read_dir(root).unwrap() {
        let source = source.unwrap().path();
        if !source.is_dir() {
            continue;
        }
        for file in std::fs::read_dir(source).unwrap() {
            let path = file.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            if let Some(result) = reading(&path, &text) {
                println!("{}: {result:?}", path.display());
                assert!(result.is_ok(), "{}: {result:?}", path.display());
                count += 1;
            }
        }
    }
    assert!(0 < count);
    println!("{count} answers");
}
