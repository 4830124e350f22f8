//! A refusal, as a page: for people who came with a browser.
//!
//! Programs keep the answer of [`ApiError`]: a request counts as a browser's when it asks for
//! HTML and its address is none that only programs use.

use askama::Template;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};

use super::{Frame, POLICY, Pages};
use crate::access::{Access, Viewer};
use crate::error::ApiError;

/// What is needed to make a page of a refusal.
#[derive(Clone)]
pub(crate) struct Refusals {
    pub(crate) pages: Pages,
    pub(crate) access: Access,
}

#[derive(Template)]
#[template(path = "error.html")]
struct RefusalPage {
    frame: Frame,
    title: &'static str,
    status: u16,
    message: String,
    /// Where to sign in, when that may help.
    sign_in: Option<String>,
}

pub(crate) async fn as_page(
    State(Refusals { pages, access }): State<Refusals>,
    request: Request,
    next: Next,
) -> Response {
    if !is_for_a_person(&request) {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let Ok(viewer) = Viewer::from_request_parts(&mut parts, &access).await;
    let mut response = next.run(Request::from_parts(parts, body)).await;
    let Some(refusal) = refusal_of(&mut response) else {
        return response;
    };
    let is_unknown = refusal.status() == StatusCode::UNAUTHORIZED;
    let sign_in = viewer.sign_in.clone().filter(|_| is_unknown);
    let can_sign_in = sign_in.is_some();
    let page = RefusalPage {
        frame: Frame::of_person(&pages, "", viewer),
        sign_in,
        title: title(refusal.status()),
        status: refusal.status().as_u16(),
        message: match can_sign_in {
            true => "Sign in with GitLab to see this.".to_owned(),
            false => refusal.message().to_owned(),
        },
    };
    let Ok(text) = page.render() else {
        return response;
    };
    let mut told = (refusal.status(), Html(text)).into_response();
    let headers = told.headers_mut();
    for name in [header::WWW_AUTHENTICATE, header::ALLOW] {
        // Whoever can sign in is not asked for a password as well.
        if can_sign_in && name == header::WWW_AUTHENTICATE {
            continue;
        }
        if let Some(value) = response.headers().get(&name) {
            headers.insert(name, value.clone());
        }
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    told
}

fn is_for_a_person(request: &Request) -> bool {
    let accept = request.headers().get(header::ACCEPT);
    let asks_for_html = accept
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("text/html"));
    let path = request.uri().path();
    let for_programs = ["/api/", "/gitlab/", "/metrics", "/healthz", "/readyz"]
        .iter()
        .any(|start| path.starts_with(start));
    asks_for_html && !for_programs
}

fn refusal_of(response: &mut Response) -> Option<ApiError> {
    if let Some(refusal) = response.extensions_mut().remove::<ApiError>() {
        return Some(refusal);
    }
    // The router itself answers this one, without a body.
    let wrong_method = response.status() == StatusCode::METHOD_NOT_ALLOWED;
    wrong_method.then(|| {
        let message = "this address only takes what a page's button sends";
        ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "wrong_method", message)
    })
}

fn title(status: StatusCode) -> &'static str {
    match status {
        StatusCode::UNAUTHORIZED => "Who is there?",
        StatusCode::FORBIDDEN => "Not from there",
        StatusCode::NOT_FOUND => "Nothing here",
        StatusCode::CONFLICT => "That is over already",
        status if status.is_server_error() => "Something is wrong here",
        _ => "That was not understood",
    }
}
