//! The Slack app: how soon a command is answered while GitLab hangs, and how many Homes are
//! published a second. Service and sandboxes share the machine.

use std::time::{Duration, Instant};

use clock::{Chance, Clock};
use hdrhistogram::Histogram;
use serde_json::{Value, json};
use signalbox::ambient::Ambient;
use signalbox::config::Transport;
use signalbox::demo::{self, Demo, Options, Place, Speaking, Telling, Traffic};

use crate::Effort;

/// People who have linked an account; each has one command or Home under way.
const PEOPLE: usize = 200;

/// A demo, and what calls it.
struct Bench {
    demo: Demo,
    http: reqwest::Client,
}

pub async fn figures(effort: Effort) {
    let people = if effort.seconds < 2 { 10 } else { PEOPLE };
    println!("The Slack app, {people} linked people");
    let bench = Bench::start().await;
    let users = bench.link(people).await;
    bench.homes(&users, effort).await;
    bench.commands(&users, effort).await;
    println!();
    bench.demo.stop().await;
}

impl Bench {
    #[expect(
        clippy::disallowed_methods,
        reason = "the benchmark's `main`: its clock is the system's"
    )]
    async fn start() -> Self {
        let clock = Clock::new(jiff::Timestamp::now);
        let options = Options {
            listener: listener().await,
            slack: Place::Here(listener().await),
            gitlab: Place::Here(listener().await),
            data: None,
            story: Telling::Quiet,
            rollout: Traffic::Quiet,
            speaking: Speaking::Webhook,
            patience: signalbox::service::slack::patience(),
            monitors_within: driver::Sources::default().patience,
            transport: Transport::Http,
            metrics: std::sync::Arc::new(String::new),
            ambient: Ambient {
                clock,
                chance: Chance::from_seed(11),
            },
        };
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none());
        let bench = Self {
            demo: Demo::start(options).await.expect("a demo"),
            http: http.build().expect("a client"),
        };
        bench
            .post(&bench.slack("limits"), &json!({"limits": "off"}))
            .await;
        bench
    }

    fn slack(&self, what: &str) -> String {
        format!("{}/sandbox/{what}", self.demo.slack_url)
    }

    fn gitlab(&self, what: &str) -> String {
        format!("{}/sandbox/{what}", self.demo.gitlab_url)
    }

    async fn post(&self, url: &str, body: &Value) -> Value {
        let answer = self.http.post(url).json(body).send().await;
        let text = answer.expect("an answer").text().await.expect("text");
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("{url}: {text}"))
    }

    /// Makes people in Slack who have linked their accounts, all with ana's in GitLab; answers
    /// Slack's ids of them.
    async fn link(&self, people: usize) -> Vec<String> {
        let mut cookies = Cookies::default();
        let begun = self
            .get("/auth/gitlab?return_to=/account", &mut cookies)
            .await;
        let back = self.authorize(&begun.location.expect("GitLab")).await;
        self.get(&back, &mut cookies).await;
        let account = self.get("/account", &mut cookies).await.body;
        let csrf = between(&account, "name=\"csrf\" value=\"", "\"").to_owned();
        let mut users = Vec::with_capacity(people);
        for number in 0..people {
            let name = format!("person{number}");
            let made = self
                .post(&self.slack("people"), &json!({ "name": name }))
                .await;
            let id = find(&made, "id").unwrap_or(&name).to_owned();
            let typed = json!({ "user": name, "channel": "signalbox", "text": "/gitlab link" });
            let typed = self.post(&self.slack("type"), &typed).await;
            let link = find(&typed, "url")
                .unwrap_or_else(|| panic!("no link in {typed}"))
                .to_owned();
            let request = self.http.post(&link).header("cookie", cookies.header());
            let request = request.header("origin", &self.demo.service_url);
            let form = [("answer", "authorize"), ("csrf", csrf.as_str())];
            let page = request.form(&form).send().await.expect("an answer");
            cookies.take(&page);
            let page = page.text().await.expect("a page");
            let there = between(&page, "url=", "\"")
                .replace("&amp;", "&")
                .replace("&#38;", "&");
            let back = self.authorize(&there).await;
            self.get(&back, &mut cookies).await;
            users.push(id);
        }
        users
    }

    async fn authorize(&self, url: &str) -> String {
        let asked = json!({ "user": "ana", "url": url });
        let answer = self.post(&self.gitlab("authorize"), &asked).await;
        find(&answer, "location").expect("a place").to_owned()
    }

    async fn get(&self, path: &str, cookies: &mut Cookies) -> Page {
        let url = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.demo.service_url)
        };
        let request = self.http.get(url).header("cookie", cookies.header());
        let answer = request.send().await.expect("an answer");
        cookies.take(&answer);
        let location = answer.headers().get("location");
        let location = location.map(|place| place.to_str().expect("text").to_owned());
        let body = answer.text().await.expect("text");
        Page { location, body }
    }

    /// Everybody opens their Home, as often as there is time.
    async fn homes(&self, users: &[String], effort: Effort) {
        let rounds = if effort.seconds < 2 { 1 } else { 5 };
        let before = self.published().await;
        let began = Instant::now();
        for round in 0..rounds {
            let opened = users.iter().map(|user| {
                let body = home_opened(user, &format!("Ev{round}{user}"));
                self.signed("/slack/events", "application/json", body.to_string())
            });
            for status in futures_util::future::join_all(opened).await {
                assert_eq!(status, 200);
            }
            // The next round begins when this one is on the screens.
            let wanted = before + users.len() * (round + 1);
            let until = Instant::now() + Duration::from_secs(60);
            while self.published().await < wanted && Instant::now() < until {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
        let published = self.published().await - before;
        let per_second = published as f64 / began.elapsed().as_secs_f64();
        println!("{:<44} {per_second:>10.0}", "App Homes published/s");
    }

    async fn published(&self) -> usize {
        let url = format!("{}?method=views.publish", self.slack("calls"));
        let answer = self.http.get(url).send().await.expect("an answer");
        let answer: Value = answer.json().await.expect("JSON");
        answer["calls"].as_array().map_or(0, Vec::len)
    }

    /// Everybody types commands while GitLab takes requests and answers none.
    async fn commands(&self, users: &[String], effort: Effort) {
        let hang = json!({ "path": "*", "hang": true, "times": 0 });
        self.post(&self.gitlab("fault"), &hang).await;
        let rounds = if effort.seconds < 2 { 1 } else { 4 };
        let mut histogram = Histogram::<u64>::new(3).expect("a histogram");
        for round in 0..rounds {
            let typed = users.iter().map(|user| async move {
                let body = command(user, &format!("{round}.{user}"), &self.demo.slack_url);
                let form = "application/x-www-form-urlencoded";
                let began = Instant::now();
                let status = self.signed("/slack/commands", form, body).await;
                assert_eq!(status, 200);
                u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX)
            });
            for micros in futures_util::future::join_all(typed).await {
                histogram.record(micros).expect("within bounds");
            }
        }
        self.post(&self.gitlab("fault"), &json!({ "clear": true }))
            .await;
        let ms = |quantile| histogram.value_at_quantile(quantile) as f64 / 1000.0;
        println!(
            "{:<44} {:>10.0} {:>9.0}",
            "a command's first answer, GitLab hangs, p50 p99 ms",
            ms(0.5),
            ms(0.99)
        );
    }

    /// Sends what Slack would, signed as it would; answers the status.
    #[expect(
        clippy::disallowed_methods,
        reason = "the benchmark's `main`: its clock is the system's"
    )]
    async fn signed(&self, path: &str, kind: &str, body: String) -> u16 {
        let at = jiff::Timestamp::now().as_second();
        let signature = slack::signature::sign(&demo::SIGNING_SECRET.into(), at, body.as_bytes());
        let request = self.http.post(format!("{}{path}", self.demo.service_url));
        let answer = request
            .header("content-type", kind)
            .header("x-slack-request-timestamp", at)
            .header("x-slack-signature", signature)
            .body(body)
            .send()
            .await
            .expect("an answer");
        let status = answer.status().as_u16();
        answer.bytes().await.expect("a body");
        status
    }
}

/// A page, or where it sends the browser.
struct Page {
    location: Option<String>,
    body: String,
}

/// What a browser keeps.
#[derive(Default)]
struct Cookies(std::collections::BTreeMap<String, String>);

impl Cookies {
    fn header(&self) -> String {
        let pairs = self.0.iter().map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    fn take(&mut self, answer: &reqwest::Response) {
        for cookie in answer.headers().get_all("set-cookie") {
            let cookie = cookie.to_str().expect("text");
            let pair = cookie.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                self.0.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

fn home_opened(user: &str, event_id: &str) -> Value {
    json!({
        "token": "unused", "team_id": "T0DEMO", "api_app_id": demo::people::APP_ID, "type": "event_callback",
        "event_id": event_id, "event_time": 1_700_000_000,
        "authorizations": [{ "team_id": "T0DEMO", "user_id": "U0SIGNALBOX", "is_bot": true }],
        "event": {
            "type": "app_home_opened", "user": user, "channel": "D0HOME", "tab": "home",
            "event_ts": "1700000000.000100"
        }
    })
}

fn command(user: &str, trigger: &str, slack_url: &str) -> String {
    let url = format!("{slack_url}/commands/T0DEMO/1/SECRET");
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.extend_pairs([
        ("team_id", "T0DEMO"),
        ("channel_id", "C0GENERAL"),
        ("channel_name", "general"),
        ("user_id", user),
        ("user_name", "person"),
        ("command", "/gitlab"),
        ("text", "gitlab issue show 381012"),
        ("response_url", &url),
        ("trigger_id", trigger),
    ]);
    form.finish()
}

fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    let rest = text.split_once(before).map_or("", |(_, rest)| rest);
    rest.split_once(after).map_or("", |(between, _)| between)
}

/// The first text of a field of JSON, wherever it is.
fn find<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    match value {
        Value::Array(items) => items.iter().find_map(|item| find(item, name)),
        Value::Object(fields) => fields
            .get(name)
            .and_then(Value::as_str)
            .or_else(|| fields.values().find_map(|field| find(field, name))),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

async fn listener() -> tokio::net::TcpListener {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    listener.expect("a port")
}
