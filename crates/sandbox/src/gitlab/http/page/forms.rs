//! The form of one act's options, made from its fields.

use super::super::html::{Safe, query};
use crate::gitlab::acts::Act;
use crate::gitlab::args::{Field, Takes};
use crate::gitlab::world::Project;

/// The open options of an act.
pub(super) fn options(act: &Act, project: &Project, user: &str) -> String {
    let fields: String = act.fields.iter().map(field).collect();
    format!(
        "<section id=\"options\" class=\"options\" aria-labelledby=\"options-title\">\
         <form method=\"post\" action=\"/act\"><h2 id=\"options-title\">{label}</h2>\
         <p class=\"about\">{summary}. What stays empty is chosen for you.</p>\
         <input type=\"hidden\" name=\"project\" value=\"{path}\">\
         <input type=\"hidden\" name=\"user\" value=\"{user}\">\
         <input type=\"hidden\" name=\"what\" value=\"{what}\">\
         <input type=\"hidden\" name=\"options\" value=\"{what}\">\
         <div class=\"fields\">{fields}</div>{lists}\
         <p class=\"row\"><button class=\"primary\">{label}</button>\
         <a href=\"/?project={link}&amp;user={user_link}\">Close</a></p></form></section>",
        label = Safe(act.label),
        summary = Safe(act.summary),
        path = Safe(&project.path_with_namespace),
        user = Safe(user),
        what = act.what,
        lists = lists(project),
        link = query(&project.path_with_namespace),
        user_link = query(user),
    )
}

fn field(field: &Field) -> String {
    let name = field.name;
    let input = match field.takes {
        Takes::Line => format!("<input id=\"f-{name}\" name=\"{name}\" maxlength=\"255\">"),
        Takes::Text => format!("<textarea id=\"f-{name}\" name=\"{name}\" rows=\"5\"></textarea>"),
        Takes::Ref => {
            format!("<input id=\"f-{name}\" name=\"{name}\" maxlength=\"255\" list=\"branches\">")
        }
        Takes::Number(from, to) => format!(
            "<input id=\"f-{name}\" name=\"{name}\" type=\"number\" min=\"{from}\" max=\"{to}\">"
        ),
        Takes::YesNo => select(name, &["true", "false"]),
        Takes::OneOf(allowed) => select(name, allowed),
        Takes::Many => format!("<input id=\"f-{name}\" name=\"{name}\" placeholder=\"a, b\">"),
        Takes::Item => {
            let list = if name == "issue" {
                "issues"
            } else {
                "merge-requests"
            };
            format!("<input id=\"f-{name}\" name=\"{name}\" list=\"{list}\">")
        }
    };
    let wide = if matches!(field.takes, Takes::Text) {
        " wide"
    } else {
        ""
    };
    let label = name.replace('_', " ");
    format!(
        "<div class=\"field{wide}\"><label for=\"f-{name}\">{label} <small>{help}</small></label>\
         {input}</div>",
        help = Safe(field.help),
    )
}

fn select(name: &str, allowed: &[&str]) -> String {
    let choices: String = allowed
        .iter()
        .map(|value| format!("<option>{}</option>", Safe(value)))
        .collect();
    format!(
        "<select id=\"f-{name}\" name=\"{name}\"><option value=\"\"></option>{choices}</select>"
    )
}

fn lists(project: &Project) -> String {
    let option = |value: &str, label: &str| {
        format!(
            "<option value=\"{}\" label=\"{}\"></option>",
            Safe(value),
            Safe(label)
        )
    };
    let branches: String = project
        .branches
        .iter()
        .map(|b| option(&b.name, ""))
        .collect();
    let merge_requests: String = project
        .merge_requests
        .iter()
        .rev()
        .map(|mr| option(&mr.iid.to_string(), &mr.shown_title()))
        .collect();
    let issues: String = project
        .issues
        .iter()
        .rev()
        .map(|issue| option(&issue.iid.to_string(), &issue.title))
        .collect();
    format!(
        "<datalist id=\"branches\">{branches}</datalist>\
         <datalist id=\"merge-requests\">{merge_requests}</datalist>\
         <datalist id=\"issues\">{issues}</datalist>"
    )
}
