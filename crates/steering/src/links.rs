//! Which issues and merge requests somebody may tell a rollout of.
//!
//! Signalbox comments on them, ticks their boxes and closes them as itself, wherever it may: a
//! link reaches no further than the projects of the plan and of the configuration.

use std::collections::BTreeSet;

use rollouts::Plan;
use rollouts::plan::StageKind;

/// The GitLab whose issues are kept in step, and its projects that every rollout may reach.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// Where it is; `None`: nothing is changed there, whatever is linked.
    pub gitlab: Option<String>,
    /// Paths: those with the code, the incidents and the changes.
    pub projects: Vec<String>,
}

impl Reach {
    /// Why a rollout by this plan is not to be told of this address; `None`: it may be.
    pub(crate) fn refuses(&self, plan: &Plan, url: &str) -> Option<String> {
        self.gitlab.as_ref()?;
        let allowed = self.allowed(plan);
        let project = self.project(url);
        if project.is_some_and(|project| allowed.contains(&project)) {
            return None;
        }
        let short: String = url.chars().take(200).collect();
        let known: Vec<String> = allowed.iter().map(|path| format!("`{path}`")).collect();
        let known = if known.is_empty() {
            "no project, so far".to_owned()
        } else {
            known.join(", ")
        };
        Some(format!(
            "{short} is in no project of this rollout, which has {known}; name the issue in the \
             plan, or have its project configured (`chatops.code.projects`, `chatops.checks`)"
        ))
    }

    fn allowed(&self, plan: &Plan) -> BTreeSet<String> {
        let links = &plan.links;
        let urls = [
            &links.merge_request,
            &links.feature_issue,
            &links.rollout_issue,
            &links.docs_merge_request,
            &links.change_issue,
        ];
        let named = urls.into_iter().flatten();
        let named = named.filter_map(|url| self.project(url));
        let cleaned = plan.stages.iter().filter_map(|stage| match &stage.kind {
            StageKind::CleanUp(of) => of.project.as_ref(),
            StageKind::NonProduction
            | StageKind::Named(_)
            | StageKind::Preparation
            | StageKind::Percentage(_)
            | StageKind::Global
            | StageKind::Verification => None,
        });
        let paths = self.projects.iter().chain(&links.issue_project);
        let paths = paths.chain(cleaned).map(|path| path.to_ascii_lowercase());
        named.chain(paths).collect()
    }

    /// The path of the project that has what is at this address of the GitLab.
    fn project(&self, url: &str) -> Option<String> {
        let base = self.gitlab.as_ref()?.trim_end_matches('/');
        let path = url.trim().strip_prefix(base)?.strip_prefix('/')?;
        let (project, _) = path.split_once("/-/")?;
        Some(project.to_ascii_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use rollouts::plan::PlanFile;

    use super::*;

    #[test]
    fn a_link_reaches_the_projects_of_the_plan_and_the_configuration_only() {
        let text = "flag: a\nowners: {channel: '#g', individual: ana}\nlinks:\n  \
                    issue_project: acme/shop\n  \
                    feature_issue: https://gitlab.test/git/acme/wishes/-/issues/1\n\
                    stages:\n  - {name: all, set: true, soak: 15m}\n";
        let plan = PlanFile::parse("a.rollout.yml", text).unwrap().plan;
        let reach = Reach {
            gitlab: Some("https://gitlab.test/git".to_owned()),
            projects: vec!["infra/production".to_owned()],
        };
        for (url, expected) in [
            ("https://gitlab.test/git/acme/shop/-/issues/3", true),
            ("https://gitlab.test/git/Acme/Shop/-/issues/3", true),
            ("https://gitlab.test/git/acme/wishes/-/issues/9", true),
            ("https://gitlab.test/git/infra/production/-/issues/9", true),
            ("https://gitlab.test/git/evil/acme/shop/-/issues/3", false),
            ("https://gitlab.test/git/acme/secret/-/issues/3", false),
            ("https://gitlab.test.evil/git/acme/shop/-/issues/3", false),
            ("https://gitlab.test/git/acme/shop/issues/3", false),
        ] {
            let refused = reach.refuses(&plan, url);
            assert_eq!(refused.is_none(), expected, "{url}: {refused:?}");
        }
        let nowhere = Reach::default();
        assert_eq!(nowhere.refuses(&plan, "https://elsewhere.test/1"), None);
    }
}
