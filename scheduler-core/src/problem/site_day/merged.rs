//! A model with fewer kinds of room, for a bound that moves fast at first.

use super::{RoomKind, SiteDayModel};

/// A site-day in which rooms count as one kind wherever they serve the same services, also those
/// that somebody has been promised by name and clerks' own counters. Whatever is a plan of the
/// site-day is one here: what bounds this bounds that.
#[derive(Debug)]
pub(crate) struct MergedKinds {
    pub day: SiteDayModel,
    /// The kind here of each kind of the site-day.
    pub kind_of: Vec<u16>,
}

impl SiteDayModel {
    /// The model with kinds merged; `None` where there are not at least twice as many kinds without.
    pub(crate) fn with_kinds_merged(&self) -> Option<MergedKinds> {
        let mut lists: Vec<&[u16]> = self.classes.iter().map(Vec::as_slice).collect();
        let several = self.promises.iter().map(|promise| &promise.kinds[..]);
        lists.extend(several.filter(|kinds| kinds.len() > 1));
        lists.sort_unstable();
        lists.dedup();
        let mut signatures: Vec<Vec<usize>> = Vec::new();
        let mut kinds: Vec<RoomKind> = Vec::new();
        let mut kind_of = Vec::with_capacity(self.kinds.len());
        for (k, kind) in self.kinds.iter().enumerate() {
            let serves = |l: &usize| lists[*l].contains(&(k as u16));
            let signature: Vec<usize> = (0..lists.len()).filter(serves).collect();
            let merged = signatures.iter().position(|known| *known == signature);
            let merged = merged.unwrap_or_else(|| {
                signatures.push(signature);
                kinds.push(RoomKind { rooms: Vec::new() });
                kinds.len() - 1
            });
            kinds[merged].rooms.extend_from_slice(&kind.rooms);
            kind_of.push(merged as u16);
        }
        if 2 * kinds.len() > self.kinds.len() {
            return None;
        }
        let merge = |list: &mut Vec<u16>| {
            for kind in list.iter_mut() {
                *kind = kind_of[usize::from(*kind)];
            }
            list.sort_unstable();
            list.dedup();
        };
        let mut day = self.clone();
        day.kinds = kinds;
        day.classes.iter_mut().for_each(merge);
        day.promises.iter_mut().map(|promise| &mut promise.kinds).for_each(merge);
        for shift in &mut day.shifts {
            shift.own_kind = shift.own_kind.map(|own| kind_of[usize::from(own)]);
            for room in &mut shift.held {
                room.kind = kind_of[usize::from(room.kind)];
            }
        }
        Some(MergedKinds { day, kind_of })
    }
}
