//! `signalbox`: the command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    signalbox::cli::run()
}
