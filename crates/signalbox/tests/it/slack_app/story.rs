//! The whole story of the app in a workspace: it is installed, somebody links their account,
//! works, and the app is taken out again. It is told once over signed requests and once over
//! sockets, and has to be the same story.

mod forms;
mod home;
mod installing;
mod removal;
mod telling;

use signalbox::config::Transport;

use crate::demo::running::RunningDemo;
use telling::Teller;

#[tokio::test(flavor = "multi_thread")]
async fn the_story_of_the_app_is_the_same_over_both_transports() {
    let (requests, sockets) = tokio::join!(told(Transport::Http), told(Transport::Socket));
    assert_eq!(requests.len(), sockets.len());
    for ((name, requests), (_, sockets)) in requests.into_iter().zip(sockets) {
        for (request, socket) in requests.lines().zip(sockets.lines()) {
            assert_eq!(request, socket, "{name}, over requests and over sockets");
        }
        assert_eq!(requests.len(), sockets.len(), "{name} ends earlier");
        insta::assert_snapshot!(name, requests);
    }
}

/// Tells every chapter.
async fn told(transport: Transport) -> Vec<(&'static str, String)> {
    let demo = RunningDemo::of_the_app_over(transport).await;
    demo.advance(0.0).await;
    let teller = Teller::new(&demo);
    let chapters = vec![
        ("1_installing", installing::tell(&teller).await),
        ("2_home", home::tell(&teller).await),
        ("3_incident", forms::tell_of_an_incident(&teller).await),
        (
            "4_issue_from_a_message",
            forms::tell_of_a_message(&teller).await,
        ),
        ("5_removal", removal::tell(&teller).await),
    ];
    demo.stop().await;
    chapters
}
