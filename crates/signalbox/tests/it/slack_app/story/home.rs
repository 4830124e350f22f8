//! Somebody links their account, and opens the app's Home before and after.

use serde_json::json;

use super::telling::Teller;
use crate::slack_app::browser::Browser;

pub async fn tell(teller: &Teller<'_>) -> String {
    let chapter = teller.chapter();
    let dana = teller.dana();
    dana.act("home", json!({})).await;
    chapter
        .look("dana opens the app's Home", dana, "home=1")
        .await;
    dana.types("#general", "/gitlab issue show 1").await;
    chapter
        .look_at("dana types: /gitlab issue show 1", dana, "#general")
        .await;
    dana.links("ana").await;
    dana.act("home", json!({})).await;
    chapter
        .look(
            "dana links ana's account and opens Home again",
            dana,
            "home=1",
        )
        .await;
    let ana = teller.of_demo("ana");
    ana.links("ana").await;
    ana.act("home", json!({})).await;
    chapter
        .look(
            "ana links her account in the other workspace, and opens Home there",
            ana,
            "home=1",
        )
        .await;
    let browser = Browser::of(teller.demo, "ana").await;
    chapter.tell_page("ana looks at her account", &browser.get("/account").await);
    dana.types("#general", "/gitlab subscribe runner issues")
        .await;
    chapter
        .look_at(
            "dana types: /gitlab subscribe runner issues",
            dana,
            "#general",
        )
        .await;
    chapter.end()
}
