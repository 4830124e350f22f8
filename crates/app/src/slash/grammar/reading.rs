//! Reading a command's arguments from left to right.

use super::Links;
use crate::slash::given::{Given, Numbered, Value, WhichPipeline};
use crate::slash::{Argument, Kind};
use commands::wording::Name;

/// What is left of a line.
pub(super) struct Line<'t> {
    rest: &'t str,
    links: &'t dyn Links,
}

impl<'t> Line<'t> {
    pub(super) fn new(rest: &'t str, links: &'t dyn Links) -> Self {
        Self { rest, links }
    }

    /// Reads every argument; what is left over is an error.
    pub(super) fn read(mut self, arguments: &[Argument]) -> Result<Given, String> {
        let mut given = Given::default();
        for argument in arguments {
            match self.read_one(argument)? {
                Some(value) => given.put(argument.name, value),
                None if argument.is_optional || matches!(argument.kind, Kind::Filler(_)) => (),
                None => return Err(format!("{} is missing", Name(argument.name))),
            }
        }
        let left = self.rest.trim();
        if left.is_empty() {
            Ok(given)
        } else {
            Err(format!("{} is more than it takes", Name(left)))
        }
    }

    fn read_one(&mut self, argument: &Argument) -> Result<Option<Value>, String> {
        Ok(match argument.kind {
            Kind::Filler(word) => {
                if self.peek().eq_ignore_ascii_case(word) {
                    self.word();
                }
                None
            }
            Kind::Line => self.line().map(Value::Text),
            Kind::Text => self.text().map(Value::Text),
            Kind::Word => self.word().map(|word| Value::Text(word.to_owned())),
            Kind::Person => self.word().map(|word| {
                let name = word.strip_prefix('@').unwrap_or(word);
                Value::Text(name.to_owned())
            }),
            Kind::Project => self.word().map(|word| {
                let path = self.links.project(word);
                Value::Text(path.unwrap_or_else(|| word.to_owned()))
            }),
            Kind::Issue => self.numbered(argument, '#', |links, url| links.issue(url))?,
            Kind::MergeRequest => {
                self.numbered(argument, '!', |links, url| links.merge_request(url))?
            }
            Kind::Pipeline => self.pipeline().map(Value::Pipeline),
        })
    }

    fn numbered(
        &mut self,
        argument: &Argument,
        mark: char,
        of_url: impl Fn(&dyn Links, &str) -> Option<(String, u64)>,
    ) -> Result<Option<Value>, String> {
        let Some(word) = self.word() else {
            return Ok(None);
        };
        let numbered = reference(word, mark)
            .or_else(|| {
                let (project, number) = of_url(self.links, word)?;
                let project = Some(project);
                Some(Numbered { project, number })
            })
            .ok_or_else(|| format!("{} is no {}", Name(word), Name(argument.name)))?;
        Ok(Some(Value::Numbered(numbered)))
    }

    fn pipeline(&mut self) -> Option<WhichPipeline> {
        let word = self.word()?;
        let numbered = reference(word, '#').or_else(|| {
            let (project, number) = self.links.pipeline(word)?;
            let project = Some(project);
            Some(Numbered { project, number })
        });
        Some(match numbered {
            Some(numbered) => WhichPipeline::Number(numbered),
            None => WhichPipeline::LatestOf(word.to_owned()),
        })
    }

    fn peek(&self) -> &'t str {
        let rest = self.rest.trim_start();
        rest.split(char::is_whitespace).next().unwrap_or_default()
    }

    fn word(&mut self) -> Option<&'t str> {
        let rest = self.rest.trim_start();
        let word = rest.split(char::is_whitespace).next().unwrap_or_default();
        self.rest = rest.get(word.len()..).unwrap_or_default();
        (!word.is_empty()).then_some(word)
    }

    /// The rest of this line.
    fn line(&mut self) -> Option<String> {
        let rest = self.rest.trim_start();
        let (line, below) = rest.split_once('\n').unwrap_or((rest, ""));
        self.rest = below;
        let line = line.trim();
        (!line.is_empty()).then(|| line.to_owned())
    }

    /// Everything that is left.
    fn text(&mut self) -> Option<String> {
        let text = std::mem::take(&mut self.rest).trim();
        (!text.is_empty()).then(|| text.to_owned())
    }
}

/// `12`, `#12` or `group/project#12`, with another mark for other things.
fn reference(word: &str, mark: char) -> Option<Numbered> {
    let (project, digits) = match word.rsplit_once(mark) {
        Some((project, digits)) => (project, digits),
        None => ("", word),
    };
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let number = digits.parse().ok().filter(|_| is_number)?;
    let looks_like_one = project.is_empty() || !project.contains("://");
    looks_like_one.then(|| Numbered {
        project: (!project.is_empty()).then(|| project.to_owned()),
        number,
    })
}
