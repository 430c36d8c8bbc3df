//! What a change of a site-day was, told to other processes, so that they need not read all of its
//! promises again.
//!
//! It is kept with the site-day, a line for each of its last versions: the version, a blank, and JSON.
//! Whoever has an older version does what the lines say, if there is one for each version that it
//! lacks, and else reads the promises. So whoever changes a site-day without telling leaves a gap, and
//! nothing wrong. It only says where the witness is: whether a change was possible was asked before it
//! was made.

use std::collections::BTreeMap;
use std::sync::Arc;

use scheduler_core::ledger::{ClerkIndex, Fate, Followed, Ledger, RoomIndex, Snapshot, StoredSeat};
use scheduler_core::problem::Problem;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::load;
use super::state::{Day, Frame};
use super::witness::Witness;
use crate::store::{DayHead, DayKey, PromiseRow, Status};

/// Most bytes of what is told of a site-day: where it is more the row is kept elsewhere by the database,
/// which takes longer than to read the promises.
const MOST: usize = 1800;

/// What a change was.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Delta {
    /// Promises that are not kept any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    gone: Vec<Uuid>,
    /// Those that are new or others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    placed: Vec<Placed>,
    /// Those that have another clerk or room.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    seated: Vec<(Uuid, Place)>,
    /// Whether a walk-in block or a break has moved.
    #[serde(default, skip_serializing_if = "is_not")]
    witness: bool,
}

/// Clerk and room.
type Place = (String, Option<String>);

/// A promise and who keeps it, with names that are short as there are many.
#[derive(Debug, Serialize, Deserialize)]
struct Placed {
    id: Uuid,
    /// Start and length in minutes.
    at: (u32, u32),
    #[serde(rename = "b")]
    basket: Vec<(String, u32)>,
    #[serde(rename = "s", default, skip_serializing_if = "Vec::is_empty")]
    skills: Vec<String>,
    /// The only clerk and the only room, where only these will do.
    #[serde(rename = "o", default, skip_serializing_if = "is_nobody")]
    only: (Option<String>, Option<String>),
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    expires_at: Option<i64>,
    #[serde(rename = "p")]
    place: Place,
}

fn is_not(witness: &bool) -> bool {
    !witness
}

fn is_nobody(only: &(Option<String>, Option<String>)) -> bool {
    only.0.is_none() && only.1.is_none()
}

impl Delta {
    /// What of `ids` has changed from `before` to `after`; `rows` has those that are new or others.
    /// `None` where one is missing there.
    pub(super) fn between<'a>(
        problem: &Problem,
        (before, after): (&Ledger, &Ledger),
        ids: impl IntoIterator<Item = &'a Uuid>,
        rows: &BTreeMap<Uuid, PromiseRow>,
        witness: bool,
    ) -> Option<Self> {
        let mut delta = Self { witness, ..Self::default() };
        for id in ids {
            let text = id.to_string();
            let (was, is) = (before.get(&text), after.get(&text));
            let Some((entry, seat)) = is else {
                if was.is_some() {
                    delta.gone.push(*id);
                }
                continue;
            };
            let place = (
                problem.clerks[seat.clerk.0].id.clone(),
                seat.room.map(|room| problem.rooms[room.0].id.clone()),
            );
            match was {
                Some((old, at)) if old == entry && at == seat => {}
                Some((old, _)) if old == entry => delta.seated.push((*id, place)),
                _ => {
                    let row = rows.get(id)?;
                    delta.placed.push(Placed {
                        id: *id,
                        at: (row.minute, row.minutes),
                        basket: row.basket.clone(),
                        skills: row.skills.clone(),
                        only: (row.only_staff().cloned(), row.only_room().cloned()),
                        expires_at: row.expires_at,
                        place,
                    });
                }
            }
        }
        Some(delta)
    }

    /// Adds what it says to what became of promises before.
    fn add_to(
        self,
        promises: &mut BTreeMap<Arc<str>, Fate>,
        frame: &Frame,
        day: &DayKey,
    ) -> Option<()> {
        for id in self.gone {
            promises.insert(id.to_string().into(), Fate::Gone);
        }
        for placed in self.placed {
            let seat = seat(frame, &placed.place)?;
            let row = placed.row(day);
            let entry = load::entry(&frame.problem, &frame.ids, &row).ok()?;
            promises.insert(Arc::clone(&entry.id), Fate::Placed(entry, seat));
        }
        for (id, place) in self.seated {
            let seat = seat(frame, &place)?;
            let id: Arc<str> = id.to_string().into();
            let fate = match promises.remove(&id) {
                Some(Fate::Placed(entry, _)) => Fate::Placed(entry, seat),
                _ => Fate::Seated(seat),
            };
            promises.insert(id, fate);
        }
        Some(())
    }

    /// The lines after this one, which makes `version`: it and those of `recent`, as many as there is
    /// room for. `None` where it alone is too long.
    pub(super) fn after(&self, recent: Option<&str>, version: u64) -> Option<String> {
        let line = format!("{version} {}", serde_json::to_string(self).ok()?);
        if line.len() > MOST {
            return None;
        }
        let mut earlier = recent.unwrap_or_default();
        while !earlier.is_empty() && earlier.len() + 1 + line.len() > MOST {
            earlier = earlier.split_once('\n').map_or("", |(_, rest)| rest);
        }
        Some(if earlier.is_empty() { line } else { format!("{earlier}\n{line}") })
    }
}

impl Placed {
    /// As much of the row as it takes to know what the promise is.
    fn row(self, day: &DayKey) -> PromiseRow {
        PromiseRow {
            id: self.id,
            day: day.clone(),
            minute: self.at.0,
            minutes: self.at.1,
            instant: 0,
            status: Status::Booked,
            basket: self.basket,
            skills: self.skills,
            pinned_staff: self.only.0,
            pinned_room: self.only.1,
            staff: None,
            room: None,
            seat_pinned: false,
            reference: None,
            channel: None,
            client: String::new(),
            expires_at: self.expires_at,
            version: 0,
            created_at: 0,
            updated_at: 0,
        }
    }
}

fn seat(frame: &Frame, (staff, room): &Place) -> Option<StoredSeat> {
    let clerk = ClerkIndex(frame.ids.clerk(staff)?);
    let room = match room {
        Some(room) => Some(RoomIndex(frame.ids.room(room)?)),
        None => None,
    };
    Some(StoredSeat { clerk, room })
}

/// The site-day after all that `head` tells since `page`; `None` where it does not tell all of it.
pub(super) fn follow(
    frame: &Frame,
    site_day: usize,
    page: &Arc<Snapshot>,
    head: &DayHead,
) -> Option<Day> {
    let recent = head.recent.as_deref()?;
    let (mut version, mut moved) = (page.version(), false);
    let mut followed = Followed::default();
    for line in recent.lines() {
        let (of, json) = line.split_once(' ')?;
        let of: u64 = of.parse().ok()?;
        if of <= version {
            continue;
        }
        if of != version + 1 {
            return None;
        }
        version = of;
        let delta: Delta = serde_json::from_str(json).ok()?;
        moved |= delta.witness;
        delta.add_to(&mut followed.promises, frame, &head.key)?;
    }
    if version != head.version {
        return None;
    }
    if moved {
        let witness = Witness::read(&head.witness);
        let (problem, ids) = (&frame.problem, &frame.ids);
        let blocks = witness.blocks(problem, site_day, ids);
        followed.witness = Some((blocks, witness.breaks(problem, ids)));
    }
    let mut ledger = page.ledger().clone();
    if !ledger.follow(&followed) {
        return None;
    }
    let page = frame.successor(page, ledger, head.version);
    Some(Day::new(page, false).told(head.recent.clone()))
}
