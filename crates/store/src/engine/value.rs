//! The few types that both engines store: whole numbers, text and bytes.
//!
//! Times are Unix milliseconds, ids are text.

use std::str::FromStr;

use jiff::Timestamp;
use serde::de::DeserializeOwned;

use super::Fault;
use crate::SecretHash;
use crate::seal::Sealed;

/// A parameter of a statement.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'a> {
    Null,
    Int(i64),
    Text(&'a str),
    Blob(&'a [u8]),
    /// A column of many rows at once; PostgreSQL only (`unnest`).
    Texts(&'a [Option<&'a str>]),
    /// As `Texts`.
    Ints(&'a [i64]),
    /// As `Texts`.
    Blobs(&'a [&'a [u8]]),
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Self::Int(i64::from(number))
    }
}

/// An id in GitLab. One that is larger than any there is stands for none of them.
impl From<u64> for Value<'_> {
    fn from(id: u64) -> Self {
        Self::Int(i64::try_from(id).unwrap_or(i64::MAX))
    }
}

impl From<Timestamp> for Value<'_> {
    fn from(time: Timestamp) -> Self {
        Self::Int(time.as_millisecond())
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// What stands in one column of a row.
#[derive(Clone, Debug)]
pub(crate) enum Cell {
    Null,
    Int(i64),
    Text(String),
    Blob(Vec<u8>),
}

/// A row of an answer, read by column number. A text can be taken once.
#[derive(Debug)]
pub(crate) struct Row(pub Vec<Cell>);

impl Row {
    fn wrong(&self, column: usize, wanted: &str) -> Fault {
        Fault::Failed(format!(
            "column {column} is {:?}, not {wanted}",
            self.0.get(column)
        ))
    }

    pub fn maybe_int(&self, column: usize) -> Result<Option<i64>, Fault> {
        match self.0.get(column) {
            Some(Cell::Int(number)) => Ok(Some(*number)),
            Some(Cell::Null) => Ok(None),
            _ => Err(self.wrong(column, "a number")),
        }
    }

    pub fn int(&self, column: usize) -> Result<i64, Fault> {
        self.maybe_int(column)?
            .ok_or_else(|| self.wrong(column, "a number"))
    }

    /// A number that cannot be negative.
    pub fn count(&self, column: usize) -> Result<u64, Fault> {
        u64::try_from(self.int(column)?).map_err(|_| self.wrong(column, "a count"))
    }

    pub fn small(&self, column: usize) -> Result<u32, Fault> {
        u32::try_from(self.int(column)?).map_err(|_| self.wrong(column, "a small count"))
    }

    pub fn maybe_text(&mut self, column: usize) -> Result<Option<String>, Fault> {
        match self.0.get_mut(column) {
            Some(Cell::Text(text)) => Ok(Some(std::mem::take(text))),
            Some(Cell::Null) => Ok(None),
            _ => Err(self.wrong(column, "text")),
        }
    }

    pub fn text(&mut self, column: usize) -> Result<String, Fault> {
        self.maybe_text(column)?
            .ok_or_else(|| self.wrong(column, "text"))
    }

    pub fn maybe_blob(&mut self, column: usize) -> Result<Option<Vec<u8>>, Fault> {
        match self.0.get_mut(column) {
            Some(Cell::Blob(bytes)) => Ok(Some(std::mem::take(bytes))),
            Some(Cell::Null) => Ok(None),
            _ => Err(self.wrong(column, "bytes")),
        }
    }

    pub fn blob(&mut self, column: usize) -> Result<Vec<u8>, Fault> {
        self.maybe_blob(column)?
            .ok_or_else(|| self.wrong(column, "bytes"))
    }

    pub fn maybe_sealed(&mut self, column: usize) -> Result<Option<Sealed>, Fault> {
        Ok(self.maybe_blob(column)?.map(Sealed::from_bytes))
    }

    pub fn sealed(&mut self, column: usize) -> Result<Sealed, Fault> {
        self.blob(column).map(Sealed::from_bytes)
    }

    pub fn hash(&mut self, column: usize) -> Result<SecretHash, Fault> {
        let bytes = self.blob(column)?;
        let hash = bytes.try_into().map(SecretHash::from_bytes);
        hash.map_err(|_| self.wrong(column, "a hash"))
    }

    pub fn maybe_json<T: DeserializeOwned>(&mut self, column: usize) -> Result<Option<T>, Fault> {
        let Some(text) = self.maybe_text(column)? else {
            return Ok(None);
        };
        serde_json::from_str(&text)
            .map(Some)
            .map_err(|error| Fault::Failed(format!("column {column}: {error}")))
    }

    pub fn json<T: DeserializeOwned>(&mut self, column: usize) -> Result<T, Fault> {
        self.maybe_json(column)?
            .ok_or_else(|| self.wrong(column, "JSON"))
    }

    pub fn maybe_time(&self, column: usize) -> Result<Option<Timestamp>, Fault> {
        let time = |ms| Timestamp::from_millisecond(ms).map_err(|_| self.wrong(column, "a time"));
        self.maybe_int(column)?.map(time).transpose()
    }

    pub fn time(&self, column: usize) -> Result<Timestamp, Fault> {
        self.maybe_time(column)?
            .ok_or_else(|| self.wrong(column, "a time"))
    }

    pub fn maybe_parsed<T: FromStr>(&mut self, column: usize) -> Result<Option<T>, Fault>
    where
        T::Err: std::fmt::Display,
    {
        let Some(text) = self.maybe_text(column)? else {
            return Ok(None);
        };
        text.parse()
            .map(Some)
            .map_err(|error| Fault::Failed(format!("column {column}: {error}")))
    }

    pub fn parsed<T: FromStr>(&mut self, column: usize) -> Result<T, Fault>
    where
        T::Err: std::fmt::Display,
    {
        self.maybe_parsed(column)?
            .ok_or_else(|| self.wrong(column, "text"))
    }
}
