//! A search's text made into what it asks for.

use jiff::Timestamp;

use super::super::refused::Refused;
use super::{Among, Field, Moment, Search, Sign, State, Text};
use crate::gitlab::world::IssueStatus;

/// Parentheses nest so deep.
const DEPTH: usize = 20;

/// What Sentry can tell of issues and this double cannot.
const UNKNOWN: [&str; 10] = [
    "assigned",
    "assigned_or_suggested",
    "bookmarks",
    "detector",
    "firstRelease",
    "issue.category",
    "issue.priority",
    "issue.type",
    "linked",
    "subscribed",
];

pub(super) fn read(text: &str, among: Among, now: Timestamp) -> Result<Search, Refused> {
    let chars: Vec<char> = text.chars().collect();
    let mut reader = Reader {
        chars: &chars,
        at: 0,
        among,
        now,
    };
    let search = reader.any(0)?;
    match reader.peek() {
        None => Ok(search),
        Some(_) => Err(reader.stuck(reader.at, "unexpected character")),
    }
}

struct Reader<'a> {
    chars: &'a [char],
    at: usize,
    among: Among,
    now: Timestamp,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn text(&self, from: usize, to: usize) -> String {
        self.chars
            .get(from..to)
            .unwrap_or_default()
            .iter()
            .collect()
    }

    fn take(&mut self, c: char) -> bool {
        let is = self.peek() == Some(c);
        self.at += usize::from(is);
        is
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let from = self.at;
        while self.peek().is_some_and(&wanted) {
            self.at += 1;
        }
        self.text(from, self.at)
    }

    fn skip_blanks(&mut self) {
        self.take_while(char::is_whitespace);
    }

    fn stuck(&self, at: usize, why: &str) -> Refused {
        let rest = self.text(at, self.chars.len().min(at + 20));
        Refused::search(format!(
            "Parse error at '{rest}' (column {}): {why}",
            at + 1
        ))
    }

    /// `AND` or `OR` as a word of its own.
    fn take_word(&mut self, word: &str) -> bool {
        let end = self.at + word.len();
        let after = self.chars.get(end).copied();
        let is =
            self.text(self.at, end) == word && after.is_none_or(|c| c.is_whitespace() || c == '(');
        self.at += if is { word.len() } else { 0 };
        is
    }

    /// Parts with `OR` between them.
    fn any(&mut self, depth: usize) -> Result<Search, Refused> {
        if DEPTH < depth {
            return Err(self.stuck(self.at, "too many parentheses"));
        }
        let mut parts = vec![self.all(depth)?];
        while self.takes_boolean("OR")? {
            let part = self.all(depth)?;
            if part == Search::All(Vec::new()) {
                return Err(missing("right", "OR"));
            }
            parts.push(part);
        }
        if 1 < parts.len() && parts.first() == Some(&Search::All(Vec::new())) {
            return Err(missing("left", "OR"));
        }
        Ok(match parts.len() {
            1 => parts.remove(0),
            _ => Search::Any(parts),
        })
    }

    fn takes_boolean(&mut self, word: &str) -> Result<bool, Refused> {
        self.skip_blanks();
        let taken = self.take_word(word);
        if taken && self.among == Among::Issues {
            let problem =
                "Boolean statements containing \"OR\" or \"AND\" are not supported in this search";
            return Err(Refused::search(problem));
        }
        Ok(taken)
    }

    /// Parts with `AND` or nothing between them.
    fn all(&mut self, depth: usize) -> Result<Search, Refused> {
        let mut parts = Vec::new();
        let mut words: Vec<String> = Vec::new();
        loop {
            if self.takes_boolean("AND")? {
                if parts.is_empty() && words.is_empty() {
                    return Err(missing("left", "AND"));
                }
                self.skip_blanks();
                if self.peek().is_none_or(|c| c == ')') {
                    return Err(missing("right", "AND"));
                }
            }
            let begin = self.at;
            let ends = self.take_word("OR");
            self.at = begin;
            if ends || matches!(self.peek(), None | Some(')')) {
                break;
            }
            match self.part(depth)? {
                // Words beside each other are looked for as they stand.
                Search::Words(word) => words.push(word),
                part => {
                    parts.extend(joined(&mut words));
                    parts.push(part);
                }
            }
        }
        parts.extend(joined(&mut words));
        Ok(match parts.len() {
            1 => parts.remove(0),
            _ => Search::All(parts),
        })
    }

    fn part(&mut self, depth: usize) -> Result<Search, Refused> {
        let begin = self.at;
        if self.among == Among::Events && self.take('(') {
            let inside = self.any(depth + 1)?;
            self.skip_blanks();
            return match self.take(')') {
                true => Ok(inside),
                false => Err(self.stuck(self.at, "unclosed parenthesis")),
            };
        }
        let negated = self.take('!');
        let Some(key) = self.key()? else {
            self.at = begin;
            return self.words();
        };
        let part = self.filter(&key)?;
        Ok(if negated {
            Search::Not(Box::new(part))
        } else {
            part
        })
    }

    fn words(&mut self) -> Result<Search, Refused> {
        if self.peek() == Some('"') {
            return Ok(Search::Words(self.quoted()?.to_lowercase()));
        }
        let word = self.take_while(|c| !c.is_whitespace() && c != ')');
        Ok(Search::Words(word.to_lowercase()))
    }

    fn quoted(&mut self) -> Result<String, Refused> {
        let begin = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            match self.peek() {
                None => return Err(self.stuck(begin, "unclosed quotation")),
                Some('"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some('\\') if self.chars.get(self.at + 1) == Some(&'"') => {
                    text.push('"');
                    self.at += 2;
                }
                Some(c) => {
                    text.push(c);
                    self.at += 1;
                }
            }
        }
    }

    /// `key:`, or none when what comes is a word.
    fn key(&mut self) -> Result<Option<String>, Refused> {
        let name = match self.peek() {
            Some('"') => self.quoted()?,
            _ => self.name()?,
        };
        if self.peek() == Some('(') && self.text(self.at, self.chars.len()).contains("):") {
            let problem = format!("this sandbox knows no functions in a search: {name}()");
            return Err(Refused::search(problem));
        }
        Ok((!name.is_empty() && self.take(':')).then_some(name))
    }

    /// A name, perhaps with brackets: `flags["a_flag"]`.
    fn name(&mut self) -> Result<String, Refused> {
        let mut name = self.take_while(|c| c.is_ascii_alphanumeric() || "_.-".contains(c));
        let begin = self.at;
        if !matches!(name.as_str(), "flags" | "tags") || !self.take('[') {
            return Ok(name);
        }
        let inside = match self.peek() {
            Some('"') => self.quoted()?,
            _ => self.take_while(|c| !c.is_whitespace() && c != ']'),
        };
        if !self.take(']') {
            return Err(self.stuck(begin, "unclosed bracket"));
        }
        name = format!("{name}[{inside}]");
        Ok(name)
    }

    fn filter(&mut self, key: &str) -> Result<Search, Refused> {
        if key == "has" {
            let name = self.name()?;
            let empty = || Refused::search("Empty string after 'has:'");
            return (!name.is_empty())
                .then(|| Search::Has(field(&name)))
                .ok_or_else(empty);
        }
        let values = self.values(key)?;
        let first = values.first().map_or("", String::as_str);
        let of_issues = matches!(
            key,
            "is" | "firstSeen" | "lastSeen" | "age" | "timesSeen" | "times_seen"
        );
        if of_issues && self.among == Among::Events {
            let problem = format!("{key}: queries are not supported in this search.");
            return Err(Refused::search(problem));
        }
        if UNKNOWN.contains(&key) {
            return Err(Refused::search(format!("this sandbox does not know {key}")));
        }
        match key {
            "is" => state(first).map(Search::Is),
            "firstSeen" | "age" => self.moment(key, first).map(|moment| Search::Seen {
                first: true,
                moment,
            }),
            "lastSeen" => self.moment(key, first).map(|moment| Search::Seen {
                first: false,
                moment,
            }),
            "timestamp" => self.moment(key, first).map(Search::Happened),
            "timesSeen" | "times_seen" => {
                let (sign, number) = Sign::split(first);
                let wrong = || {
                    Refused::search(format!(
                        "{key}: Invalid number: {number}. Expected number then optional k, m, or b suffix (e.g. 500k)."
                    ))
                };
                number
                    .parse()
                    .map(|number| Search::Times(sign, number))
                    .map_err(|_| wrong())
            }
            key => {
                let texts = values.iter().map(|value| Text::new(value));
                Ok(Search::Field(field(key), texts.collect()))
            }
        }
    }

    fn moment(&self, key: &str, text: &str) -> Result<Moment, Refused> {
        Moment::read(text, self.now).ok_or_else(|| {
            let value = Sign::split(text).1;
            Refused::search(format!(
                "{key}: Invalid date: {value}. Expected +/-duration (e.g. +1h) or ISO 8601-like (e.g. 2026-11-20T08:30:00)."
            ))
        })
    }

    /// One value, or a list in brackets.
    fn values(&mut self, key: &str) -> Result<Vec<String>, Refused> {
        let begin = self.at;
        if !self.take('[') {
            return self.value(key).map(|value| vec![value]);
        }
        let mut values = Vec::new();
        loop {
            self.skip_blanks();
            values.push(match self.peek() {
                Some('"') => self.quoted()?,
                _ => self.take_while(|c| !c.is_whitespace() && !",]".contains(c)),
            });
            self.skip_blanks();
            if self.take(']') {
                return Ok(values);
            }
            if !self.take(',') {
                return Err(self.stuck(begin, "unclosed bracket"));
            }
        }
    }

    fn value(&mut self, key: &str) -> Result<String, Refused> {
        if self.peek() == Some('"') {
            return self.quoted();
        }
        let value = self.take_while(|c| !c.is_whitespace() && !"()".contains(c));
        if value.is_empty() {
            return Err(Refused::search(format!("Empty string after '{key}:'")));
        }
        Ok(value)
    }
}

fn missing(side: &str, word: &str) -> Refused {
    Refused::search(format!(
        "Condition is missing on the {side} side of '{word}' operator"
    ))
}

fn joined(words: &mut Vec<String>) -> Option<Search> {
    let text = words.join(" ");
    words.clear();
    (!text.is_empty()).then_some(Search::Words(text))
}

pub(in super::super) fn field(name: &str) -> Field {
    let inside = |kind: &str| {
        let rest = name.strip_prefix(kind)?.strip_prefix('[')?;
        rest.strip_suffix(']').map(str::to_owned)
    };
    match (inside("flags"), inside("tags")) {
        (Some(flag), _) => Field::Flag(flag),
        (None, Some(tag)) => Field::Tag(format!("tags.{tag}")),
        (None, None) => Field::Tag(name.to_owned()),
    }
}

fn state(name: &str) -> Result<State, Refused> {
    let mut statuses = IssueStatus::ALL.into_iter();
    match (statuses.find(|status| status.name() == name), name) {
        (Some(status), _) => Ok(State::Is(status)),
        (None, "archived") => Ok(State::Is(IssueStatus::Ignored)),
        (None, "assigned") => Ok(State::Assigned),
        (None, "unassigned") => Ok(State::Unassigned),
        (None, _) => {
            let known = "assigned, ignored, resolved, unassigned, unresolved";
            let problem = format!("Invalid value for \"is\" search, valid values are {known}");
            Err(Refused::search(problem))
        }
    }
}
