//! What to type in Slack about a flag, ready to be copied.

use environments::Environment;
use flags::FlagKey;

use crate::pages::Site;

/// What to type, each line with what it is for.
pub(super) fn commands(site: &Site, flag: &FlagKey) -> Vec<(&'static str, String)> {
    let environments = &site.flags.environments;
    let options = |wanted: &dyn Fn(&Environment) -> bool| -> String {
        let wanted = environments.iter().filter(|known| wanted(known));
        wanted.map(|known| format!(" --{}", known.name)).collect()
    };
    let production = environments.production();
    let is_production =
        |known: &Environment| production.is_some_and(|production| production.name == known.name);
    let others = options(&|known| !is_production(known));
    let all = options(&|_| true);
    let run = "/chatops run feature";
    let mut lines = vec![("How it stands everywhere", format!("{run} get {flag}{all}"))];
    if !others.is_empty() {
        lines.push((
            "Enable it before production",
            format!("{run} set {flag} true{others}"),
        ));
    }
    if production.is_some() {
        lines.push((
            "Enable it for a quarter of actors",
            format!("{run} set {flag} 25 --actors"),
        ));
        lines.push(("Enable it for everyone", format!("{run} set {flag} true")));
        lines.push(("Take it back", format!("{run} set {flag} false")));
    }
    lines.push(("What was changed", format!("{run} history {flag}{all}")));
    lines.push(("Forget it everywhere", format!("{run} delete {flag}{all}")));
    lines
}
