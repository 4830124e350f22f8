//! A table as lines of fixed-width text: Slack's markup has no tables.

use pulldown_cmark::Alignment;

/// Rows of plain text, filled cell by cell.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// Which columns stand at the right: numbers, mostly.
    at_right: Vec<bool>,
    rows: Vec<Vec<String>>,
    /// Rows beyond [`Table::ROWS`], which are counted alone.
    rows_left_out: usize,
    has_more_columns: bool,
}

impl Table {
    const ROWS: usize = 30;
    const COLUMNS: usize = 8;
    /// Columns of the screen that a cell may take.
    const CELL: usize = 40;
    const GAP: &'static str = "  ";

    pub(super) fn new(alignments: &[Alignment]) -> Self {
        let at_right = alignments.iter().take(Self::COLUMNS);
        Self {
            at_right: at_right.map(|&column| column == Alignment::Right).collect(),
            ..Self::default()
        }
    }

    pub(super) fn begin_row(&mut self) {
        if self.rows.len() < Self::ROWS {
            self.rows.push(Vec::new());
        } else {
            self.rows_left_out += 1;
        }
    }

    pub(super) fn cell(&mut self, text: &str) {
        if 0 < self.rows_left_out {
            return;
        }
        if let Some(row) = self.rows.last_mut() {
            if row.len() < Self::COLUMNS {
                row.push(fitted(text));
            } else {
                self.has_more_columns = true;
            }
        }
    }

    /// The table's lines; the first row is its head.
    pub(super) fn lines(&self) -> String {
        let count = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let widths: Vec<usize> = (0..count)
            .map(|column| {
                let cells = self.rows.iter().filter_map(|row| row.get(column));
                cells.map(|cell| width(cell)).max().unwrap_or(0)
            })
            .collect();
        let mut out = String::new();
        for (number, row) in self.rows.iter().enumerate() {
            self.push_row(&mut out, row, &widths);
            if number == 0 {
                let rules = widths.iter().map(|width| "-".repeat(*width));
                out.push_str(&rules.collect::<Vec<_>>().join(Self::GAP));
                out.push('\n');
            }
        }
        if 0 < self.rows_left_out {
            let rows = if self.rows_left_out == 1 {
                "row"
            } else {
                "rows"
            };
            out.push_str(&format!("… {} more {rows}\n", self.rows_left_out));
        }
        out
    }

    fn push_row(&self, out: &mut String, row: &[String], widths: &[usize]) {
        let from = out.len();
        for (column, (cell, wide)) in row.iter().zip(widths).enumerate() {
            if 0 < column {
                out.push_str(Self::GAP);
            }
            let room = " ".repeat(wide.saturating_sub(width(cell)));
            let at_right = self.at_right.get(column).is_some_and(|&at_right| at_right);
            let (left, right) = if at_right {
                (&*room, &**cell)
            } else {
                (&**cell, &*room)
            };
            out.push_str(left);
            out.push_str(right);
        }
        if self.has_more_columns && row.len() == Self::COLUMNS {
            out.push_str("  …");
        }
        let end = out.get(from..).map_or(0, |line| line.trim_end().len());
        out.truncate(from + end);
        out.push('\n');
    }
}

/// A cell's text on one line, cut where it is too wide.
fn fitted(text: &str) -> String {
    let mut out = String::new();
    let mut taken = 0;
    for (number, word) in text.split_whitespace().enumerate() {
        for c in (0 < number).then_some(' ').into_iter().chain(word.chars()) {
            taken += char_width(c);
            if Table::CELL <= taken {
                out.push('…');
                return out;
            }
            out.push(c);
        }
    }
    out
}

fn width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

/// Columns that a character takes in a fixed-width font: East Asian wide characters and emoji
/// two, marks on the character before none.
fn char_width(c: char) -> usize {
    match c {
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{20d0}'..='\u{20ff}' => 0,
        '\u{2060}' | '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' => 0,
        '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{303e}' | '\u{3041}'..='\u{a4cf}' => 2,
        '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' => 2,
        '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}' => 2,
        '\u{231a}'..='\u{231b}' | '\u{23e9}'..='\u{23f3}' | '\u{2705}' | '\u{274c}' => 2,
        '\u{2728}' | '\u{2753}'..='\u{2757}' | '\u{2b50}' | '\u{1f300}'..='\u{1faff}' => 2,
        '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[&[&str]]) -> String {
        let mut table = Table::new(&[Alignment::None, Alignment::Right]);
        for row in rows {
            table.begin_row();
            for cell in *row {
                table.cell(cell);
            }
        }
        table.lines()
    }

    #[test]
    fn columns_line_up_whatever_the_width_of_their_characters() {
        assert_eq!(
            table(&[&["name", "n"], &["日本", "1"], &["été ✅", "22"]]),
            "name     n\n------  --\n日本     1\nété ✅  22\n"
        );
    }

    #[test]
    fn a_table_is_bounded_in_every_direction() {
        let wide = "x".repeat(100);
        let row: Vec<&str> = std::iter::repeat_n(wide.as_str(), 12).collect();
        let rows: Vec<&[&str]> = std::iter::repeat_n(row.as_slice(), 40).collect();
        let lines = table(&rows);
        assert_eq!(lines.lines().count(), 32);
        assert!(lines.ends_with("… 10 more rows\n"));
        assert!(lines.lines().all(|line| width(line) <= 8 * 42 + 3));
        assert!(lines.starts_with(&format!("{}…  ", "x".repeat(39))));
    }
}
