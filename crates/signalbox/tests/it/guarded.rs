//! The rollout issue, played by a plan in the demo: two thousand sample projects send events, the
//! clock is moved by hand, people click and type in the sandbox's Slack.

mod bad_run;
mod good_run;
mod killed;
mod moved;
mod nodes;
mod player;
mod restart;
mod trouble;
mod way;

use player::Player;
