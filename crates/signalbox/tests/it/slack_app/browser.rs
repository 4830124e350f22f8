//! A browser that keeps cookies and follows no redirect by itself.

use std::cell::RefCell;
use std::collections::BTreeMap;

use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use serde_json::{Value, json};

use crate::demo::running::RunningDemo;

/// Somebody's browser, at the service.
pub struct Browser<'a> {
    pub demo: &'a RunningDemo,
    http: reqwest::Client,
    cookies: RefCell<BTreeMap<String, String>>,
}

/// A page, or where it sends the browser.
pub struct Page {
    pub status: u16,
    pub body: String,
    pub location: Option<String>,
}

impl<'a> Browser<'a> {
    pub fn new(demo: &'a RunningDemo) -> Self {
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none());
        Self {
            demo,
            http: http.build().expect("a client"),
            cookies: RefCell::default(),
        }
    }

    /// Somebody's browser who has signed in with GitLab.
    pub async fn of(demo: &'a RunningDemo, person: &str) -> Self {
        let browser = Self::new(demo);
        let page = browser.sign_in(person, "/account").await;
        assert_eq!(page.status, 200, "{}", page.body);
        browser
    }

    /// Signs in with GitLab as this person, and follows to where that leads.
    pub async fn sign_in(&self, person: &str, return_to: &str) -> Page {
        let begun = self
            .get(&format!("/auth/gitlab?return_to={return_to}"))
            .await;
        let back = self
            .authorize(person, &begun.location.expect("GitLab"))
            .await;
        let page = self.get(&back).await;
        self.follow(page).await
    }

    /// Lets the service in at GitLab as this person; answers where the browser is sent.
    pub async fn authorize(&self, person: &str, url: &str) -> String {
        let place = format!("{}/sandbox/authorize", self.demo.demo.gitlab_url);
        let asked = json!({ "user": person, "url": url });
        let answer = self.demo.post(&place, &asked).await;
        answer["location"].as_str().expect("a place").to_owned()
    }

    /// A page by its path or address.
    pub async fn get(&self, path: &str) -> Page {
        self.send(self.http.get(self.url(path))).await
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.borrow().get(name).cloned()
    }

    /// Puts a cookie into the browser, as somebody might who had it for a minute.
    pub fn set_cookie(&self, name: &str, value: &str) {
        let mut cookies = self.cookies.borrow_mut();
        cookies.insert(name.to_owned(), value.to_owned());
    }

    /// Goes where a page sends the browser, until there is a page to look at.
    pub async fn follow(&self, mut page: Page) -> Page {
        for _ in 0..5 {
            match page.location.take() {
                Some(location) => page = self.get(&location).await,
                None => break,
            }
        }
        page
    }

    /// Sends a form from a page of the service's, with what keeps other sites from doing so.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let page = self.get("/account").await;
        let token = between(&page.body, "name=\"csrf\" value=\"", "\"");
        let mut fields = fields.to_vec();
        fields.push(("csrf", token.unwrap_or_default()));
        self.post_bare(path, &fields).await
    }

    /// Sends a form with these fields alone.
    pub async fn post_bare(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let origin = self.demo.demo.service_url.clone();
        let request = self.http.post(self.url(path)).form(fields);
        self.send(request.header("origin", origin)).await
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Page {
        let cookies: Vec<String> = {
            let cookies = self.cookies.borrow();
            let pairs = cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"));
            pairs.collect()
        };
        let request = request.header(COOKIE, cookies.join("; "));
        let answer = request.send().await.expect("an answer");
        for cookie in answer.headers().get_all(SET_COOKIE) {
            let cookie = cookie.to_str().expect("text");
            let (name, rest) = cookie.split_once('=').expect("a cookie");
            let value = rest.split(';').next().unwrap_or_default();
            let mut cookies = self.cookies.borrow_mut();
            cookies.insert(name.to_owned(), value.to_owned());
        }
        let location = answer.headers().get(LOCATION);
        let location = location.map(|place| place.to_str().expect("text").to_owned());
        Page {
            status: answer.status().as_u16(),
            location,
            body: answer.text().await.expect("text"),
        }
    }

    fn url(&self, path: &str) -> String {
        if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.demo.demo.service_url)
        }
    }
}

/// What stands between two texts.
pub fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(before)?;
    Some(rest.split_once(after)?.0)
}

/// The value of a field of JSON, wherever it is.
pub fn find<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    match value {
        Value::Array(items) => items.iter().find_map(|item| find(item, name)),
        Value::Object(fields) => fields
            .get(name)
            .or_else(|| fields.values().find_map(|field| find(field, name))),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}
