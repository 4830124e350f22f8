//! Secrets that are there and empty.
//!
//! An environment variable that nobody has filled in is empty rather than absent. As a secret it
//! would be everybody's: whatever is compared with it fits when nothing is sent.

use secrecy::{ExposeSecret, SecretString};

use super::Config;

/// What is wrong with them: `(setting, problem)`.
pub(super) fn problems(config: &Config) -> Vec<(String, String)> {
    let slack = &config.slack;
    let alone = [
        ("api.admin_token", &config.api.admin_token),
        ("slack.token", &slack.token),
        ("slack.signing_secret", &slack.signing_secret),
        ("slack.next_signing_secret", &slack.next_signing_secret),
        ("slack.client_secret", &slack.client_secret),
        ("slack.app_token", &slack.app_token),
    ];
    let alone = alone
        .into_iter()
        .filter_map(|(setting, secret)| Some((setting.to_owned(), secret.as_ref()?)));
    let hooks = config.hooks.iter().flat_map(|hook| {
        let tokens = std::iter::once(&hook.token).chain(&hook.next_token);
        tokens.map(move |token| (format!("hook {}", hook.name), token))
    });
    let gitlab = config.gitlab.iter().flat_map(|gitlab| {
        let secrets = std::iter::once(&gitlab.token).chain(&gitlab.client_secret);
        secrets.map(|secret| ("gitlab".to_owned(), secret))
    });
    alone
        .chain(hooks)
        .chain(gitlab)
        .filter(|(_, secret)| is_empty(secret))
        .map(|(setting, _)| {
            (
                setting,
                "a secret is empty; set it, or leave it out".to_owned(),
            )
        })
        .collect()
}

fn is_empty(secret: &SecretString) -> bool {
    secret.expose_secret().trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_that_nobody_has_filled_in_is_refused_with_its_name() {
        for (text, variable, setting) in [
            ("", "SIGNALBOX_ADMIN_TOKEN", "api.admin_token"),
            ("", "SIGNALBOX_SLACK_SIGNING_SECRET", "slack.signing_secret"),
            (
                "[slack]\nnext_signing_secret = \" \"",
                "",
                "slack.next_signing_secret",
            ),
            ("[[hook]]\nname = \"web\"\ntoken = \"\"", "", "hook web"),
            (
                "[[hook]]\nname = \"web\"\ntoken = \"t\"\nnext_token = \"\"",
                "",
                "hook web",
            ),
            (
                "[[gitlab]]\nurl = \"https://gitlab.example\"\ntoken = \"\"",
                "",
                "gitlab",
            ),
        ] {
            let environment = |name: &str| (name == variable).then(String::new);
            let error = Config::parse(text, environment).unwrap_err().to_string();
            let expected = format!("{setting}: a secret is empty");
            assert!(error.starts_with(&expected), "{text}{variable}: {error}");
        }
    }
}
