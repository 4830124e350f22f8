//! Writes mrkdwn piece by piece and knows where it may be cut.
//!
//! A piece (a word, a code span, a link) is whole or missing. Before each piece the writer notes
//! where it stands; when the limit is passed it goes back to the last note that leaves room for
//! the end. Spaces, line breaks, bullets and opening marks wait for the piece that needs them,
//! so none is left over. What the pieces mean is the walk's business.

use domain::mrkdwn::{self, Mrkdwn};

/// A style that Slack has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Bold,
    Italic,
    Strike,
}

impl Style {
    const ALL: [Self; 3] = [Self::Bold, Self::Italic, Self::Strike];

    fn mark(self) -> char {
        match self {
            Self::Bold => '*',
            Self::Italic => '_',
            Self::Strike => '~',
        }
    }
}

/// For each style how many runs of it are open around the next piece.
#[derive(Clone, Copy, Debug, Default)]
struct Wanted {
    bold: u32,
    italic: u32,
    strike: u32,
}

impl Wanted {
    fn depth(&mut self, style: Style) -> &mut u32 {
        match style {
            Style::Bold => &mut self.bold,
            Style::Italic => &mut self.italic,
            Style::Strike => &mut self.strike,
        }
    }

    fn has(mut self, style: Style) -> bool {
        0 < *self.depth(style)
    }
}

/// Where the text may end.
#[derive(Clone, Debug, Default)]
struct Cut {
    length: usize,
    /// The marks to close there, outermost first.
    open: Vec<Style>,
    in_fence: bool,
}

/// A link whose label is being written.
#[derive(Debug)]
struct OpenLink {
    url: String,
    /// Where its label begins.
    start: usize,
    used_before: usize,
    /// How many styles were open around it.
    outside: usize,
}

/// What Slack needs to see a mark beside a letter: a character of no width that is no letter.
const EDGE: char = '\u{200b}';
const WORD_JOINER: char = '\u{2060}';
const FENCE: &str = "```";
/// Characters of a link's label, and of an inline code span, that are shown.
const LONGEST_PIECE: usize = 200;
/// A word longer than this may be cut inside.
const LONGEST_WORD: usize = 60;

/// See the module.
#[derive(Debug)]
pub(super) struct Writer<'a> {
    out: String,
    /// Characters in `out`.
    used: usize,
    limit: usize,
    tail: Tail<'a>,
    cut: Cut,
    is_full: bool,
    line_breaks: usize,
    space: bool,
    /// A mark was just closed: a letter may not follow at once.
    after_mark: bool,
    bullet: String,
    /// Spaces at the start of each line.
    indent: usize,
    quotes: usize,
    /// The last line is a quote's.
    in_quote: bool,
    wanted: Wanted,
    open: Vec<Style>,
    link: Option<OpenLink>,
}

/// What a text that was cut ends with.
#[derive(Debug)]
struct Tail<'a> {
    more_url: &'a str,
    length: usize,
}

impl Tail<'_> {
    fn new(more_url: &str, limit: usize) -> Tail<'_> {
        let whole = Tail {
            more_url,
            length: 0,
        };
        let length = whole.text().chars().count();
        if length <= limit {
            Tail { more_url, length }
        } else {
            Tail {
                more_url: "",
                length: 1.min(limit),
            }
        }
    }

    fn text(&self) -> String {
        if mrkdwn::is_web_address(self.more_url) {
            format!("… {}", mrkdwn::link(self.more_url, "more"))
        } else {
            "…".to_owned()
        }
    }
}

impl<'a> Writer<'a> {
    pub(super) fn new(more_url: &'a str, limit: usize) -> Self {
        Self {
            out: String::with_capacity(limit.min(1 << 12)),
            used: 0,
            limit,
            tail: Tail::new(more_url, limit),
            cut: Cut::default(),
            is_full: false,
            line_breaks: 0,
            space: false,
            after_mark: false,
            bullet: String::new(),
            indent: 0,
            quotes: 0,
            in_quote: false,
            wanted: Wanted::default(),
            open: Vec::new(),
            link: None,
        }
    }

    /// Whether the limit is passed and nothing more will be shown.
    pub(super) fn is_full(&self) -> bool {
        self.is_full
    }

    // -- text ----------------------------------------------------------------------------------

    /// Escaped text: words and the spaces between them.
    pub(super) fn words(&mut self, escaped: &str) {
        let mut words = escaped.split([' ', '\n', '\t']);
        if let Some(first) = words.next() {
            self.word(first);
        }
        for word in words {
            self.space = true;
            self.word(word);
        }
    }

    fn word(&mut self, mut word: &str) {
        while LONGEST_WORD < word.len() {
            let (head, rest) = split_word(word);
            self.piece(head);
            word = rest;
        }
        self.piece(word);
    }

    /// Something that is whole or missing, without line breaks.
    pub(super) fn piece(&mut self, markup: &str) {
        let Some(first) = markup.chars().next() else {
            return;
        };
        if self.is_full || self.label_is_long() {
            return;
        }
        self.note_cut(false);
        self.before_piece(first);
        self.push(markup);
        self.check_limit();
    }

    pub(super) fn space(&mut self) {
        self.space = true;
    }

    /// Code inside a line.
    pub(super) fn code(&mut self, text: &str) {
        let shown: String = text.chars().take(LONGEST_PIECE).collect();
        let joined = shown.replace(['\n', '\r'], " ");
        let mut code = String::from(mrkdwn::code(&joined));
        if shown.len() < text.len() && code.pop().is_some() {
            code.push_str("…`");
        }
        // A mark only counts at the edge of a word, and a backtick is one.
        let sticks = !self.space && self.line_breaks == 0 && self.sticks_to_what_follows();
        if sticks && !code.is_empty() {
            code.insert(0, EDGE);
        }
        self.piece(&code);
        self.after_mark |= !code.is_empty();
    }

    // -- styles --------------------------------------------------------------------------------

    pub(super) fn begin(&mut self, style: Style) {
        *self.wanted.depth(style) += 1;
    }

    pub(super) fn end(&mut self, style: Style) {
        let depth = self.wanted.depth(style);
        *depth = depth.saturating_sub(1);
        self.close_unwanted();
    }

    /// Ends every style and link that is still open: a block is over.
    pub(super) fn end_inline(&mut self) {
        self.end_link();
        self.wanted = Wanted::default();
        self.close_unwanted();
    }

    fn close_unwanted(&mut self) {
        let outside = self.link.as_ref().map_or(0, |link| link.outside);
        let wanted = self.wanted;
        let keep = self
            .open
            .iter()
            .position(|&style| !wanted.has(style))
            .unwrap_or(self.open.len());
        self.close_down_to(keep.max(outside));
    }

    fn close_down_to(&mut self, depth: usize) {
        while depth < self.open.len() {
            if let Some(style) = self.open.pop() {
                self.push_char(style.mark());
                self.after_mark = true;
            }
        }
    }

    fn open_wanted(&mut self) {
        for style in Style::ALL {
            if self.wanted.has(style) && !self.open.contains(&style) {
                if self.after_mark || self.sticks_to_what_follows() {
                    self.push_char(EDGE);
                    self.after_mark = false;
                }
                self.push_char(style.mark());
                self.open.push(style);
            }
        }
    }

    // -- links ---------------------------------------------------------------------------------

    /// What is written until [`Writer::end_link`] is the label of a link to `url`.
    pub(super) fn begin_link(&mut self, url: String) {
        if self.is_full || self.link.is_some() {
            return;
        }
        self.note_cut(false);
        self.before_piece('<');
        self.link = Some(OpenLink {
            url,
            start: self.out.len(),
            used_before: self.used,
            outside: self.open.len(),
        });
    }

    /// Ends the link that is open, if one is. One without a label shows its address.
    pub(super) fn end_link(&mut self) {
        let Some(outside) = self.link.as_ref().map(|link| link.outside) else {
            return;
        };
        self.close_down_to(outside);
        let Some(link) = self.link.take() else { return };
        let label = self.out.split_off(link.start);
        let markup = if label.is_empty() || label == mrkdwn::escape(&link.url).as_str() {
            mrkdwn::address(&link.url)
        } else {
            mrkdwn::linked(&link.url, &Mrkdwn::from_trusted(label))
        };
        self.used = link.used_before;
        self.push(markup.as_str());
        self.after_mark = false;
        self.check_limit();
        self.close_unwanted();
    }

    /// A link with a label of its own; inside another link, its label alone.
    pub(super) fn link(&mut self, url: &str, label: &str) {
        let label: String = label.chars().take(LONGEST_PIECE).collect();
        let label = mrkdwn::escape_line(&label);
        if self.link.is_some() {
            self.words(label.as_str());
        } else {
            self.piece(mrkdwn::linked(url, &label).as_str());
        }
    }

    /// A link that shows its own address.
    pub(super) fn address(&mut self, url: &str) {
        self.piece(mrkdwn::address(url).as_str());
    }

    fn label_is_long(&self) -> bool {
        self.link
            .as_ref()
            .is_some_and(|link| link.used_before + LONGEST_PIECE < self.used)
    }

    // -- blocks --------------------------------------------------------------------------------

    /// The next piece stands at least `count` line breaks further down.
    pub(super) fn line_breaks(&mut self, count: usize) {
        if self.link.is_some() {
            self.space = true;
        } else {
            self.line_breaks = self.line_breaks.max(count);
        }
    }

    /// The next piece stands behind this bullet; the lines under it stand `indent` spaces in.
    pub(super) fn bullet(&mut self, bullet: String, indent: usize) {
        self.line_breaks(1);
        self.bullet = bullet;
        self.indent = indent;
    }

    /// The bullet that waits becomes a box, ticked when the task is `done`.
    pub(super) fn check(&mut self, done: bool) {
        let mark = if done { '☑' } else { '☐' };
        if self.bullet.trim_end().ends_with(['•', '◦', '▪']) {
            self.bullet = self
                .bullet
                .replace(['•', '◦', '▪'], mark.encode_utf8(&mut [0; 4]));
        } else {
            self.bullet.push(mark);
            self.bullet.push(' ');
        }
    }

    /// Nothing came to stand behind the bullet.
    pub(super) fn drop_bullet(&mut self) {
        self.bullet.clear();
    }

    pub(super) fn indent(&mut self, indent: usize) {
        self.indent = indent;
    }

    pub(super) fn begin_quote(&mut self) {
        self.quotes += 1;
    }

    pub(super) fn end_quote(&mut self) {
        self.quotes = self.quotes.saturating_sub(1);
    }

    /// Lines of text from outside in a fixed-width block. They stand at the left edge: a quote's
    /// mark would be read as a part of them.
    pub(super) fn fenced(&mut self, text: &str) {
        self.end_inline();
        if self.is_full || text.trim().is_empty() {
            return;
        }
        self.bullet_alone();
        self.note_cut(false);
        self.push_line_breaks(false);
        self.push(FENCE);
        let mut line_text = String::new();
        for line in text.trim_end().lines() {
            self.push_char('\n');
            line_text.clear();
            escape_fenced_line(&mut line_text, line);
            self.fenced_line(&line_text);
            if self.is_full {
                return;
            }
        }
        self.push_char('\n');
        self.push(FENCE);
        self.check_limit();
        self.line_breaks = 1;
        self.space = false;
        self.after_mark = false;
    }

    fn fenced_line(&mut self, mut line: &str) {
        while !line.is_empty() && !self.is_full {
            let (head, rest) = if LONGEST_WORD < line.len() {
                split_word(line)
            } else {
                (line, "")
            };
            self.push(head);
            self.check_limit();
            if !self.is_full {
                self.note_cut(true);
            }
            line = rest;
        }
    }

    /// A block that cannot stand behind a bullet begins on the line under it.
    fn bullet_alone(&mut self) {
        if !self.bullet.is_empty() {
            let bullet = std::mem::take(&mut self.bullet);
            self.piece(bullet.trim_end());
            self.line_breaks = 1;
        }
    }

    // -- the end -------------------------------------------------------------------------------

    /// The text, with its end where it was cut or where `is_cut` says that the source was.
    pub(super) fn finish(mut self, is_cut: bool) -> Mrkdwn {
        self.end_inline();
        self.check_limit();
        if is_cut && !self.is_full {
            self.note_cut(false);
        }
        if is_cut || self.is_full {
            self.cut_here();
        }
        Mrkdwn::from_trusted(self.out)
    }

    fn cut_here(&mut self) {
        self.out.truncate(self.cut.length);
        while let Some(style) = self.cut.open.pop() {
            self.out.push(style.mark());
        }
        if self.cut.in_fence {
            self.out.push('\n');
            self.out.push_str(FENCE);
            self.out.push('\n');
        }
        if 0 < self.tail.length {
            self.out.push_str(&self.tail.text());
        }
    }

    /// Notes that the text may end here, if the end would fit.
    fn note_cut(&mut self, in_fence: bool) {
        let fence = if in_fence { FENCE.len() + 2 } else { 0 };
        let end = self.open.len() + fence + self.tail.length;
        if self.link.is_none() && self.used + end <= self.limit {
            self.cut.length = self.out.len();
            self.cut.open.clone_from(&self.open);
            self.cut.in_fence = in_fence;
        }
    }

    fn check_limit(&mut self) {
        // A label is bounded by itself, so an open link is judged at its end.
        self.is_full |= self.link.is_none() && self.limit < self.used;
    }

    // -- characters ----------------------------------------------------------------------------

    /// Everything that waited for a piece which begins with `first`.
    fn before_piece(&mut self, first: char) {
        let is_new_line = 0 < self.line_breaks && !self.out.is_empty();
        if is_new_line || self.out.is_empty() {
            if self.link.is_none() {
                self.close_down_to(0);
            }
            self.push_line_breaks(true);
        } else if self.space && !self.label_is_empty() {
            self.push_char(' ');
        }
        if self.space || is_new_line {
            self.after_mark = false;
        }
        self.space = false;
        self.line_breaks = 0;
        self.open_wanted();
        if self.after_mark && (first.is_alphanumeric() || matches!(first, '`' | '<')) {
            self.push_char(EDGE);
        }
        self.after_mark = false;
        if self.out.ends_with(':') && (first.is_alphanumeric() || matches!(first, '+' | '-' | '_'))
        {
            self.push_char(WORD_JOINER);
        }
    }

    fn label_is_empty(&self) -> bool {
        self.link
            .as_ref()
            .is_some_and(|link| link.start == self.out.len())
    }

    fn push_line_breaks(&mut self, with_prefix: bool) {
        let quoted = with_prefix && 0 < self.quotes;
        if !self.out.is_empty() {
            for line in 1..=self.line_breaks.clamp(1, 2) {
                if line == 2 && quoted && self.in_quote {
                    self.push_char('>');
                }
                self.push_char('\n');
            }
        }
        self.line_breaks = 0;
        self.in_quote = quoted;
        if !with_prefix {
            return;
        }
        if quoted {
            self.push("> ");
        }
        let bullet = std::mem::take(&mut self.bullet);
        if self.out.is_empty() {
            self.push(bullet.trim_start());
        } else if bullet.is_empty() {
            for _ in 0..self.indent {
                self.push_char(' ');
            }
        } else {
            self.push(&bullet);
        }
    }

    /// Whether a mark right here would not count: behind a letter, a link or code.
    fn sticks_to_what_follows(&self) -> bool {
        let last = self.out.chars().next_back();
        last.is_some_and(|c| c.is_alphanumeric() || matches!(c, '>' | '`'))
    }

    fn push(&mut self, markup: &str) {
        self.out.push_str(markup);
        self.used += markup.chars().count();
    }

    fn push_char(&mut self, c: char) {
        self.out.push(c);
        self.used += 1;
    }
}

/// The first part of a long word, and the rest; never inside an entity, nor behind a mark that
/// does not count only because a letter follows.
fn split_word(word: &str) -> (&str, &str) {
    const PART: usize = 40;
    let mut at = PART.min(word.len());
    while !word.is_char_boundary(at) {
        at += 1;
    }
    let (head, _) = word.split_at_checked(at).unwrap_or((word, ""));
    if let Some(entity) = head.rfind('&')
        && !head
            .get(entity..)
            .is_some_and(|entity| entity.contains(';'))
    {
        at = word
            .get(entity..)
            .and_then(|rest| rest.find(';'))
            .map_or(word.len(), |end| entity + end + 1);
    } else if head.ends_with(['*', '_', '~']) {
        at -= 1;
    }
    word.split_at_checked(at).unwrap_or((word, ""))
}

/// One line for the inside of a block: three backticks in a row would end it.
fn escape_fenced_line(out: &mut String, line: &str) {
    mrkdwn::escape_code_into(out, line, mrkdwn::Backticks::Kept);
    if out.contains(FENCE) {
        *out = out.replace(FENCE, "ˋˋˋ");
    }
}
