//! The rules that a plan can break: a stable code and a sentence for each.

/// A rule of the problem, by what breaks it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// An index of the plan leads nowhere.
    ReferenceUnknown,
    /// A slot, block or break ends before it lasts a step.
    WindowEmpty,
    /// A slot outside every shift of its clerk at its site.
    SlotOutsideShift,
    /// A slot while its site is closed.
    SlotOutsideOpening,
    /// A slot shorter or longer than planned.
    SlotWrongLength,
    /// The clerk of a slot lacks a skill.
    SlotSkill,
    /// A slot is given to a demand that it cannot serve.
    SlotPoolMismatch,
    /// A room of another site.
    RoomWrongSite,
    /// The room of a slot lacks equipment.
    RoomEquipment,
    /// A slot without a room, for a service that needs one.
    RoomMissing,
    /// A slot with a room, for a service that needs none.
    RoomNotNeeded,
    /// A clerk does two things at a time.
    ClerkDoubleBooked,
    /// A room is used twice at a time.
    RoomDoubleBooked,
    /// A walk-in block outside every shift of its clerk at its site.
    BlockOutsideShift,
    /// A walk-in block while its site is closed.
    BlockOutsideOpening,
    /// A walk-in block shorter than its quota asks for.
    BlockTooShort,
    /// A shift lacks its break.
    BreakMissing,
    /// A break that no shift asks for.
    BreakExtra,
    /// A break outside the window of its shift's break.
    BreakOutsideWindow,
    /// A break shorter or longer than its shift's.
    BreakWrongLength,
    /// A break while its clerk is absent.
    BreakAbsent,
    /// Walk-in blocks cover less than a quota's least share.
    QuotaShort,
    /// Walk-in blocks cover more than a quota's greatest share.
    QuotaOver,
    /// A promise has no slot.
    PromiseUnkept,
    /// A promise has two slots.
    PromiseTwice,
    /// A promise is kept elsewhere or at another time.
    PromiseMoved,
    /// A promise is kept with another service.
    PromiseWrongService,
    /// A promise is kept by another clerk than the pinned one.
    PromisePinnedClerk,
    /// A promise is kept in another room than the pinned one.
    PromisePinnedRoom,
    /// A slot that keeps a promise is given to a pool, too.
    PromiseInPool,
    /// The claimed objective is not the plan's.
    ObjectiveWrong,
    /// The bound is not a finite number.
    BoundMissing,
    /// The bound is below the plan's objective.
    BoundBelowObjective,
}

impl Rule {
    /// Every rule.
    pub const ALL: [Self; 33] = [
        Self::ReferenceUnknown,
        Self::WindowEmpty,
        Self::SlotOutsideShift,
        Self::SlotOutsideOpening,
        Self::SlotWrongLength,
        Self::SlotSkill,
        Self::SlotPoolMismatch,
        Self::RoomWrongSite,
        Self::RoomEquipment,
        Self::RoomMissing,
        Self::RoomNotNeeded,
        Self::ClerkDoubleBooked,
        Self::RoomDoubleBooked,
        Self::BlockOutsideShift,
        Self::BlockOutsideOpening,
        Self::BlockTooShort,
        Self::BreakMissing,
        Self::BreakExtra,
        Self::BreakOutsideWindow,
        Self::BreakWrongLength,
        Self::BreakAbsent,
        Self::QuotaShort,
        Self::QuotaOver,
        Self::PromiseUnkept,
        Self::PromiseTwice,
        Self::PromiseMoved,
        Self::PromiseWrongService,
        Self::PromisePinnedClerk,
        Self::PromisePinnedRoom,
        Self::PromiseInPool,
        Self::ObjectiveWrong,
        Self::BoundMissing,
        Self::BoundBelowObjective,
    ];

    /// Code that stays the same between versions.
    pub fn code(self) -> &'static str {
        self.both().0
    }

    /// What the rule is, a sentence without its full stop.
    pub fn statement(self) -> &'static str {
        self.both().1
    }

    fn both(self) -> (&'static str, &'static str) {
        match self {
            Self::ReferenceUnknown => {
                ("reference.unknown", "a plan refers to what its problem has, counted from 0")
            }
            Self::WindowEmpty => ("window.empty", "a slot, block or break ends after it starts"),
            Self::SlotOutsideShift => {
                ("slot.outside_shift", "a slot lies within one shift of its clerk at its site")
            }
            Self::SlotOutsideOpening => {
                ("slot.outside_opening", "a slot lies within its site's opening hours")
            }
            Self::SlotWrongLength => (
                "slot.wrong_length",
                "a slot lasts its service's minutes and buffer, with a promise those for all its persons",
            ),
            Self::SlotSkill => {
                ("slot.skill", "a clerk has all the skills that the service asks for")
            }
            Self::SlotPoolMismatch => (
                "slot.pool_mismatch",
                "a slot serves demand for its service that covers its site, day and start",
            ),
            Self::RoomWrongSite => ("room.wrong_site", "a room is at the site it is used for"),
            Self::RoomEquipment => {
                ("room.equipment", "a room has all the equipment that the service asks for")
            }
            Self::RoomMissing => ("room.missing", "a slot has a room where its service needs one"),
            Self::RoomNotNeeded => {
                ("room.not_needed", "a slot has no room where its service needs none")
            }
            Self::ClerkDoubleBooked => ("clerk.double_booked", "a clerk does one thing at a time"),
            Self::RoomDoubleBooked => {
                ("room.double_booked", "a room serves one slot or walk-in block at a time")
            }
            Self::BlockOutsideShift => (
                "block.outside_shift",
                "a walk-in block lies within one shift of its clerk at its site",
            ),
            Self::BlockOutsideOpening => {
                ("block.outside_opening", "a walk-in block lies within its site's opening hours")
            }
            Self::BlockTooShort => (
                "block.too_short",
                "a walk-in block that counts for a quota lasts at least the quota's block minutes",
            ),
            Self::BreakMissing => {
                ("break.missing", "a shift holds one interval for each of its breaks")
            }
            Self::BreakExtra => ("break.extra", "a shift holds no more breaks than its own"),
            Self::BreakOutsideWindow => (
                "break.outside_window",
                "a break lies between its shift's earliest and latest time",
            ),
            Self::BreakWrongLength => {
                ("break.wrong_length", "a break lasts the minutes that its shift says")
            }
            Self::BreakAbsent => ("break.absent", "a break lies outside its clerk's absences"),
            Self::QuotaShort => (
                "quota.short",
                "walk-in blocks cover at least the quota's least share of the desk minutes",
            ),
            Self::QuotaOver => (
                "quota.over",
                "walk-in blocks cover at most the quota's greatest share of the desk minutes",
            ),
            Self::PromiseUnkept => ("promise.unkept", "every promise is kept"),
            Self::PromiseTwice => ("promise.twice", "a promise is kept by one slot"),
            Self::PromiseMoved => ("promise.moved", "a promise is kept at its site and time"),
            Self::PromiseWrongService => {
                ("promise.wrong_service", "a promise is kept with its service")
            }
            Self::PromisePinnedClerk => {
                ("promise.pinned_clerk", "a promise is kept by the clerk that it is pinned to")
            }
            Self::PromisePinnedRoom => {
                ("promise.pinned_room", "a promise is kept in the room that it is pinned to")
            }
            Self::PromiseInPool => {
                ("promise.in_pool", "a slot that keeps a promise serves no demand")
            }
            Self::ObjectiveWrong => (
                "objective.wrong",
                "the objective is the plan's expected served value less its prices",
            ),
            Self::BoundMissing => ("bound.missing", "every plan comes with a finite bound"),
            Self::BoundBelowObjective => {
                ("bound.below_objective", "no plan is better than the bound")
            }
        }
    }
}
