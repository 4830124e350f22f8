//! The query language of `query_string`, as Lucene's classic parser reads it.
//!
//! `AND` and `OR` are no operators with a precedence there: each makes the clauses beside it
//! required or optional, and so it is here. Not known here are regular expressions, fuzzy words
//! and words near each other; these are refused with a sentence that says so.

mod tokens;

use tokens::{Kind, Token};

/// Parentheses nest so deep, and a query has so many clauses.
const DEPTH: usize = 30;
const CLAUSES: usize = 1024;

/// What a query asks for; a field that is not named is the default one.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    Clauses(Vec<(Occur, Node)>),
    /// Words to be found; `quoted` ones stand beside each other.
    Text {
        field: Option<String>,
        text: String,
        quoted: bool,
    },
    /// A word with `*` and `?` in it, its escapes kept.
    Pattern {
        field: Option<String>,
        pattern: String,
    },
    Range {
        field: Option<String>,
        low: Option<Bound>,
        high: Option<Bound>,
    },
    Exists(String),
    All,
}

/// An end of a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bound {
    pub text: String,
    pub included: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Occur {
    Must,
    Should,
    MustNot,
}

/// How a query is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    /// Clauses with nothing between them are all required.
    pub and: bool,
    pub leading_wildcards: bool,
}

/// Why a query cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Problem {
    #[error("Encountered \"{found}\" at line 1, column {column}.")]
    Unexpected { found: String, column: usize },
    #[error("'*' or '?' not allowed as first character in WildcardQuery")]
    LeadingWildcard,
    #[error("Lexical error at line 1, column {0}. Encountered: <EOF>")]
    Open(usize),
    #[error("too many boolean clauses")]
    TooMany,
    #[error("the query nests deeper than 30 levels")]
    TooDeep,
    #[error("this sandbox knows no {0}")]
    Unknown(&'static str),
}

/// Reads a query; none when there is nothing in it.
pub(super) fn parse(text: &str, rules: Rules) -> Result<Option<Node>, Problem> {
    let tokens = tokens::read(text)?;
    let mut parser = Parser {
        tokens: &tokens,
        at: 0,
        end: text.chars().count(),
        clauses: 0,
        rules,
    };
    let node = parser.query(None, 0)?;
    match parser.peek() {
        None => Ok(node),
        Some(token) => Err(unexpected(token)),
    }
}

fn unexpected(token: &Token) -> Problem {
    Problem::Unexpected {
        found: token.kind.shown(),
        column: token.column,
    }
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    /// The column behind the text.
    end: usize,
    clauses: usize,
    rules: Rules,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.at)
    }

    fn next_is(&self, kind: &Kind) -> bool {
        self.peek().is_some_and(|token| token.kind == *kind)
    }

    fn take(&mut self, kind: &Kind) -> bool {
        let is = self.next_is(kind);
        self.at += usize::from(is);
        is
    }

    fn at_end(&self) -> Problem {
        match self.peek() {
            Some(token) => unexpected(token),
            None => Problem::Unexpected {
                found: "<EOF>".to_owned(),
                column: self.end,
            },
        }
    }

    /// Clauses up to the end or a closing parenthesis.
    fn query(&mut self, field: Option<&str>, depth: usize) -> Result<Option<Node>, Problem> {
        if DEPTH < depth {
            return Err(Problem::TooDeep);
        }
        let mut clauses: Vec<(Occur, Node)> = Vec::new();
        while self.peek().is_some_and(|token| token.kind != Kind::Close) {
            let joined = self.joined();
            if clauses.is_empty() && joined.is_some() {
                self.at -= 1;
                return Err(self.at_end());
            }
            let sign = self.sign();
            let node = self.clause(field, sign.is_none(), depth)?;
            self.clauses += 1;
            if CLAUSES < self.clauses {
                return Err(Problem::TooMany);
            }
            self.add(&mut clauses, joined, sign, node);
        }
        match clauses.as_slice() {
            [] if depth == 0 => Ok(None),
            [] => Err(self.at_end()),
            [(Occur::Must | Occur::Should, _)] => Ok(clauses.pop().map(|(_, node)| node)),
            _ => Ok(Some(Node::Clauses(clauses))),
        }
    }

    /// `AND` (true) or `OR` (false).
    fn joined(&mut self) -> Option<bool> {
        let and = self.take(&Kind::And);
        (and || self.take(&Kind::Or)).then_some(and)
    }

    /// `+` or a negation.
    fn sign(&mut self) -> Option<Occur> {
        if self.take(&Kind::Plus) {
            Some(Occur::Must)
        } else if self.take(&Kind::Minus) || self.take(&Kind::Not) {
            Some(Occur::MustNot)
        } else {
            None
        }
    }

    /// Lucene's rules: a conjunction also changes the clause before it.
    fn add(
        &self,
        clauses: &mut Vec<(Occur, Node)>,
        joined: Option<bool>,
        sign: Option<Occur>,
        node: Node,
    ) {
        if let Some((before, _)) = clauses
            .last_mut()
            .filter(|(before, _)| *before != Occur::MustNot)
        {
            match joined {
                Some(true) => *before = Occur::Must,
                Some(false) if self.rules.and => *before = Occur::Should,
                Some(false) | None => (),
            }
        }
        let unsigned = match (self.rules.and, joined) {
            (_, Some(true)) | (true, None) => Occur::Must,
            (_, Some(false)) | (false, None) => Occur::Should,
        };
        clauses.push((sign.unwrap_or(unsigned), node));
    }

    fn clause(
        &mut self,
        field: Option<&str>,
        unsigned: bool,
        depth: usize,
    ) -> Result<Node, Problem> {
        let named = self.field();
        let field = named.as_deref().or(field);
        let Some(token) = self.peek() else {
            return Err(self.at_end());
        };
        self.at += 1;
        let node = match &token.kind {
            Kind::Open => {
                let inside = self.query(field, depth + 1)?;
                if !self.take(&Kind::Close) {
                    return Err(self.at_end());
                }
                inside.ok_or_else(|| self.at_end())?
            }
            Kind::Word(word) => {
                let more = (unsigned && named.is_none()).then(|| self.following());
                self.word(field, word, more.unwrap_or_default())
            }
            Kind::Quoted(text) => Node::Text {
                field: field.map(str::to_owned),
                text: text.clone(),
                quoted: true,
            },
            Kind::Wild(pattern) => self.wild(field, pattern)?,
            Kind::Range { low, high } => Node::Range {
                field: field.map(str::to_owned),
                low: low.clone(),
                high: high.clone(),
            },
            Kind::And
            | Kind::Or
            | Kind::Not
            | Kind::Plus
            | Kind::Minus
            | Kind::Close
            | Kind::Colon
            | Kind::Boost => return Err(unexpected(token)),
        };
        // A boost changes the score alone.
        self.take(&Kind::Boost);
        Ok(node)
    }

    /// `name:`
    fn field(&mut self) -> Option<String> {
        let [name, colon] = self.tokens.get(self.at..self.at + 2)? else {
            return None;
        };
        let name = match &name.kind {
            Kind::Word(name) => name.clone(),
            Kind::Wild(pattern) => pattern.replace('\\', ""),
            Kind::And
            | Kind::Or
            | Kind::Not
            | Kind::Plus
            | Kind::Minus
            | Kind::Open
            | Kind::Close
            | Kind::Colon
            | Kind::Boost
            | Kind::Quoted(_)
            | Kind::Range { .. } => return None,
        };
        (colon.kind == Kind::Colon).then(|| {
            self.at += 2;
            name
        })
    }

    /// Words with nothing between them are one text, which each field cuts as it does.
    fn following(&mut self) -> Vec<&'a str> {
        let mut words = Vec::new();
        while let Some(Token {
            kind: Kind::Word(word),
            ..
        }) = self.peek()
        {
            let after = self.tokens.get(self.at + 1).map(|token| &token.kind);
            if matches!(
                after,
                Some(Kind::Colon | Kind::And | Kind::Or | Kind::Not | Kind::Boost)
            ) {
                break;
            }
            words.push(word.as_str());
            self.at += 1;
        }
        words
    }

    fn word(&self, field: Option<&str>, word: &str, more: Vec<&str>) -> Node {
        if field == Some("_exists_") {
            return Node::Exists(word.to_owned());
        }
        let compared = [(">=", true), ("<=", true), (">", false), ("<", false)];
        let mut compared = compared.into_iter();
        let sign = compared.find(|(sign, _)| word.starts_with(sign) && sign.len() < word.len());
        if let (Some((sign, included)), true) = (sign, more.is_empty()) {
            let bound = Some(Bound {
                text: word[sign.len()..].to_owned(),
                included,
            });
            let above = sign.starts_with('>');
            let (low, high) = if above { (bound, None) } else { (None, bound) };
            let field = field.map(str::to_owned);
            return Node::Range { field, low, high };
        }
        let mut words = vec![word];
        words.extend(more);
        Node::Text {
            field: field.map(str::to_owned),
            text: words.join(" "),
            quoted: false,
        }
    }

    fn wild(&self, field: Option<&str>, pattern: &str) -> Result<Node, Problem> {
        match (field, pattern) {
            (None | Some("*"), "*") => Ok(Node::All),
            (Some("_exists_"), pattern) => Ok(Node::Exists(pattern.to_owned())),
            (Some(field), "*") => Ok(Node::Exists(field.to_owned())),
            (_, pattern) if pattern.starts_with(['*', '?']) && !self.rules.leading_wildcards => {
                Err(Problem::LeadingWildcard)
            }
            (field, pattern) => Ok(Node::Pattern {
                field: field.map(str::to_owned),
                pattern: pattern.to_owned(),
            }),
        }
    }
}

#[cfg(test)]
mod tests;
