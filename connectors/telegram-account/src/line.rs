//! The line of a session to Telegram. There is one for each session in this process, whoever opens the account: two at
//! once may end the session for good (`AUTH_KEY_DUPLICATED`).

use crate::{
    feed::Feed,
    session::{Kept, Store},
    way::{Through, Way},
};
use grammers_mtsender::{
    ConnectionParams, InvocationError, NoRetries, SenderPool, SenderPoolFatHandle,
};
use grammers_session::{Session, updates::UpdatesLike};
use grammers_tl_types as tl;
use http_client::{Http, LineError};
use std::{
    collections::HashMap,
    io,
    num::NonZeroUsize,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{sync::mpsc, task::JoinHandle};

/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(40);
/// Updates that may wait to be looked at; what does not fit is asked for as a difference.
pub(crate) const HELD: usize = 1000;

/// The lines of this process by the session's key.
static LINES: OnceLock<Mutex<HashMap<String, Weak<Line>>>> = OnceLock::new();

struct Running {
    handle: SenderPoolFatHandle,
    updates: Option<mpsc::Receiver<UpdatesLike>>,
    runner: JoinHandle<()>,
}

/// The line.
pub(crate) struct Line {
    api_id: i32,
    pub(crate) store: Arc<Store>,
    way: Mutex<Arc<Way>>,
    running: Mutex<Option<Running>>,
    /// How often it was made.
    made: AtomicUsize,
    /// What comes in, for the polls of the account.
    pub(crate) feed: tokio::sync::Mutex<Feed>,
    /// The line was down: what no update tells again is still to be asked for.
    pub(crate) gap: Arc<AtomicBool>,
    /// What goes out now and what went, so that its echo is known.
    pub(crate) echoes: crate::feed::Echoes,
}

impl Line {
    /// A line with a session of its own; nothing is connected yet.
    pub(crate) fn new(api_id: i32, store: Store, http: &Http) -> Self {
        Self {
            api_id,
            store: Arc::new(store),
            way: Mutex::new(Arc::new(Way::new(http.clone()))),
            running: Mutex::new(None),
            made: AtomicUsize::new(0),
            feed: tokio::sync::Mutex::const_new(Feed::default()),
            gap: Arc::default(),
            echoes: crate::feed::Echoes::default(),
        }
    }

    /// The line of a kept session, shared with whoever has it open. It goes on the way it goes until [`Line::go`].
    pub(crate) fn of(api_id: i32, kept: &Kept, http: &Http) -> Arc<Self> {
        let lines = LINES.get_or_init(Mutex::default);
        let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.retain(|_, line| line.strong_count() > 0);
        if let Some(line) = lines.get(&kept.key_id()).and_then(Weak::upgrade) {
            return line;
        }
        let line = Arc::new(Self::new(api_id, Store::of(kept), http));
        lines.insert(kept.key_id(), Arc::downgrade(&line));
        line
    }

    fn running(&self) -> MutexGuard<'_, Option<Running>> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if running.as_ref().is_none_or(|r| r.runner.is_finished()) {
            let parameters = ConnectionParams {
                device_model: "Beseda".to_owned(),
                system_version: std::env::consts::OS.to_owned(),
                app_version: env!("CARGO_PKG_VERSION").to_owned(),
                system_lang_code: "ru".to_owned(),
                lang_code: "ru".to_owned(),
                use_ipv6: false,
                retry_policy: Box::new(NoRetries),
                updates_channel_capacity: NonZeroUsize::new(HELD).unwrap_or(NonZeroUsize::MIN),
                __non_exhaustive: (),
            };
            self.made.fetch_add(1, Ordering::SeqCst);
            let session = Through {
                store: Arc::clone(&self.store),
                way: self.way(),
            };
            let pool = SenderPool::with_configuration(Arc::new(session), self.api_id, parameters);
            *running = Some(Running {
                handle: pool.handle,
                updates: Some(pool.updates),
                runner: tokio::spawn(pool.runner.run()),
            });
        }
        running
    }

    fn way(&self) -> Arc<Way> {
        let way = self.way.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&way)
    }

    /// Whether it goes out as this client does.
    pub(crate) fn goes(&self, http: &Http) -> bool {
        self.way().http.outlet() == http.outlet()
    }

    /// Goes out as this client does from now on.
    pub(crate) fn go(&self, http: &Http) {
        if self.goes(http) {
            return;
        }
        {
            let mut way = self.way.lock().unwrap_or_else(PoisonError::into_inner);
            *way = Arc::new(Way::new(http.clone()));
        }
        self.restart();
    }

    /// What is wrong with the proxy it goes through.
    pub(crate) fn fault(&self) -> Option<LineError> {
        self.way().fault()
    }

    /// Whether somebody uses it.
    pub(crate) fn is_running(&self) -> bool {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.as_ref().is_some_and(|r| !r.runner.is_finished())
    }

    /// How often it was made: what belongs to one making of it is nothing to the next.
    pub(crate) fn made(&self) -> usize {
        drop(self.running());
        self.made.load(Ordering::SeqCst)
    }

    /// By which calls are made.
    pub(crate) fn handle(&self) -> Option<SenderPoolFatHandle> {
        self.running().as_ref().map(|r| r.handle.clone())
    }

    /// What is pushed to us; once for each time the line is made.
    pub(crate) fn updates(&self) -> Option<mpsc::Receiver<UpdatesLike>> {
        self.running().as_mut().and_then(|r| r.updates.take())
    }

    /// Ends it; the next call makes it anew.
    pub(crate) fn restart(&self) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(old) = running.take() {
            old.handle.quit();
        }
    }

    /// Calls a method at home, once.
    pub(crate) async fn call<R: tl::RemoteCall + Sync>(
        &self,
        request: &R,
    ) -> Result<R::Return, InvocationError> {
        let Ok(home) = self.store.home_dc_id();
        self.call_at(home, request).await
    }

    /// Calls a method at a data centre, once.
    pub(crate) async fn call_at<R: tl::RemoteCall + Sync>(
        &self,
        dc: i32,
        request: &R,
    ) -> Result<R::Return, InvocationError> {
        let handle = self
            .handle()
            .ok_or(InvocationError::Dropped("the line is not there"))?;
        let answer = tokio::time::timeout(PATIENCE, handle.invoke_in_dc(dc, request));
        answer
            .await
            .unwrap_or_else(|_| Err(InvocationError::Io(io::ErrorKind::TimedOut.into())))
    }

    /// Calls a method that changes nothing: once more, if the line had broken unnoticed.
    pub(crate) async fn ask<R: tl::RemoteCall + Sync>(
        &self,
        request: &R,
    ) -> Result<R::Return, InvocationError> {
        match self.call(request).await {
            Err(InvocationError::Io(error)) if error.kind() != io::ErrorKind::ConnectionRefused => {
                self.call(request).await
            }
            Err(InvocationError::Dropped(_) | InvocationError::Transport(_)) => {
                self.call(request).await
            }
            answer => answer,
        }
    }

    /// Calls a method at another data centre, to which the sign-in is carried over first.
    pub(crate) async fn ask_at<R: tl::RemoteCall + Sync>(
        &self,
        dc: i32,
        request: &R,
    ) -> Result<R::Return, InvocationError> {
        let Ok(home) = self.store.home_dc_id();
        if dc == home {
            return self.ask(request).await;
        }
        match self.call_at(dc, request).await {
            Err(error) if crate::fault::name(&error) == Some("AUTH_KEY_UNREGISTERED") => {
                let export = tl::functions::auth::ExportAuthorization { dc_id: dc };
                let tl::enums::auth::ExportedAuthorization::Authorization(exported) =
                    self.ask(&export).await?;
                let import = tl::functions::auth::ImportAuthorization {
                    id: exported.id,
                    bytes: exported.bytes,
                };
                self.call_at(dc, &import).await?;
                self.call_at(dc, request).await
            }
            answer => answer,
        }
    }
}
