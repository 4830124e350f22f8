//! Whom a page is made for: what its frame says of them, and the token that its forms carry.

use std::convert::Infallible;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{Method, Uri};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::caller::Who;
use super::{Access, Caller};

/// Whoever looks at a page. It is no proof of anything.
#[derive(Clone, Default)]
pub(crate) struct Viewer {
    /// Who is signed in.
    pub(crate) person: Option<Known>,
    /// Where somebody signs in to come back to the page; `None` where nobody can.
    pub(crate) sign_in: Option<String>,
}

/// Somebody who is signed in.
#[derive(Clone)]
pub(crate) struct Known {
    pub(crate) name: String,
    pub(crate) csrf: String,
}

/// Where somebody signs in to come back to `path`.
pub(crate) fn sign_in_for(path: &str) -> String {
    let path = utf8_percent_encode(path, NON_ALPHANUMERIC);
    format!("/auth/gitlab?return_to={path}")
}

impl Viewer {
    /// Nobody in particular, who asks for that.
    pub(crate) fn unknown(access: &Access, method: &Method, uri: &Uri) -> Self {
        let here = uri.path_and_query().map_or("/", |here| here.as_str());
        let here = if *method == Method::GET { here } else { "/" };
        Self {
            person: None,
            sign_in: access.can_sign_in().then(|| sign_in_for(here)),
        }
    }
}

impl<S> FromRequestParts<S> for Viewer
where
    Access: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let unknown = Self::unknown(&Access::from_ref(state), &parts.method, &parts.uri);
        let person = match Caller::from_request_parts(parts, state).await {
            Ok(Caller(Who::Person(signed_in))) => Some(Known {
                name: signed_in.name.clone(),
                csrf: signed_in.csrf().to_owned(),
            }),
            Ok(Caller(Who::Program(_) | Who::Visitor | Who::Nobody)) | Err(_) => None,
        };
        Ok(Self { person, ..unknown })
    }
}
