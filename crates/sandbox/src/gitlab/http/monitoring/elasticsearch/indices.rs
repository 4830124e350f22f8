//! Which indices an address means: names, patterns, lists of these.

use super::access::Access;
use super::matching::is_like;
use super::refused::Refused;
use crate::gitlab::world::{Documents, Index};

/// What to do about indices that are not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Options {
    pub allow_none: bool,
    pub ignore_missing: bool,
}

impl Options {
    /// From the address, which may have `known` parameters besides.
    pub fn read(access: &Access, known: &[&str]) -> Result<Self, Refused> {
        let own = ["allow_no_indices", "ignore_unavailable", "expand_wildcards"];
        access.only(&[known, &own].concat())?;
        let expand = access.params.get("expand_wildcards").map(String::as_str);
        if !matches!(
            expand,
            None | Some("open" | "all" | "open,hidden" | "hidden,open")
        ) {
            return Err(Refused::argument(
                "No valid expand wildcard value; this sandbox knows [open] and [all]",
            ));
        }
        Ok(Self {
            allow_none: access.flag("allow_no_indices", true)?,
            ignore_missing: access.flag("ignore_unavailable", false)?,
        })
    }
}

/// The indices that `names` means, each once, by name.
pub(super) fn named<'a>(
    documents: &'a Documents,
    names: &str,
    options: Options,
) -> Result<Vec<(&'a str, &'a Index)>, Refused> {
    let mut wanted: Vec<&str> = Vec::new();
    for part in names.split(',') {
        let part = if matches!(part, "" | "_all") {
            "*"
        } else {
            part
        };
        if let Some(without) = part.strip_prefix('-').filter(|_| !wanted.is_empty()) {
            wanted.retain(|name| !is_like(name, without));
            continue;
        }
        let all = documents.indices().map(|(name, _)| name);
        let before = wanted.len();
        if part.contains('*') {
            wanted.extend(all.filter(|name| is_like(name, part)));
            if before == wanted.len() && !options.allow_none {
                return Err(Refused::no_index(part));
            }
        } else if let Some(name) = all.into_iter().find(|name| *name == part) {
            wanted.push(name);
        } else if !options.ignore_missing {
            return Err(Refused::no_index(part));
        }
    }
    if wanted.is_empty() && !options.allow_none {
        return Err(Refused::no_index(names));
    }
    wanted.sort_unstable();
    wanted.dedup();
    let found = wanted.into_iter();
    Ok(found
        .filter_map(|name| Some((name, documents.index(name)?)))
        .collect())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::gitlab::world::New;

    #[test]
    fn names_patterns_and_lists_of_them_mean_indices() {
        let mut documents = Documents::default();
        for index in ["events-gprd", "events-gstg", "logs-app"] {
            let at = Timestamp::UNIX_EPOCH;
            let new = New {
                index,
                id: "1",
                source: "{}",
                once: false,
                at,
            };
            documents.write(new).unwrap();
        }
        let strict = Options {
            allow_none: false,
            ignore_missing: false,
        };
        let lax = Options {
            allow_none: true,
            ignore_missing: true,
        };
        let find = |names: &str, options| {
            let found = named(&documents, names, options);
            found.map(|found| {
                found
                    .into_iter()
                    .map(|(name, _)| name)
                    .collect::<Vec<_>>()
                    .join(" ")
            })
        };
        assert_eq!(
            find("", strict).unwrap(),
            "events-gprd events-gstg logs-app"
        );
        assert_eq!(
            find("events-*,-*gstg,logs-app", strict).unwrap(),
            "events-gprd logs-app"
        );
        assert_eq!(find("logs-app,logs-app", strict).unwrap(), "logs-app");
        assert_eq!(find("none-*", lax).unwrap(), "");
        assert_eq!(find("none", lax).unwrap(), "");
        assert_eq!(find("none-*", strict), Err(Refused::no_index("none-*")));
        assert_eq!(
            find("none,logs-app", strict),
            Err(Refused::no_index("none"))
        );
    }
}
