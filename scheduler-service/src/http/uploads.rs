//! Bodies on their way in: how many bytes of them there may be at a time, how slowly they may come,
//! and how often a client may send a large one.
//!
//! Short bodies, such as those of searches and bookings, are not counted: as many as there are
//! connections fit into memory. So whoever fills the room for large ones is in the way of nobody who
//! books.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::Request;
use axum::http::header;
use futures_util::StreamExt as _;

use crate::http::app::Shared;
use crate::http::problem::{self, Answer, HttpError};

/// Bodies up to this size are short.
pub const SHORT: usize = 16 << 10;

/// How long a body may take besides the time that [`HttpSettings::least_rate`] allows its bytes.
///
/// [`HttpSettings::least_rate`]: crate::http::settings::HttpSettings::least_rate
pub const GRACE: Duration = Duration::from_secs(5);

/// Largest body that a path takes, in bytes; set by the router.
#[derive(Debug, Clone, Copy)]
pub struct Most(pub usize);

/// Who sends the body, by the name of its key; set where the key is judged, before the body is read.
#[derive(Debug, Clone)]
pub struct Sender(pub Arc<str>);

/// How many bytes of large bodies there may be at a time, over all connections.
#[derive(Debug)]
pub struct Room {
    most: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by_sender: BTreeMap<Arc<str>, usize>,
}

/// Room that a body has taken; given back when dropped.
#[derive(Debug)]
pub struct Held {
    room: Arc<Room>,
    sender: Arc<str>,
    bytes: usize,
}

impl Room {
    /// Room for `most` bytes, of which one sender gets half at the most.
    pub fn new(most: usize) -> Arc<Self> {
        metrics::gauge!("scheduler_body_bytes").set(0.0);
        Arc::new(Self { most, taken: Mutex::default() })
    }

    fn taken(&self) -> std::sync::MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    /// Nothing yet.
    fn none(room: &Arc<Room>, sender: Arc<str>) -> Self {
        Self { room: Arc::clone(room), sender, bytes: 0 }
    }

    /// Takes as much more as makes `bytes`.
    ///
    /// # Errors
    /// 503 where there is not so much.
    fn grow(&mut self, bytes: usize) -> Answer<()> {
        let more = bytes.saturating_sub(self.bytes);
        let mut taken = self.room.taken();
        let mine = taken.by_sender.get(&self.sender).copied().unwrap_or_default();
        if taken.all + more > self.room.most || mine + more > self.room.most / 2 {
            let detail = "there is no room for so many large bodies at a time; try again";
            return Err(HttpError::new(problem::BUSY, detail).retry_after(2));
        }
        taken.all += more;
        taken.by_sender.insert(Arc::clone(&self.sender), mine + more);
        self.bytes += more;
        metrics::gauge!("scheduler_body_bytes").set(taken.all as f64);
        Ok(())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if self.bytes == 0 {
            return;
        }
        let mut taken = self.room.taken();
        taken.all = taken.all.saturating_sub(self.bytes);
        let mine = taken.by_sender.get(&self.sender).copied().unwrap_or_default();
        match mine.saturating_sub(self.bytes) {
            0 => taken.by_sender.remove(&self.sender),
            left => taken.by_sender.insert(Arc::clone(&self.sender), left),
        };
        metrics::gauge!("scheduler_body_bytes").set(taken.all as f64);
    }
}

/// A body that has arrived, and the room that it takes.
#[derive(Debug)]
pub struct Received {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// To be kept as long as the bytes, or what was made of them.
    pub held: Held,
}

/// Waits for the body of `request`.
///
/// # Errors
/// 413 where it is too large, 408 where it comes too slowly, 429 where the sender sends large ones
/// too often, 503 where there is no room, 400 where it breaks off.
pub async fn receive(request: Request, app: &Shared) -> Answer<Received> {
    let extensions = request.extensions();
    let most = extensions.get::<Most>().map_or(SHORT, |most| most.0);
    let nobody = || Arc::from("");
    let sender = extensions.get::<Sender>().map_or_else(nobody, |sender| Arc::clone(&sender.0));
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > most) {
        return Err(too_large(most));
    }
    let mut held = Held::none(&app.uploads, Arc::clone(&sender));
    // As much as is said only as it comes: who says a lot and sends nothing takes no room.
    let mut bytes = Vec::with_capacity(length.unwrap_or_default().min(SHORT));
    let mut chunks = request.into_body().into_data_stream();
    let start = tokio::time::Instant::now();
    loop {
        let due = bytes.len() as f64 / f64::from(app.settings().least_rate.max(1));
        let due = start + GRACE + Duration::from_secs_f64(due);
        let Ok(chunk) = tokio::time::timeout_at(due, chunks.next()).await else {
            let detail = "the body comes too slowly; send it whole, over a better connection";
            return Err(HttpError::new(problem::TOO_SLOW, detail));
        };
        let Some(chunk) = chunk else { return Ok(Received { bytes, held }) };
        let broken = || HttpError::new(problem::MALFORMED, "the body did not arrive whole");
        let chunk = chunk.map_err(|_| broken())?;
        let size = bytes.len() + chunk.len();
        if size > most {
            return Err(too_large(most));
        }
        if size > SHORT {
            if bytes.len() <= SHORT {
                super::limits::within(app, &app.uploading, &sender)?;
            }
            held.grow(size)?;
        }
        bytes.extend_from_slice(&chunk);
    }
}

fn too_large(most: usize) -> HttpError {
    let detail = format!("the body is larger than the {most} bytes that this path takes");
    HttpError::new(problem::TOO_LARGE, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_sender_gets_half_of_the_room_and_gives_it_back() {
        let room = Room::new(100);
        let mut one = Held::none(&room, Arc::from("one"));
        one.grow(50).unwrap();
        assert_eq!(one.grow(51).unwrap_err().details().code, "busy");
        let mut again = Held::none(&room, Arc::from("one"));
        again.grow(1).unwrap_err();
        let mut other = Held::none(&room, Arc::from("other"));
        other.grow(40).unwrap();
        drop(one);
        again.grow(50).unwrap();
        let mut third = Held::none(&room, Arc::from("third"));
        third.grow(11).unwrap_err();
        third.grow(10).unwrap();
        drop((again, other, third));
        assert_eq!(room.taken().all, 0);
        assert!(room.taken().by_sender.is_empty());
    }
}
