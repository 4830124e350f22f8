//! The body of an answer, read within a bound: all of it, or its end.

use reqwest::Response;

use super::super::error::{NotTheApi, RestError};
use super::{Call, is_web_page};

/// The longest answer that is read, in bytes. A page of 100 issues is about 300 KB, the flags
/// of the largest instances about 2 MB.
const LONGEST_ANSWER: usize = 5_000_000;

/// How much of an answer that is no JSON is wanted.
#[derive(Clone, Copy)]
pub(in crate::rest) struct Part {
    /// A longer answer is refused.
    pub(in crate::rest) longest: usize,
    /// Its last bytes are kept, as many as this.
    pub(in crate::rest) last: usize,
}

/// What was kept of an answer.
pub(in crate::rest) struct Bytes {
    pub(in crate::rest) bytes: Vec<u8>,
    /// Nothing was left out before them.
    pub(in crate::rest) is_whole: bool,
}

impl Call<'_> {
    pub(crate) async fn read_body(&self, response: Response) -> Result<Vec<u8>, RestError> {
        let whole = Part {
            longest: LONGEST_ANSWER,
            last: LONGEST_ANSWER,
        };
        Ok(self.read_last(response, whole).await?.bytes)
    }

    /// Reads a part of an answer that is no JSON; a refusal is told as by [`Call::read`].
    pub(in crate::rest) async fn read_part(
        &self,
        response: Response,
        part: Part,
    ) -> Result<Bytes, RestError> {
        let status = response.status();
        if !status.is_success() {
            let answer = self.read(response).await?;
            return Ok(Bytes {
                bytes: answer.body,
                is_whole: true,
            });
        }
        if is_web_page(response.headers()) {
            return Err(self.not_gitlab(status, NotTheApi::WebPage));
        }
        self.read_last(response, part).await
    }

    async fn read_last(&self, mut response: Response, part: Part) -> Result<Bytes, RestError> {
        let too_large = || RestError::TooLarge {
            host: self.host.to_owned(),
            limit: part.longest,
        };
        let announced = response.content_length().unwrap_or_default();
        if usize::try_from(announced).map_or(true, |length| part.longest < length) {
            return Err(too_large());
        }
        let mut bytes = Vec::new();
        let mut length = 0;
        loop {
            let chunk = response.chunk().await;
            let Some(chunk) = chunk.map_err(|error| self.not_answered(&error))? else {
                let is_whole = length <= part.last;
                keep_last(&mut bytes, part.last);
                return Ok(Bytes { bytes, is_whole });
            };
            length += chunk.len();
            if part.longest < length {
                return Err(too_large());
            }
            bytes.extend_from_slice(&chunk);
            // Twice as much as is wanted, so that each byte is moved about once.
            if part.last.saturating_mul(2) < bytes.len() {
                keep_last(&mut bytes, part.last);
            }
        }
    }
}

fn keep_last(bytes: &mut Vec<u8>, last: usize) {
    let rest = bytes.len().saturating_sub(last);
    bytes.drain(..rest);
}
