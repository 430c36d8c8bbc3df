//! Connections: how many at a time, how long a client may take to say what it wants, and how slowly it
//! may take the answer.
//!
//! Who opens connections and sends nothing, a byte now and then, or never reads what it is answered
//! would otherwise keep them for ever, until there are no more files to open and nobody is served.
//! Where all places are taken, a new connection gets that of one on which nothing is being done.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::response::Response;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use tower::ServiceExt as _;

use super::addresses::Peer;
use super::paced::Paced;

/// Pause after an error that is not one connection's, such as too many open files.
const REST: Duration = Duration::from_secs(1);

/// How often it is looked whether a place can be had, where there is none.
const LOOK: Duration = Duration::from_millis(50);

/// How long nothing of an answer has been taken before its connection may have to go.
const STUCK: Duration = Duration::from_secs(1);

/// How long nothing has been asked on a connection before it may have to go: what a client wants may be
/// on its way.
const IDLE: Duration = Duration::from_millis(500);

/// Most bytes of a request's head, and of what is read ahead.
const BUFFER: usize = 64 << 10;

/// What connections may take.
#[derive(Debug, Clone, Copy)]
pub struct ConnectionLimits {
    /// Connections at a time, at least 1. A further one takes the place of one that is idle, or
    /// waits.
    pub most: usize,
    /// Time for the head of a request: from when the connection is open, or the last answer sent,
    /// to the end of the headers. Then the connection is closed.
    pub head: Duration,
    /// Time in which a client that does not take what it is sent has to take the least rate's worth
    /// of it. Then the connection is closed.
    pub write: Duration,
    /// Least rate at which a client takes an answer, in bytes a second.
    pub least_rate: u32,
    /// Time for what is under way when the service is to stop.
    pub drain: Duration,
}

/// Serves `router` until `stop`, and then for a while what is under way.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: ConnectionLimits,
    stop: impl Future<Output = ()>,
) {
    let places = Arc::new(Places::new(limits.most));
    let open = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.head).max_buf_size(BUFFER);
    let mut stop = pin!(stop);
    loop {
        let (place, stream, peer) = tokio::select! {
            next = next(&listener, &places) => next,
            () = &mut stop => break,
        };
        let io = Paced::new(stream, limits.write, limits.least_rate, Arc::clone(&place.line));
        let (router, line) = (router.clone(), Arc::clone(&place.line));
        let service = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
            answer(router.clone(), request, Arc::clone(&line), peer)
        });
        let connection = open.watch(http.serve_connection(TokioIo::new(io), service));
        tokio::spawn(async move {
            tokio::select! {
                ended = connection => if let Err(error) = ended {
                    tracing::debug!(%error, "a connection ended early");
                },
                () = place.line.leave.notified() => {
                    tracing::debug!("a connection had to go");
                }
            }
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(limits.drain, open.shutdown()).await.is_err() {
        let left = places.clear();
        tracing::warn!(
            connections = left,
            "not all clients were done: their connections are closed"
        );
    }
}

/// Answers a request, and lets the line know as long as there is something to answer.
async fn answer(
    router: Router,
    request: hyper::Request<Incoming>,
    line: Arc<Line>,
    peer: Peer,
) -> Result<Response, Infallible> {
    let busy = Busy::new(line);
    let mut request: Request = request.map(Body::new);
    request.extensions_mut().insert(peer);
    let response = router.oneshot(request).await?;
    Ok(response.map(|body| Body::new(Answering { body, _busy: busy })))
}

/// The next connection and where it comes from, once there is a place for it.
async fn next(listener: &TcpListener, places: &Arc<Places>) -> (Place, TcpStream, Peer) {
    let (stream, peer) = loop {
        match listener.accept().await {
            Ok((stream, address)) => break (stream, Peer(address.ip())),
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::error!(%error, "cannot take connections");
                tokio::time::sleep(REST).await;
            }
        }
    };
    // Answers are written whole: waiting for more to send would only delay them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection sends when it likes");
    }
    (places.next().await, stream, peer)
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// The places for connections, and who has them.
#[derive(Debug)]
struct Places {
    free: Arc<Semaphore>,
    lines: Mutex<BTreeMap<u64, Arc<Line>>>,
    begin: Instant,
    count: AtomicU64,
}

/// A place, given up when dropped.
#[derive(Debug)]
struct Place {
    line: Arc<Line>,
    number: u64,
    places: Arc<Places>,
    _permit: Option<OwnedSemaphorePermit>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.lines().remove(&self.number);
    }
}

impl Places {
    fn new(most: usize) -> Self {
        Self {
            free: Arc::new(Semaphore::new(most.max(1))),
            lines: Mutex::default(),
            begin: Instant::now(),
            count: AtomicU64::new(0),
        }
    }

    fn lines(&self) -> std::sync::MutexGuard<'_, BTreeMap<u64, Arc<Line>>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place: a free one, or that of a connection on which nothing is being done.
    async fn next(self: &Arc<Self>) -> Place {
        let permit = loop {
            let free = Arc::clone(&self.free);
            if let Ok(permit) = Arc::clone(&free).try_acquire_owned() {
                break Some(permit);
            }
            self.make_room();
            match tokio::time::timeout(LOOK, free.acquire_owned()).await {
                Ok(Ok(permit)) => break Some(permit),
                // Nobody closes the semaphore.
                Ok(Err(_)) => break None,
                Err(_) => {}
            }
        };
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let line = Arc::new(Line::new(self.begin));
        self.lines().insert(number, Arc::clone(&line));
        Place { line, number, places: Arc::clone(self), _permit: permit }
    }

    /// Closes the connection that is least missed: one that has never asked for anything, or else whose
    /// client takes nothing of its answer, or else that is idle: its client may ask again at any
    /// moment. Of these the one that has been so for longest.
    fn make_room(&self) {
        let now = self.begin.elapsed();
        let lines = self.lines();
        let missed = lines.values().filter_map(|line| Some((line.missed(now)?, line)));
        if let Some((_, line)) = missed.min_by_key(|(missed, _)| *missed) {
            line.close();
            metrics::counter!("scheduler_connections_closed_total", "reason" => "crowded")
                .increment(1);
        }
    }

    /// Closes all connections; how many there were.
    fn clear(&self) -> usize {
        let lines = self.lines();
        lines.values().for_each(|line| line.close());
        lines.len()
    }
}

/// What a connection is at.
#[derive(Debug)]
pub(super) struct Line {
    begin: Instant,
    /// Requests that are being answered.
    answering: AtomicU32,
    /// Whether there ever was one.
    used: AtomicBool,
    /// Whether the client does not take what it is sent.
    stuck: AtomicBool,
    /// Since when it is as it is, in milliseconds after `begin`.
    since: AtomicU64,
    closing: AtomicBool,
    leave: Notify,
}

impl Line {
    pub(super) fn new(begin: Instant) -> Self {
        let line = Self {
            begin,
            answering: AtomicU32::new(0),
            used: AtomicBool::new(false),
            stuck: AtomicBool::new(false),
            since: AtomicU64::new(0),
            closing: AtomicBool::new(false),
            leave: Notify::new(),
        };
        line.touch();
        line
    }

    /// Something has happened.
    pub(super) fn touch(&self) {
        let now = u64::try_from(self.begin.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.since.store(now, Ordering::Relaxed);
    }

    /// Whether the client does not take what it is sent, from now on.
    pub(super) fn set_stuck(&self, stuck: bool) {
        if self.stuck.swap(stuck, Ordering::Relaxed) != stuck {
            self.touch();
        }
    }

    fn close(&self) {
        self.closing.store(true, Ordering::Relaxed);
        self.leave.notify_one();
    }

    /// How much the connection would be missed at `now`, the least first; `None` where something is
    /// being done for it.
    fn missed(&self, now: Duration) -> Option<(u8, u64)> {
        if self.closing.load(Ordering::Relaxed) {
            return None;
        }
        let since = self.since.load(Ordering::Relaxed);
        if self.stuck.load(Ordering::Relaxed) {
            let stuck = now.saturating_sub(Duration::from_millis(since));
            return (stuck >= STUCK).then_some((1, since));
        }
        let is_idle = self.answering.load(Ordering::Relaxed) == 0
            && now.saturating_sub(Duration::from_millis(since)) >= IDLE;
        let rank = if self.used.load(Ordering::Relaxed) { 2 } else { 0 };
        is_idle.then_some((rank, since))
    }
}

/// A request that is being answered; it is when dropped.
#[derive(Debug)]
struct Busy(Arc<Line>);

impl Busy {
    fn new(line: Arc<Line>) -> Self {
        line.answering.fetch_add(1, Ordering::Relaxed);
        line.used.store(true, Ordering::Relaxed);
        Self(line)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.answering.fetch_sub(1, Ordering::Relaxed);
        self.0.touch();
    }
}

/// The body of an answer, which is busy to its end.
struct Answering {
    body: Body,
    _busy: Busy,
}

impl HttpBody for Answering {
    type Data = axum::body::Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn taken(places: &Arc<Places>) -> Place {
        tokio::time::timeout(Duration::from_secs(5), places.next()).await.unwrap()
    }

    #[tokio::test]
    async fn who_asks_for_nothing_goes_first_and_who_is_answered_never() {
        let places = Arc::new(Places::new(3));
        let answered = taken(&places).await;
        let _busy = Busy::new(Arc::clone(&answered.line));
        let used = taken(&places).await;
        drop(Busy::new(Arc::clone(&used.line)));
        let silent = taken(&places).await;
        let leaving = Arc::clone(&silent.line);
        tokio::spawn(async move {
            leaving.leave.notified().await;
            drop(silent);
        });
        let newcomer = taken(&places).await;
        assert!(!used.line.closing.load(Ordering::Relaxed));
        drop(Busy::new(Arc::clone(&newcomer.line)));
        places.make_room();
        assert!(!newcomer.line.closing.load(Ordering::Relaxed), "it has just been used");
        tokio::time::sleep(IDLE).await;
        places.make_room();
        assert!(used.line.closing.load(Ordering::Relaxed), "it was idle for longest");
        assert!(!answered.line.closing.load(Ordering::Relaxed));
    }

    #[tokio::test]
    async fn who_takes_nothing_goes_before_who_may_ask_again() {
        let places = Arc::new(Places::new(2));
        let idle = taken(&places).await;
        drop(Busy::new(Arc::clone(&idle.line)));
        let stuck = taken(&places).await;
        let _busy = Busy::new(Arc::clone(&stuck.line));
        stuck.line.set_stuck(true);
        tokio::time::sleep(STUCK).await;
        places.make_room();
        assert!(stuck.line.closing.load(Ordering::Relaxed));
        assert!(!idle.line.closing.load(Ordering::Relaxed));
    }

    #[tokio::test]
    async fn who_does_not_take_its_answer_may_have_to_go_after_a_second() {
        let line = Arc::new(Line::new(Instant::now()));
        let _busy = Busy::new(Arc::clone(&line));
        line.set_stuck(true);
        assert_eq!(line.missed(Duration::from_millis(500)), None);
        assert!(line.missed(Duration::from_secs(60)).is_some());
        line.set_stuck(false);
        assert_eq!(line.missed(Duration::from_secs(10)), None);
    }
}
