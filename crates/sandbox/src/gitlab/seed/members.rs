//! Who belongs to the groups that a new sandbox begins with.

use super::projects::id_of;
use crate::gitlab::world::{Access, Member, World};

const MEMBERS: &[(&str, &[(&str, Access)])] = &[
    (
        "gitlab-org",
        &[
            ("ana", Access::Maintainer),
            ("ben", Access::Developer),
            ("ops", Access::Developer),
            ("cleo", Access::Developer),
            ("mina", Access::Developer),
            ("raj", Access::Developer),
        ],
    ),
    (
        "gitlab-com",
        &[
            ("ana", Access::Maintainer),
            ("ben", Access::Reporter),
            ("ops", Access::Developer),
            ("cleo", Access::Reporter),
            ("mina", Access::Maintainer),
        ],
    ),
    ("gitlab-com/gl-infra", &[("ops", Access::Owner)]),
    ("gitlab-org/security", &[("raj", Access::Maintainer)]),
];

/// Puts everybody into their groups.
pub(super) fn add_the_members(world: &mut World) {
    for (path, members) in MEMBERS {
        let members = members.iter().map(|(username, access)| Member {
            user_id: id_of(world, username),
            access: *access,
        });
        let members: Vec<Member> = members.collect();
        if let Some(group) = world.groups.iter_mut().find(|g| g.full_path == *path) {
            group.members = members;
        }
    }
}
