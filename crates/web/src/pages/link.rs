//! `/link/{token}`: whoever has asked for it in Slack says here who they are in GitLab.

use accounts::{LinkError, LinkOffer};
use askama::Template;
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::{Frame, Pages, Site, account, address, html, sign_in};
use crate::access::cookies::Browser;
use crate::access::{Refused, SignedIn, Viewer};
use crate::error::ApiError;

#[derive(Template)]
#[template(path = "link.html")]
struct LinkPage {
    frame: Frame,
    name: String,
    username: String,
    action: String,
    /// `None` when it was denied.
    offer: Option<OfferRow>,
}

/// Sends a browser on. Not by a redirect: browsers hold one that follows a form to the policy for
/// forms, which names no other host, and GitLab may send it further to sign in.
#[derive(Template)]
#[template(path = "leave.html")]
struct LeavePage {
    frame: Frame,
    there: String,
}

/// A Slack account that can be linked.
struct OfferRow {
    name: String,
    user: String,
    workspace: String,
}

/// `GET /link/{token}`
pub(super) async fn show(
    signed_in: Result<SignedIn, Refused>,
    viewer: Viewer,
    State(site): State<Site>,
    Path(token): Path<String>,
) -> Result<Response, ApiError> {
    let accounts = sign_in::accounts(&site.access)?;
    // Before anybody signs in for it: a link that is over is none to sign in for.
    let offer = accounts.link_offer(&token).await.map_err(over)?;
    let signed_in = match (signed_in, viewer.sign_in.clone()) {
        (Ok(signed_in), _) => signed_in,
        (Err(Refused::NotSignedIn), Some(sign_in)) => {
            return Ok(Redirect::to(&sign_in).into_response());
        }
        (Err(refused), _) => return Err(refused.into()),
    };
    page(&site, &signed_in, viewer, &token, Some(offer)).await
}

/// What its owner says.
#[derive(Deserialize)]
pub(super) struct Answer {
    answer: Decision,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Decision {
    Authorize,
    Deny,
}

/// `POST /link/{token}`
pub(super) async fn decide(
    signed_in: SignedIn,
    viewer: Viewer,
    browser: Browser,
    State(site): State<Site>,
    Path(token): Path<String>,
    form: Result<Form<Answer>, FormRejection>,
) -> Result<Response, ApiError> {
    let Form(Answer { answer }) =
        form.map_err(|error| ApiError::bad_request("bad_form", error.body_text()))?;
    let accounts = signed_in.accounts();
    match answer {
        Decision::Authorize => {
            let person = signed_in.person();
            let there = accounts.accept_link(&token, person, browser.secret());
            let there = there.await.map_err(over)?;
            let page = html(&LeavePage {
                frame: Frame::of_person(&site.pages, "link", viewer),
                there: there.to_string(),
            })?;
            let no_store = [(header::CACHE_CONTROL, "no-store")];
            Ok((browser.cookie(), no_store, page).into_response())
        }
        Decision::Deny => {
            accounts.deny_link(&token).await.map_err(over)?;
            page(&site, &signed_in, viewer, &token, None).await
        }
    }
}

async fn page(
    site: &Site,
    signed_in: &SignedIn,
    viewer: Viewer,
    token: &str,
    offer: Option<LinkOffer>,
) -> Result<Response, ApiError> {
    let person = signed_in.person();
    let offer = match offer {
        Some(offer) => Some(OfferRow::of(&site.pages, offer).await?),
        None => None,
    };
    html(&LinkPage {
        frame: Frame::of_person(&site.pages, "link", viewer),
        name: person.name.clone(),
        username: person.username.clone(),
        action: format!("/link/{}", address::percent(token)),
        offer,
    })
}

impl OfferRow {
    async fn of(pages: &Pages, offer: LinkOffer) -> Result<Self, ApiError> {
        let names = account::workspace_names(pages).await?;
        Ok(Self {
            workspace: account::said(&names, &offer.workspace),
            name: offer.slack_name,
            user: offer.slack_user,
        })
    }
}

fn over(error: LinkError) -> ApiError {
    match error {
        LinkError::Over => ApiError::new(StatusCode::GONE, "link_over", error.to_string()),
        LinkError::Accounts(error) => Refused::Accounts(error).into(),
    }
}
