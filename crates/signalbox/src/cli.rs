//! The command line: what a person types, and the one place that asks the system for the time
//! and for chance.

mod chatops;
mod demo;
mod doctor;
mod flag;
mod gitlab_sandbox;
mod manifest;
mod migrate;
mod replay;
mod rollout;
mod serve;
mod slack_sandbox;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::ambient::Ambient;

/// The Slack app for GitLab, feature flags with ChatOps, and guarded rollouts, in one program
/// that you host yourself.
#[derive(Parser)]
#[command(name = "signalbox", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Demo(demo::Demo),
    Serve(serve::Serve),
    SlackSandbox(slack_sandbox::SlackSandbox),
    GitlabSandbox(gitlab_sandbox::GitlabSandbox),
    Migrate(migrate::Migrate),
    Doctor(doctor::Doctor),
    Manifest(manifest::Manifest),
    Replay(replay::Replay),
    Feature(chatops::Feature),
    #[command(alias = "auto_deploy")]
    AutoDeploy(chatops::AutoDeploy),
    Release(chatops::Release),
    Rollout(rollout::Rollout),
    Flag(flag::Flag),
}

/// Runs the command line of this process.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    // Every TLS connection needs this, and the first client may be built anywhere.
    let _ = rustls::crypto::ring::default_provider().install_default();
    match block_on(arguments.command) {
        Ok(code) => code,
        // Whoever reads has enough, as `head` does.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("signalbox: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io = error.downcast_ref::<std::io::Error>();
    io.is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}

fn block_on(command: Command) -> anyhow::Result<ExitCode> {
    let ambient = Ambient::of_this_machine()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        match command {
            Command::Demo(demo) => demo.run(ambient).await,
            Command::Serve(serve) => serve.run(ambient).await,
            Command::SlackSandbox(sandbox) => sandbox.run(ambient).await,
            Command::GitlabSandbox(sandbox) => sandbox.run(ambient).await,
            Command::Migrate(migrate) => migrate.run().await,
            Command::Doctor(doctor) => doctor.run(ambient).await,
            Command::Manifest(manifest) => manifest.run(),
            Command::Replay(replay) => replay.run(ambient).await,
            Command::Feature(feature) => feature.run(ambient).await,
            Command::AutoDeploy(auto_deploy) => auto_deploy.run(ambient).await,
            Command::Release(release) => release.run(ambient).await,
            Command::Rollout(rollout) => rollout.run().await,
            Command::Flag(flag) => flag.run(&ambient),
        }
    })
}

/// Waits for SIGINT or SIGTERM.
async fn asked_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => (),
        _ = terminate.recv() => (),
    }
}

/// Binds an address, with an error that says what to do.
async fn bind(address: &str, option: &str) -> anyhow::Result<tokio::net::TcpListener> {
    use anyhow::Context;
    tokio::net::TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on {address}: is something else running there? choose another with {option}")
    })
}
