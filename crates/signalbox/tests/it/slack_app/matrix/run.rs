//! Tries a row's lines and draws what is seen.

use serde_json::json;
use signalbox::config::Transport;

use super::{Row, TABLE, Try};
use crate::demo::running::RunningDemo;
use crate::slack_app::person::Person;
use crate::slack_app::team::{self, Act, Looking};

/// What somebody is told at once who has to wait.
const WORKING: &str = "Working on it…";

/// Tries every row in one demo, and compares each with its picture.
pub async fn all(rows: &[Row], happened: &[Act]) {
    let demo = prepared(Transport::Http, happened).await;
    for row in rows {
        let name = row.command.replace(' ', "_");
        let desk = Desk::of(&demo, row).await;
        insta::assert_snapshot!(name, desk.picture().await);
    }
    demo.stop().await;
}

/// Does what every command is for, in one demo; answers what is seen of each.
pub async fn done_over(transport: Transport, happened: &[Act]) -> Vec<(&'static str, String)> {
    let demo = prepared(transport, happened).await;
    let mut seen = Vec::new();
    for row in TABLE.iter().copied().flatten() {
        let desk = Desk::of(&demo, row).await;
        desk.begin().await;
        seen.push((
            row.command,
            desk.tried("ana", &Try::Same, How::ToItsEnd).await,
        ));
    }
    demo.stop().await;
    seen
}

async fn prepared(transport: Transport, happened: &[Act]) -> RunningDemo {
    let demo = RunningDemo::over(transport).await;
    team::assemble(&demo).await;
    for act in happened {
        demo.make_happen(team::act(act)).await;
    }
    demo
}

/// Where one row is tried.
struct Desk<'a> {
    demo: &'a RunningDemo,
    channel: String,
    row: &'a Row,
}

/// How GitLab is meanwhile.
#[derive(Clone, Copy)]
enum How {
    Plainly,
    /// Well, and what the command waits for happens.
    ToItsEnd,
    WhileDown,
    WhileSlow,
}

/// Somebody with a line to type.
#[derive(Clone, Copy)]
struct Typist {
    name: &'static str,
    line: &'static str,
}

impl<'a> Desk<'a> {
    async fn of(demo: &'a RunningDemo, row: &'a Row) -> Self {
        let name = row.command.replace(' ', "_");
        team::make_channel(demo, &name).await;
        Self {
            demo,
            channel: format!("#{name}"),
            row,
        }
    }

    /// What has to be there before.
    async fn begin(&self) {
        let ana = self.person("ana");
        for line in self.row.before {
            ana.types(&self.channel, &format!("/gitlab {line}")).await;
        }
    }

    /// What is done comes last, so that whoever may not do it had something to do.
    async fn picture(&self) -> String {
        let row = self.row;
        self.begin().await;
        let unlinked = self.tried("eve", &row.unlinked, How::Plainly).await;
        let misread = self.tried("ana", &row.misread, How::Plainly).await;
        let not_found = self.tried("ana", &row.not_found, How::Plainly).await;
        let denied = self.tried("raj", &row.denied, How::Plainly).await;
        let down = self.tried("ana", &row.gitlab_down, How::WhileDown).await;
        let done = self.tried("ana", &Try::Same, How::ToItsEnd).await;
        let slow = self.tried("ana", &row.gitlab_slow, How::WhileSlow).await;
        [
            ("done", done),
            ("denied", denied),
            ("not found", not_found),
            ("misread", misread),
            ("no account linked", unlinked),
            ("GitLab is down", down),
            ("GitLab is slow", slow),
        ]
        .map(|(situation, seen)| format!("== {situation}\n{seen}\n"))
        .join("\n")
    }

    fn person(&self, name: &'static str) -> Person<'a> {
        Person::new(self.demo, name)
    }

    async fn tried(&self, usually: &'static str, what: &Try, how: How) -> String {
        let (name, line) = match what {
            Try::Same => (usually, self.row.line),
            Try::Types(line) => (usually, *line),
            Try::By(name, line) => (*name, *line),
            Try::Never(why) => return format!("cannot be: {why}"),
        };
        let typist = Typist { name, line };
        let seen = match how {
            How::Plainly => self.plainly(typist).await,
            How::ToItsEnd => self.to_its_end(typist).await,
            How::WhileDown => self.while_down(typist).await,
            How::WhileSlow => self.while_slow(typist).await,
        };
        format!("{name} types: {}\n{seen}", typist.typed())
    }

    async fn plainly(&self, typist: Typist) -> String {
        let looking = self.look(typist).await;
        looking.person.types(&self.channel, &typist.typed()).await;
        self.seen(&looking).await
    }

    /// Answers that were kept for a minute are not GitLab's any more.
    async fn while_down(&self, typist: Typist) -> String {
        self.demo.advance(61.0).await;
        let down = json!({ "path": "*", "status": 503, "times": 0 });
        team::trouble(self.demo, down).await;
        let seen = self.plainly(typist).await;
        team::trouble(self.demo, json!({ "clear": true })).await;
        seen
    }

    async fn while_slow(&self, typist: Typist) -> String {
        self.demo.advance(61.0).await;
        let slow = json!({ "path": "*", "hang": true, "times": 0 });
        team::trouble(self.demo, slow).await;
        let looking = self.look(typist).await;
        let (person, typed) = (looking.person, typist.typed());
        if self.row.answers_first {
            person.types_alone(&self.channel, &typed).await;
        } else {
            person.begins(&self.channel, &typed).await;
        }
        let first = looking.new_there().await;
        team::trouble(self.demo, json!({ "clear": true })).await;
        self.demo.advance(0.0).await;
        format!("{first}\n-- later\n{}", self.seen(&looking).await)
    }

    /// A command may go on until something happens in GitLab.
    async fn to_its_end(&self, typist: Typist) -> String {
        let Some(act) = self.row.ends else {
            return self.plainly(typist).await;
        };
        let looking = self.look(typist).await;
        looking.person.begins(&self.channel, &typist.typed()).await;
        let first = looking.new_there().await;
        self.under_way(&looking).await;
        let url = format!("{}/sandbox/do", self.demo.demo.gitlab_url);
        self.demo.post(&url, &team::act(act)).await;
        self.demo.advance(60.0).await;
        format!("{first}\n-- later\n{}", self.seen(&looking).await)
    }

    /// Waits until a command has found what it is to do.
    async fn under_way(&self, looking: &Looking<'_>) {
        for _ in 0..1_000 {
            if !looking.new_there().await.contains(WORKING) {
                return;
            }
            tokio::task::yield_now().await;
        }
        panic!("{} does not begin", self.row.command);
    }

    async fn look(&self, typist: Typist) -> Looking<'_> {
        Looking::at(self.person(typist.name), &self.channel).await
    }

    /// What is there now; a form is closed for the next one.
    async fn seen(&self, looking: &Looking<'_>) -> String {
        let (seen, form) = (looking.new_there().await, looking.form().await);
        if form.is_some() {
            looking.person.act("close", json!({ "all": true })).await;
        }
        seen
    }
}

impl Typist {
    fn typed(self) -> String {
        format!("/gitlab {}", self.line)
    }
}
