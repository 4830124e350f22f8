//! The sandbox as a running server.

use std::future::pending;
use std::io;
use std::time::Instant;

use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::{Options, SlackSandbox};

/// A sandbox that serves until this is dropped or [`Running::stop`]ped.
pub struct Running {
    pub sandbox: SlackSandbox,
    /// `http://127.0.0.1:41234`, without a final slash; the Web API is at `{url}/api/`.
    pub url: String,
    stop: oneshot::Sender<()>,
    task: tokio::task::JoinHandle<io::Result<()>>,
}

impl SlackSandbox {
    /// Starts a sandbox on a free port of this machine; `options.public_url` becomes its address.
    ///
    /// # Errors
    /// When no port can be had or the state file cannot be read.
    pub async fn start(mut options: Options) -> io::Result<Running> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        options.public_url.clone_from(&url);
        let sandbox = Self::new(options).map_err(io::Error::other)?;
        let (stop, stopped) = oneshot::channel();
        let server = sandbox.clone();
        let task = tokio::spawn(async move {
            let shutdown = async move {
                let _ = stopped.await;
            };
            server.serve(listener, shutdown).await
        });
        Ok(Running {
            sandbox,
            url,
            stop,
            task,
        })
    }

    /// Serves on `listener` until `shutdown` is there; saves now and then, and at the end.
    ///
    /// # Errors
    /// When the listener fails or the last save does.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        let saver = tokio::spawn(self.clone().save_now_and_then());
        let events = tokio::spawn(self.clone().send_events());
        let closing = self.clone();
        let shutdown = async move {
            shutdown.await;
            closing.close();
        };
        let served = axum::serve(listener, self.router())
            .with_graceful_shutdown(shutdown)
            .await;
        saver.abort();
        events.abort();
        self.save().map_err(io::Error::other)?;
        served
    }

    async fn save_now_and_then(self) {
        if self.options().state.is_none() {
            return pending().await;
        }
        let mut pause = self.options().save_every;
        loop {
            self.options().clock.sleep(self.options().save_every).await;
            // A clock that is moved by hours would have everything written many times a second,
            // and much that is kept takes long to write.
            tokio::time::sleep(pause).await;
            let begun = Instant::now();
            let sandbox = self.clone();
            let saved = tokio::task::spawn_blocking(move || sandbox.save()).await;
            pause = self.options().save_every.max(begun.elapsed() * 20);
            if let Ok(Err(error)) = saved {
                tracing::warn!(error = &error as &dyn std::error::Error, "state not saved");
            }
        }
    }
}

impl Running {
    /// Stops serving, after the answers under way, and saves.
    ///
    /// # Errors
    /// When the server failed or the last save does.
    pub async fn stop(self) -> io::Result<()> {
        let _ = self.stop.send(());
        self.task.await.map_err(io::Error::other)?
    }
}
