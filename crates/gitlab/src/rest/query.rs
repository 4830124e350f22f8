//! The parameters of a call, in the order in which they were named.

/// Names and values that follow the `?`.
#[derive(Clone, Debug, Default)]
pub(super) struct Query(Vec<(&'static str, String)>);

impl Query {
    pub(super) fn new() -> Self {
        Self::default()
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.0.push((name, value.into()));
        self
    }

    pub(super) fn number(self, name: &'static str, value: u64) -> Self {
        self.with(name, value.to_string())
    }

    /// Nothing for what is absent.
    pub(super) fn maybe(self, name: &'static str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Several texts as GitLab takes them, with commas between; nothing for none.
    pub(super) fn all(self, name: &'static str, values: &[String]) -> Self {
        self.maybe(name, (!values.is_empty()).then(|| values.join(",")))
    }

    /// A text to search for; nothing for an empty one, which some versions refuse.
    pub(super) fn search(self, text: &str) -> Self {
        let text = text.trim();
        self.maybe("search", (!text.is_empty()).then_some(text))
    }

    pub(super) fn pairs(&self) -> Vec<(&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect()
    }
}
