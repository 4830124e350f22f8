//! Takes a flag that is always on out of a Ruby file, where that is mechanical: guards that
//! return, conditionals that ask nothing but the flag, and modifiers.
//!
//! Whatever asks anything else with it is left to people. Ruby is not parsed: a block ends at
//! the `end` of its indentation, as its linters want it, and a file that is written otherwise is
//! left alone.

use flags::FlagKey;

/// A line that still names the flag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Use {
    /// Counted from 1, in the new text.
    pub line: usize,
    pub text: String,
}

/// A file without the flag, as far as that is mechanical.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edited {
    pub text: String,
    pub left: Vec<Use>,
}

/// What a line has to do with the flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind<'a> {
    /// Never happens: `return unless …`.
    Never,
    /// Always happens: what stands before the modifier.
    Always(&'a str),
    /// Begins a block that always runs.
    OpensOn,
    /// Begins a block that never runs.
    OpensOff,
    Other,
}

/// The file without the flag.
pub(super) fn without(text: &str, flag: &FlagKey) -> Edited {
    let lines: Vec<&str> = text.lines().collect();
    let mut kept: Vec<String> = Vec::with_capacity(lines.len());
    take(&lines, flag, 0, &mut kept);
    let mut text = kept.join("\n");
    if !text.is_empty() {
        text.push('\n');
    }
    Edited {
        left: uses(&text, flag.as_str()),
        text,
    }
}

/// The lines that have this name.
pub(super) fn uses(text: &str, name: &str) -> Vec<Use> {
    text.lines()
        .enumerate()
        .filter(|(_, line)| names(line, name))
        .map(|(number, line)| Use {
            line: number + 1,
            text: line.trim().to_owned(),
        })
        .collect()
}

/// Whether a line has this name, and not only a longer one with it.
fn names(line: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    line.match_indices(name).any(|(at, _)| {
        let (before, after) = (line.get(..at), line.get(at + name.len()..));
        !before.is_some_and(|text| text.ends_with(is_part))
            && !after.is_some_and(|text| text.starts_with(is_part))
    })
}

/// Copies lines, `less` steps of indentation to the left, without the flag.
fn take(lines: &[&str], flag: &FlagKey, less: usize, kept: &mut Vec<String>) {
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        at += 1;
        match kind(line, flag) {
            Kind::Other => kept.push(dedented(line, less)),
            Kind::Always(statement) => {
                let indentation = &line[..indentation(line)];
                kept.push(dedented(&format!("{indentation}{statement}"), less));
            }
            Kind::Never => at += blank_after(lines.get(at), kept),
            opens @ (Kind::OpensOn | Kind::OpensOff) => {
                let rest = lines.get(at..).unwrap_or_default();
                let Some(block) = Block::of(rest, indentation(line)) else {
                    kept.push(dedented(line, less));
                    continue;
                };
                let body = if opens == Kind::OpensOn {
                    block.first
                } else {
                    block.second
                };
                let deeper = body
                    .iter()
                    .find(|line| !line.trim().is_empty())
                    .map_or(0, |first| {
                        indentation(first).saturating_sub(indentation(line))
                    });
                take(body, flag, less + deeper, kept);
                at += block.length;
                if body.is_empty() {
                    at += blank_after(lines.get(at), kept);
                }
            }
        }
    }
}

/// 1 when a blank line has lost what it stood after.
fn blank_after(next: Option<&&str>, kept: &[String]) -> usize {
    let is_blank = next.is_some_and(|next| next.trim().is_empty());
    let opens = kept.last().is_none_or(|last| {
        let last = last.trim();
        last.is_empty() || last.starts_with("def ") || last.ends_with(" do") || last.ends_with('|')
    });
    usize::from(is_blank && opens)
}

/// What is between a conditional and its `end`.
struct Block<'a> {
    first: &'a [&'a str],
    second: &'a [&'a str],
    /// Lines up to and with the `end`.
    length: usize,
}

impl<'a> Block<'a> {
    /// `None` where the block does not end as its indentation says, or has a third branch.
    fn of(rest: &'a [&'a str], depth: usize) -> Option<Self> {
        let is_shallow = |line: &&str| !line.trim().is_empty() && indentation(line) <= depth;
        let end = rest
            .iter()
            .position(|line| is_shallow(line) && line.trim() != "else")?;
        let ends_here = rest.get(end)?.trim() == "end" && indentation(rest.get(end)?) == depth;
        let body = rest.get(..end).filter(|_| ends_here)?;
        let otherwise = body.iter().position(is_shallow);
        let (first, second) = match otherwise {
            Some(at) => (body.get(..at)?, body.get(at + 1..)?),
            None => (body, [].as_slice()),
        };
        // A second `else` is no Ruby.
        (!second.iter().any(is_shallow)).then_some(Self {
            first,
            second,
            length: end + 1,
        })
    }
}

fn kind<'a>(line: &'a str, flag: &FlagKey) -> Kind<'a> {
    let said = line.trim();
    if said.starts_with('#') {
        return Kind::Other;
    }
    for (keyword, runs_when_asked) in [("if ", true), ("unless ", false)] {
        if let Some(is_on) = said.strip_prefix(keyword).and_then(|c| condition(c, flag)) {
            return if is_on == runs_when_asked {
                Kind::OpensOn
            } else {
                Kind::OpensOff
            };
        }
        let modified = said.rsplit_once(&format!(" {keyword}"));
        let asked = modified.and_then(|(said, c)| Some((said.trim_end(), condition(c, flag)?)));
        if let Some((statement, is_on)) = asked {
            return modifier(statement, is_on == runs_when_asked);
        }
    }
    Kind::Other
}

fn modifier(statement: &str, runs: bool) -> Kind<'_> {
    // A value that is assigned may be asked for, and a block may have begun before.
    let leaves = ["return", "raise", "next", "break"]
        .iter()
        .any(|word| statement == *word || statement.starts_with(&format!("{word} ")));
    let is_whole = !statement.starts_with(['}', ')', ']']) && statement != "end";
    match (runs, leaves) {
        (true, _) if is_whole => Kind::Always(statement),
        (false, true) => Kind::Never,
        (true, _) | (false, false) => Kind::Other,
    }
}

/// Whether a condition that asks nothing but the flag is true while it is on.
fn condition(text: &str, flag: &FlagKey) -> Option<bool> {
    let text = text.trim_end();
    let (is_negated, text) = match text.strip_prefix('!') {
        Some(text) => (true, text),
        None => (false, text),
    };
    let text = text.strip_prefix("::").unwrap_or(text);
    let (is_enabled, rest) = match text.strip_prefix("Feature.enabled?(") {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix("Feature.disabled?(")?),
    };
    let arguments = rest.strip_suffix(')')?;
    let name = arguments.split(',').next()?.trim();
    let is_flag = name == format!(":{flag}")
        || name == format!(":\"{flag}\"")
        || name == format!("'{flag}'")
        || name == format!("\"{flag}\"");
    // Balanced all along: no second call after the first one's end.
    let mut depth = 0_i32;
    let is_one = arguments.chars().all(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        0 <= depth
    });
    (is_flag && is_one && depth == 0).then_some(is_enabled != is_negated)
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn dedented(line: &str, less: usize) -> String {
    let spaces = indentation(line).min(less);
    line.get(spaces..).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: &str, after: &str, left: &[&str]) {
        let flag: FlagKey = "tidy".parse().unwrap();
        let edited = without(before, &flag);
        assert_eq!(edited.text, after);
        let lines: Vec<&str> = edited.left.iter().map(|one| one.text.as_str()).collect();
        assert_eq!(lines, left);
    }

    #[test]
    fn a_guard_goes_with_the_line_that_it_stood_apart_by() {
        check(
            "def a\n  return unless Feature.enabled?(:tidy, project)\n\n  b\nend\n",
            "def a\n  b\nend\n",
            &[],
        );
        check(
            "def a\n  return c(1) if Feature.disabled?(:tidy)\n\n  b\nend\n",
            "def a\n  b\nend\n",
            &[],
        );
        check(
            "x.each do |y|\n  next unless ::Feature.enabled?(:tidy, y.owner(1), type: :beta)\n  b\nend\n",
            "x.each do |y|\n  b\nend\n",
            &[],
        );
        check(
            "a\nraise A, 'b' if !Feature.enabled?(:tidy)\n\nc\n",
            "a\n\nc\n",
            &[],
        );
    }

    #[test]
    fn a_conditional_leaves_the_branch_that_runs() {
        check(
            "def a\n  if Feature.enabled?(:tidy, x)\n    b do\n      c\n    end\n  else\n    d\n  end\n\n  e\nend\n",
            "def a\n  b do\n    c\n  end\n\n  e\nend\n",
            &[],
        );
        check(
            "unless Feature.enabled?(:tidy)\n  a\nelse\n  b\nend\n",
            "b\n",
            &[],
        );
        check(
            "def a\n  if Feature.disabled?(:tidy)\n    b\n  end\n\n  c\nend\n",
            "def a\n  c\nend\n",
            &[],
        );
        check(
            "if Feature.enabled?(:tidy)\n  if Feature.enabled?(:tidy)\n    a\n  end\n  b if Feature.enabled?(:tidy)\nend\n",
            "a\nb\n",
            &[],
        );
    }

    #[test]
    fn a_modifier_leaves_its_statement() {
        check("  a(1) if Feature.enabled?(:tidy)\n", "  a(1)\n", &[]);
        check("a unless Feature.disabled?('tidy')\n", "a\n", &[]);
    }

    #[test]
    fn what_asks_anything_else_is_left_to_people() {
        for line in [
            "a if Feature.enabled?(:tidy) && b",
            "if Feature.enabled?(:tidy) || Feature.enabled?(:other)",
            "x = Feature.enabled?(:tidy)",
            "x ||= 1 unless Feature.enabled?(:tidy)",
            "stub_feature_flags(tidy: false)",
            "push_frontend_feature_flag(:tidy, project)",
            "# asks :tidy",
            "end if Feature.enabled?(:tidy)",
            "if Feature.enabled?(:tidy)",
            "elsif Feature.enabled?(:tidy)",
        ] {
            check(&format!("{line}\n"), &format!("{line}\n"), &[line]);
        }
        let third = "if Feature.enabled?(:tidy)\n  a\nelsif b\n  c\nend\n";
        check(third, third, &["if Feature.enabled?(:tidy)"]);
        let bent = "if Feature.enabled?(:tidy)\n  a\n  end\nb\n";
        check(bent, bent, &["if Feature.enabled?(:tidy)"]);
    }

    #[test]
    fn another_flag_with_a_longer_name_is_another_flag() {
        let text =
            "return unless Feature.enabled?(:tidy_up)\nreturn unless Feature.enabled?(:untidy)\n";
        check(text, text, &[]);
    }
}
