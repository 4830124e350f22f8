//! `/gitlab help`.

use app::slash::COMMANDS;

use crate::world::World;

#[tokio::test]
async fn help_shows_every_command_whole() {
    let mut world = World::empty().await;
    let said = world.types("help").await;
    said.only_to_who_asked();
    let text = said.text();
    let missing: Vec<&str> = COMMANDS
        .iter()
        .filter(|command| !text.contains(&format!("/gitlab {}`", command.usage())))
        .map(|command| command.name)
        .collect();
    assert!(missing.is_empty(), "{missing:?} are not in\n{text}");
    let last = COMMANDS.last().map(|command| command.summary);
    said.shows(last.unwrap_or_default());
}

#[tokio::test]
async fn help_of_one_command_has_its_examples_with_their_lines() {
    let mut world = World::empty().await;
    let said = world.types("help issue new").await;
    said.only_to_who_asked()
        .shows("`/gitlab [PROJECT] issue new TITLE`")
        .shows("`/gitlab shop issue new The search is slow ⏎ Since this morning. ⏎ /label ~bug`");
}
