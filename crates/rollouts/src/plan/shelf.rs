//! Every plan there is, the broken ones included: they are told of when somebody wants to start.

use std::collections::BTreeMap;
use std::sync::Arc;

use flags::{FlagKey, Problem, nearest};

use super::{PlanFile, SUFFIX};

/// The plans that were read, by flag. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Plans(Arc<BTreeMap<FlagKey, Shelved>>);

/// A plan that can be used, or all that is wrong with its file.
pub type Shelved = Result<PlanFile, Vec<Problem>>;

impl Plans {
    /// Reads plans, given as path and text. A broken one does not keep the others from being
    /// used. Of two for one flag the later one counts.
    #[must_use]
    pub fn read<P: AsRef<str>, T: AsRef<str>>(files: impl IntoIterator<Item = (P, T)>) -> Self {
        let read = files.into_iter().filter_map(|(path, text)| {
            let path = path.as_ref();
            let file = path.rsplit('/').next()?;
            let flag = file.strip_suffix(SUFFIX)?.parse().ok()?;
            Some((flag, PlanFile::parse(path, text.as_ref())))
        });
        Self(Arc::new(read.collect()))
    }

    /// These plans, and those of `over` in place of any of the same flag.
    #[must_use]
    pub fn under(&self, over: &Self) -> Self {
        let both = self.0.iter().chain(over.0.iter());
        let both = both.map(|(flag, plan)| (flag.clone(), plan.clone()));
        Self(Arc::new(both.collect()))
    }

    #[must_use]
    pub fn get(&self, flag: &FlagKey) -> Option<&Shelved> {
        self.0.get(flag)
    }

    /// By flag.
    pub fn iter(&self) -> impl Iterator<Item = (&FlagKey, &Shelved)> {
        self.0.iter()
    }

    /// Up to three flags with a plan that somebody may have meant.
    #[must_use]
    pub fn nearest(&self, name: &str) -> Vec<FlagKey> {
        let near = nearest(name, self.0.keys().map(FlagKey::as_str));
        near.into_iter()
            .filter_map(|name| name.parse().ok())
            .collect()
    }

    /// Everything that is wrong with any of them.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.0
            .values()
            .filter_map(|plan| plan.as_ref().err())
            .flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: &str =
        "flag: a\nowners: {channel: '#a', individual: ana}\nstages: [{name: all, set: true}]\n";

    #[test]
    fn a_broken_plan_leaves_the_others_alone() {
        let plans = Plans::read([
            ("flags/beta/a.rollout.yml", PLAN),
            ("flags/beta/b.rollout.yml", "flag: b\n"),
            ("flags/beta/c.yml", "name: c\n"),
        ]);
        let good: Vec<_> = plans
            .iter()
            .map(|(flag, plan)| (flag.as_str(), plan.is_ok()))
            .collect();
        assert_eq!(good, [("a", true), ("b", false)]);
        assert_eq!(plans.problems().count(), 2);
        let over = Plans::read([("b.rollout.yml", PLAN.replace("flag: a", "flag: b"))]);
        assert_eq!(plans.under(&over).problems().count(), 0);
        assert_eq!(plans.nearest("aa"), ["a".parse().unwrap()]);
    }
}
