//! The words and signs of a query.

use super::{Bound, Problem};

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub kind: Kind,
    /// Where it begins, in characters from 0.
    pub column: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    And,
    Or,
    Not,
    Plus,
    Minus,
    Open,
    Close,
    Colon,
    /// `^2`
    Boost,
    /// Without its escapes.
    Word(String),
    /// With `*` or `?` in it, and with its escapes.
    Wild(String),
    Quoted(String),
    Range {
        low: Option<Bound>,
        high: Option<Bound>,
    },
}

impl Kind {
    /// As Lucene's parser prints it in a refusal.
    pub fn shown(&self) -> String {
        match self {
            Self::And => " <AND> \"AND \"".to_owned(),
            Self::Or => " <OR> \"OR \"".to_owned(),
            Self::Not => " <NOT> \"NOT \"".to_owned(),
            Self::Plus => " \"+\" \"+ \"".to_owned(),
            Self::Minus => " \"-\" \"- \"".to_owned(),
            Self::Open => " \"(\" \"( \"".to_owned(),
            Self::Close => " \")\" \") \"".to_owned(),
            Self::Colon => " \":\" \": \"".to_owned(),
            Self::Boost => " \"^\" \"^ \"".to_owned(),
            Self::Word(word) => format!(" <TERM> \"{word} \""),
            Self::Wild(word) => format!(" <WILDTERM> \"{word} \""),
            Self::Quoted(text) => format!(" <QUOTED> \"\\\"{text}\\\" \""),
            Self::Range { .. } => " <RANGE> ".to_owned(),
        }
    }
}

/// Cuts a query into its words and signs.
pub(super) fn read(text: &str) -> Result<Vec<Token>, Problem> {
    let chars: Vec<char> = text.chars().collect();
    let mut reader = Reader {
        chars: &chars,
        at: 0,
    };
    let mut tokens = Vec::new();
    loop {
        reader.skip_blanks();
        let column = reader.at;
        let Some(kind) = reader.token()? else {
            return Ok(tokens);
        };
        tokens.push(Token { kind, column });
    }
}

struct Reader<'a> {
    chars: &'a [char],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    fn open_end(&self) -> Problem {
        Problem::Open(self.chars.len())
    }

    fn skip_blanks(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    fn token(&mut self) -> Result<Option<Kind>, Problem> {
        let Some(c) = self.peek() else {
            return Ok(None);
        };
        let sign = match c {
            '+' => Some(Kind::Plus),
            '-' => Some(Kind::Minus),
            '!' => Some(Kind::Not),
            '(' => Some(Kind::Open),
            ')' => Some(Kind::Close),
            ':' => Some(Kind::Colon),
            _ => None,
        };
        if let Some(sign) = sign {
            self.at += 1;
            return Ok(Some(sign));
        }
        if let Some(pair @ ('&' | '|')) = self.pair() {
            self.at += 2;
            return Ok(Some(if pair == '&' { Kind::And } else { Kind::Or }));
        }
        match c {
            '"' => self.quoted().map(Some),
            '[' | '{' => self.range().map(Some),
            '^' => self.boost().map(Some),
            '/' => Err(Problem::Unknown("regular expressions")),
            '~' => Err(Problem::Unknown("fuzzy words")),
            ']' | '}' => Err(Problem::Unexpected {
                found: format!(" \"{c}\" \"{c} \""),
                column: self.at,
            }),
            _ => self.word().map(Some),
        }
    }

    /// The character that stands here twice.
    fn pair(&self) -> Option<char> {
        let c = self.peek()?;
        (self.chars.get(self.at + 1) == Some(&c)).then_some(c)
    }

    fn quoted(&mut self) -> Result<Kind, Problem> {
        let text = self.quotation()?;
        match self.peek() {
            Some('~') => Err(Problem::Unknown("words near each other")),
            Some(_) | None => Ok(Kind::Quoted(text)),
        }
    }

    fn quotation(&mut self) -> Result<String, Problem> {
        self.at += 1;
        let mut text = String::new();
        loop {
            match self.next() {
                Some('"') => return Ok(text),
                Some('\\') => text.push(self.next().ok_or_else(|| self.open_end())?),
                Some(c) => text.push(c),
                None => return Err(self.open_end()),
            }
        }
    }

    fn boost(&mut self) -> Result<Kind, Problem> {
        let column = self.at;
        self.at += 1;
        let begin = self.at;
        while self.peek().is_some_and(|c| c.is_ascii_digit() || c == '.') {
            self.at += 1;
        }
        let number: String = self.chars[begin..self.at].iter().collect();
        match number.parse::<f32>() {
            Ok(_) => Ok(Kind::Boost),
            Err(_) => Err(Problem::Unexpected {
                found: Kind::Boost.shown(),
                column,
            }),
        }
    }

    fn word(&mut self) -> Result<Kind, Problem> {
        let (mut raw, mut text, mut wild) = (String::new(), String::new(), false);
        while let Some(c) = self.peek() {
            if c.is_whitespace() || "!():^[]\"{}~/".contains(c) {
                break;
            }
            self.at += 1;
            raw.push(c);
            if c == '\\' {
                let escaped = self.next().ok_or_else(|| self.open_end())?;
                raw.push(escaped);
                text.push(escaped);
                continue;
            }
            wild |= matches!(c, '*' | '?');
            text.push(c);
        }
        if self.peek() == Some('~') {
            return Err(Problem::Unknown("fuzzy words"));
        }
        Ok(match raw.as_str() {
            "AND" => Kind::And,
            "OR" => Kind::Or,
            "NOT" => Kind::Not,
            _ if wild => Kind::Wild(raw),
            _ => Kind::Word(text),
        })
    }

    /// `[a TO b]`, with a brace at an end that is left out.
    fn range(&mut self) -> Result<Kind, Problem> {
        let included = self.next() == Some('[');
        let low = self.end_of_range()?;
        let column = self.at;
        let to = self.end_of_range()?;
        if to != "TO" {
            let found = Kind::Word(to).shown();
            return Err(Problem::Unexpected { found, column });
        }
        let high = self.end_of_range()?;
        self.skip_blanks();
        let column = self.at;
        let high_included = match self.next() {
            Some(']') => true,
            Some('}') => false,
            Some(c) => {
                let found = Kind::Word(c.to_string()).shown();
                return Err(Problem::Unexpected { found, column });
            }
            None => return Err(self.open_end()),
        };
        let bound = |text: String, included| (text != "*").then_some(Bound { text, included });
        Ok(Kind::Range {
            low: bound(low, included),
            high: bound(high, high_included),
        })
    }

    fn end_of_range(&mut self) -> Result<String, Problem> {
        self.skip_blanks();
        if self.peek() == Some('"') {
            return self.quotation();
        }
        let begin = self.at;
        while self
            .peek()
            .is_some_and(|c| !c.is_whitespace() && !"]}".contains(c))
        {
            self.at += 1;
        }
        if begin == self.at {
            return Err(match self.peek() {
                Some(c) => Problem::Unexpected {
                    found: Kind::Word(c.to_string()).shown(),
                    column: begin,
                },
                None => self.open_end(),
            });
        }
        Ok(self.chars[begin..self.at]
            .iter()
            .filter(|c| **c != '\\')
            .collect())
    }
}
