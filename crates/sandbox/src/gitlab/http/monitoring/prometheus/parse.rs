//! PromQL, as far as questions about rollouts need it: selectors with their ranges, `sum` and its
//! kin, `rate` and its kin, arithmetic, comparisons, `and`, `or`, `unless`.

use super::selector::{Match, Matcher, Selector, alternatives};
pub(super) use super::words::{Aggregate, Function, Operator, Over};
use super::words::{OPERATORS, aggregate, function, over};

/// An expression nests so deep, and has so many bytes.
const DEPTH: usize = 40;
const LENGTH: usize = 10_000;

/// What a query computes.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expr {
    Number(f64),
    Instant(Selector),
    /// A function of a selector's samples over so many milliseconds.
    Range(Over, Selector, i64),
    Call(Function, Box<Expr>),
    Aggregate {
        how: Aggregate,
        labels: Vec<String>,
        without: bool,
        of: Box<Expr>,
    },
    Binary(Operator, Box<Expr>, Box<Expr>),
    /// A comparison that gives 1 or 0 (`== bool`).
    Whether(Operator, Box<Expr>, Box<Expr>),
    Negative(Box<Expr>),
}

impl Expr {
    fn is_scalar(&self) -> bool {
        match self {
            Self::Number(_) | Self::Call(Function::Scalar, _) => true,
            Self::Call(Function::Vector, _) => false,
            Self::Call(Function::Abs | Function::Ceil | Function::Floor | Function::Round, of)
            | Self::Negative(of) => of.is_scalar(),
            Self::Binary(_, left, right) | Self::Whether(_, left, right) => {
                left.is_scalar() && right.is_scalar()
            }
            Self::Instant(_) | Self::Range(..) | Self::Aggregate { .. } => false,
        }
    }
}

/// Reads a query; a problem is said with its place, as Prometheus says it.
pub(super) fn parse(text: &str) -> Result<Expr, String> {
    if LENGTH < text.len() {
        return Err("1:1: parse error: the query is too long".to_owned());
    }
    let mut parser = Parser { text, at: 0 };
    parser.skip_blanks();
    if parser.rest().is_empty() {
        return Err("1:1: parse error: no expression found in input".to_owned());
    }
    let expr = parser.binary(0, 0)?;
    match parser.rest() {
        "" => Ok(expr),
        _ => Err(parser.unexpected()),
    }
}

/// `5m`, `1h30m`, in milliseconds.
pub(super) fn duration(text: &str) -> Option<i64> {
    let mut total: i64 = 0;
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        let (count, after) = rest.split_at(end);
        let units = [
            ("ms", 1),
            ("s", 1000),
            ("m", 60_000),
            ("h", 3_600_000),
            ("d", 86_400_000),
            ("w", 604_800_000),
        ];
        let (unit, millis) = units
            .into_iter()
            .find(|(unit, _)| after.starts_with(unit))?;
        total = total.checked_add(count.parse::<i64>().ok()?.checked_mul(millis)?)?;
        rest = &after[unit.len()..];
    }
    (0 < total).then_some(total)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn take(&mut self, sign: &str) -> bool {
        self.skip_blanks();
        let is = self.rest().starts_with(sign);
        self.at += if is { sign.len() } else { 0 };
        is
    }

    fn error(&self, problem: &str) -> String {
        format!("1:{}: parse error: {problem}", self.at + 1)
    }

    fn unexpected(&self) -> String {
        match self.rest().chars().next() {
            None => self.error("unexpected end of input"),
            Some(c) => self.error(&format!("unexpected character: {c:?}")),
        }
    }

    fn expect(&mut self, sign: &str) -> Result<(), String> {
        match self.take(sign) {
            true => Ok(()),
            false => Err(self.unexpected()),
        }
    }

    fn word(&mut self) -> &'a str {
        self.skip_blanks();
        let rest = self.rest();
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
        let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn take_word(&mut self, word: &str) -> bool {
        let begin = self.at;
        let is = self.word() == word;
        if !is {
            self.at = begin;
        }
        is
    }

    fn operator(&mut self, least: u8) -> Option<(Operator, u8)> {
        self.skip_blanks();
        let rest = self.rest();
        let is_it = |sign: &str| {
            let word = sign.starts_with(|c: char| c.is_ascii_alphabetic());
            let after = rest
                .get(sign.len()..)
                .and_then(|after| after.chars().next());
            let ends = after.is_none_or(|c| !c.is_ascii_alphanumeric() && c != '_');
            rest.starts_with(sign) && (!word || ends)
        };
        let (sign, operator, binds) = OPERATORS.into_iter().find(|(sign, _, _)| is_it(sign))?;
        if binds < least {
            return None;
        }
        self.at += sign.len();
        Some((operator, binds))
    }

    fn binary(&mut self, least: u8, depth: usize) -> Result<Expr, String> {
        if DEPTH < depth {
            return Err(self.error("the expression nests too deep"));
        }
        let mut left = self.unary(depth)?;
        while let Some((operator, binds)) = self.operator(least) {
            let compares = operator.compares();
            let whether = compares && self.take_word("bool");
            let right = self.binary(binds + 1, depth + 1)?;
            if compares && !whether && left.is_scalar() && right.is_scalar() {
                return Err(self.error("comparisons between scalars must use BOOL modifier"));
            }
            let (one, other) = (Box::new(left), Box::new(right));
            left = match whether {
                true => Expr::Whether(operator, one, other),
                false => Expr::Binary(operator, one, other),
            };
        }
        Ok(left)
    }

    fn unary(&mut self, depth: usize) -> Result<Expr, String> {
        if DEPTH < depth {
            return Err(self.error("the expression nests too deep"));
        }
        self.skip_blanks();
        let rest = self.rest();
        if self.take("-") {
            return Ok(Expr::Negative(Box::new(self.unary(depth + 1)?)));
        }
        if self.take("(") {
            let inside = self.binary(0, depth + 1)?;
            self.expect(")")?;
            return Ok(inside);
        }
        if rest.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
            return self.number();
        }
        if rest.starts_with('{') {
            return self.selector("").map(Expr::Instant);
        }
        let word = self.word();
        if word.is_empty() {
            return Err(self.unexpected());
        }
        self.named(word, depth)
    }

    fn number(&mut self) -> Result<Expr, String> {
        let rest = self.rest();
        let end = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.' && c != 'e')
            .unwrap_or(rest.len());
        let number = rest[..end].parse().map_err(|_| self.unexpected())?;
        self.at += end;
        Ok(Expr::Number(number))
    }

    fn named(&mut self, word: &str, depth: usize) -> Result<Expr, String> {
        if let Some(how) = aggregate(word) {
            return self.aggregate(how, depth);
        }
        if matches!(word, "NaN" | "Inf") {
            let number = word.parse().map_err(|_| self.unexpected())?;
            return Ok(Expr::Number(number));
        }
        self.skip_blanks();
        if !self.rest().starts_with('(') {
            let selector = self.selector(word)?;
            return match self.take("[") {
                true => Err(self.error("expected type instant vector, got range vector")),
                false => Ok(Expr::Instant(selector)),
            };
        }
        match (over(word), function(word)) {
            (Some(over), _) => {
                self.expect("(")?;
                let name = self.word();
                let selector = self.selector(name)?;
                self.expect("[")?;
                let length = duration(self.word())
                    .ok_or_else(|| self.error("missing unit character in duration"))?;
                self.expect("]")?;
                self.expect(")")?;
                Ok(Expr::Range(over, selector, length))
            }
            (None, Some(function)) => {
                self.expect("(")?;
                let of = self.binary(0, depth + 1)?;
                self.expect(")")?;
                Ok(Expr::Call(function, Box::new(of)))
            }
            (None, None) => Err(self.error(&format!("unknown function with name {word:?}"))),
        }
    }

    /// `sum by (a) (…)` or `sum(…) by (a)`
    fn aggregate(&mut self, how: Aggregate, depth: usize) -> Result<Expr, String> {
        let before = self.grouping()?;
        self.expect("(")?;
        let of = Box::new(self.binary(0, depth + 1)?);
        self.expect(")")?;
        let grouping = match before {
            Some(before) => Some(before),
            None => self.grouping()?,
        };
        let (without, labels) = grouping.unwrap_or_default();
        Ok(Expr::Aggregate {
            how,
            labels,
            without,
            of,
        })
    }

    fn grouping(&mut self) -> Result<Option<(bool, Vec<String>)>, String> {
        let begin = self.at;
        let without = match self.word() {
            "by" => false,
            "without" => true,
            _ => {
                self.at = begin;
                return Ok(None);
            }
        };
        self.expect("(")?;
        let mut labels = Vec::new();
        while !self.take(")") {
            let label = self.word();
            if label.is_empty() {
                return Err(self.unexpected());
            }
            labels.push(label.to_owned());
            self.take(",");
        }
        Ok(Some((without, labels)))
    }

    fn selector(&mut self, metric: &str) -> Result<Selector, String> {
        let mut matchers = Vec::new();
        if self.take("{") {
            while !self.take("}") {
                matchers.push(self.matcher()?);
                if !self.take(",") {
                    self.expect("}")?;
                    break;
                }
            }
        } else if metric.is_empty() {
            return Err(self.unexpected());
        }
        let metric = metric.to_owned();
        Ok(Selector { metric, matchers })
    }

    fn matcher(&mut self) -> Result<Matcher, String> {
        let label = self.word().to_owned();
        if label.is_empty() {
            return Err(self.unexpected());
        }
        self.skip_blanks();
        let signs = ["=~", "!~", "!=", "="];
        let sign = signs.into_iter().find(|sign| self.rest().starts_with(sign));
        let sign = sign.ok_or_else(|| self.unexpected())?;
        self.at += sign.len();
        let value = self.quoted()?;
        let pattern = |value: &str| {
            let unknown =
                || self.error("this sandbox knows regular expressions with |, .* and .+ alone");
            alternatives(value).ok_or_else(unknown)
        };
        let wanted = match sign {
            "=~" => Match::OneOf(pattern(&value)?),
            "!~" => Match::NoneOf(pattern(&value)?),
            "!=" => Match::IsNot(value),
            _ => Match::Is(value),
        };
        Ok(Matcher { label, wanted })
    }

    fn quoted(&mut self) -> Result<String, String> {
        self.skip_blanks();
        let rest = self.rest();
        let quote = rest
            .chars()
            .next()
            .filter(|c| matches!(c, '"' | '\'' | '`'));
        let quote = quote.ok_or_else(|| self.unexpected())?;
        let mut text = String::new();
        let mut chars = rest.char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            if c == quote {
                self.at += at + 1;
                return Ok(text);
            }
            match c {
                '\\' if quote != '`' => text.extend(chars.next().map(|(_, c)| c)),
                c => text.push(c),
            }
        }
        Err(self.error("unterminated quoted string"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_no_query_is_refused_as_prometheus_does() {
        for (query, expected) in [
            ("", "1:1: parse error: no expression found in input"),
            ("up{", "1:4: parse error: unexpected end of input"),
            ("up ==", "1:6: parse error: unexpected end of input"),
            ("up )", "1:4: parse error: unexpected character: ')'"),
            (
                "p95(up)",
                "1:4: parse error: unknown function with name \"p95\"",
            ),
            (
                "up[5m]",
                "1:4: parse error: expected type instant vector, got range vector",
            ),
            (
                "rate(up[5])",
                "1:10: parse error: missing unit character in duration",
            ),
            (
                "1 > 2",
                "1:6: parse error: comparisons between scalars must use BOOL modifier",
            ),
            ("up{a=\"b}", "1:6: parse error: unterminated quoted string"),
            (
                "up{a=~\"[b]\"}",
                "1:12: parse error: this sandbox knows regular expressions with |, .* and .+ alone",
            ),
        ] {
            assert_eq!(parse(query), Err(expected.to_owned()), "{query}");
        }
        assert!(parse(&"(".repeat(1000)).is_err());
        assert!(parse(&"-".repeat(1000)).is_err());
    }

    #[test]
    fn what_binds_tighter_is_done_first() {
        let (plain, grouped) = (
            parse("a + b * c > d or e"),
            parse("((a + (b * c)) > d) or e"),
        );
        assert!(plain.is_ok() && plain == grouped);
        assert_eq!(parse("a - b - c"), parse("(a - b) - c"));
        assert_eq!(parse("sum by (x) (a)"), parse("sum(a) by (x)"));
        assert_ne!(parse("origin"), parse("or"));
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in r#"([a-z{}()\[\],="'~!<>+*/é -]|sum|rate|by|5m|\.\*){0,40}"#) {
            drop(parse(&text));
            prop_assert!(duration(&text).is_none_or(|millis| 0 < millis));
        }
    }
}
