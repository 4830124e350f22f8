//! The name of one request, which its answer, the log and the audit share.

use axum::extract::{Extension, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use clock::Chance;

const HEADER: HeaderName = HeaderName::from_static("x-request-id");
const LONGEST: usize = 128;

/// The client's own name for the request, if it is a sane one, else one of ours.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(pub(crate) String);

/// A request that nobody has named.
const UNNAMED: &str = "none";

/// Gives every request its id, and every answer the same.
pub(crate) async fn give(
    State(chance): State<Chance>,
    mut request: Request,
    next: Next,
) -> Response {
    let given = request.headers().get(HEADER);
    let given = given
        .and_then(|value| value.to_str().ok())
        .filter(|id| is_sane(id));
    let id = given.map_or_else(|| format!("req_{:032x}", chance.next_u128()), str::to_owned);
    let header = HeaderValue::try_from(&id);
    request.extensions_mut().insert(RequestId(id));
    let mut response = next.run(request).await;
    if let Ok(header) = header {
        response.headers_mut().insert(HEADER, header);
    }
    response
}

/// What may stand in a log line and in a message without any harm.
fn is_sane(id: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
    !id.is_empty() && id.len() <= LONGEST && id.chars().all(allowed)
}

impl<S: Send + Sync> FromRequestParts<S> for RequestId {
    type Rejection = std::convert::Infallible;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let id = Extension::<Self>::from_request_parts(parts, state).await;
        Ok(id.map_or_else(|_| Self(UNNAMED.to_owned()), |Extension(id)| id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_sane_id_is_taken_from_outside() {
        let long = "x".repeat(LONGEST + 1);
        for (id, sane) in [
            ("01HF-abc_1.2:3", true),
            (&long[1..], true),
            (&long, false),
            ("", false),
            ("a b", false),
            ("a\u{7f}", false),
            ("<!channel>", false),
        ] {
            assert_eq!(is_sane(id), sane, "{id:?}");
        }
    }
}
