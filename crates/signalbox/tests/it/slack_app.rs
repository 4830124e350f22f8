//! The Slack app as people meet it: installed, linked, typed to, clicked, removed. Everything
//! goes through the sandboxes, as signed requests and over Socket Mode alike.

pub mod browser;
mod matrix;
mod page;
pub mod person;
mod story;
mod team;
mod words;

use signalbox::config::Transport;

use crate::demo::running::RunningDemo;
use person::Person;

const BOTH: [Transport; 2] = [Transport::Http, Transport::Socket];

#[tokio::test(flavor = "multi_thread")]
async fn somebody_links_their_account_and_looks_at_an_issue() {
    for transport in BOTH {
        let demo = RunningDemo::over(transport).await;
        let ana = Person::new(&demo, "ana");
        let answer = ana
            .types("#general", "/gitlab gitlab issue show 381012")
            .await;
        assert!(
            answer.to_string().contains("Link your GitLab account"),
            "{answer}"
        );
        ana.links("ana").await;
        let answer = ana
            .types("#general", "/gitlab gitlab issue show 381012")
            .await;
        assert_eq!(answer["response_type"], "in_channel", "{answer}");
        demo.stop().await;
    }
}
