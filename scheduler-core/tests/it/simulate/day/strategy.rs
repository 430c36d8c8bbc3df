//! Days of all sorts.

use std::sync::Arc;

use proptest::{collection::vec, prelude::*, sample::select};
use scheduler_core::simulate::{
    model::{
        ArrivalSegment, Booking, BreakRule, CallPolicy, Channel, Clerk, CustomerKind, DayBreak,
        DayModel, Lateness, MINUTE, Millis, QueueSet, RoomKind, Seat,
    },
    sample::Quantiles,
};

/// Queues of the days; each has a kind of either channel.
pub(crate) const QUEUES: u32 = 3;

const OPENS: Millis = 8 * 60 * MINUTE;

pub(crate) fn after(minutes: u32) -> Millis {
    OPENS + minutes * MINUTE
}

fn kind(channel: Channel, queue: u32, mean: u32, patience: Option<u32>) -> CustomerKind {
    // Whole minutes now and then, so that much happens at the same instant.
    let mean = f64::from(mean * MINUTE);
    let duration = match queue {
        0 => Quantiles::constant(mean),
        1 => Quantiles::lognormal(mean, 0.6),
        _ => Quantiles::exponential(mean),
    };
    let patience = patience.map(|mean| Quantiles::exponential(f64::from(mean * MINUTE)).unwrap());
    CustomerKind {
        channel,
        service: queue,
        queue,
        entity: queue + 10 * channel as u32,
        duration: Arc::new(duration.unwrap()),
        patience: patience.map(Arc::new),
        priority: u8::from(queue == 1),
    }
}

prop_compose! {
    fn clerk()(
        queues in 1_u32..(1 << QUEUES),
        from in 0_u32..20,
        length in 1_u32..40,
        gap in 0_u32..10,
        second in 0_u32..20,
        breaks in vec((0_u32..48, 1_u32..5), 0..3),
        desk in (0_u32..20, 1_u32..20),
    ) -> Clerk {
        let end = from + length;
        let mut shifts = vec![(after(10 * from), after(10 * end))];
        if second > 0 {
            shifts.push((after(10 * (end + gap)), after(10 * (end + gap + second))));
        }
        let mut at = 0;
        let breaks = breaks.into_iter().map(|(wait, length)| {
            let start = at + wait;
            at = start + length;
            DayBreak { at: after(10 * start), length: 10 * length * MINUTE }
        });
        Clerk {
            queues: QueueSet::of((0..QUEUES).filter(|queue| queues >> queue & 1 == 1)),
            shifts,
            breaks: breaks.collect(),
            desk: vec![(after(10 * desk.0), after(10 * (desk.0 + desk.1)))],
            seats: Vec::new(),
        }
    }
}

pub(crate) fn policy() -> impl Strategy<Value = CallPolicy> {
    select(vec![
        CallPolicy::AppointmentsFirst,
        CallPolicy::FirstCome,
        CallPolicy::ByAppointmentTime { grace: 5 * MINUTE },
        CallPolicy::DuePriority,
        CallPolicy::Protected,
        CallPolicy::WalkInDesks,
    ])
}

prop_compose! {
    fn people()(
        means in vec(3_u32..30, 2 * QUEUES as usize),
        patience in proptest::option::of(10_u32..60),
        bookings in vec((0_u32..96, 0..QUEUES, select(vec![0.0_f32, 0.7, 1.0])), 0..60),
        rates in vec(0_u32..40, 1..4),
        late in proptest::option::of((0_u32..15, any::<bool>())),
    ) -> (Vec<CustomerKind>, Vec<Booking>, Vec<ArrivalSegment>, Lateness) {
        let booked = (0..QUEUES).map(|q| kind(Channel::Appointment, q, means[q as usize], None));
        let walk_in = (0..QUEUES)
            .map(|q| kind(Channel::WalkIn, q, means[(QUEUES + q) as usize], patience));
        let kinds = booked.chain(walk_in).collect();
        let mut bookings: Vec<_> = (0_u32..).zip(bookings).map(|(entity, (at, kind, show))| {
            Booking { at: after(5 * at), kind, show, entity }
        }).collect();
        bookings.sort_by_key(|booking| booking.at);
        let mix: Vec<_> = (QUEUES..2 * QUEUES).zip([0.5, 0.3, 0.2]).collect();
        let segments = (0_u32..).zip(rates).map(|(index, rate)| ArrivalSegment {
            from: after(120 * index),
            until: after(120 * index + 120),
            per_hour: f64::from(rate),
            mix: mix.clone(),
        }).collect();
        let lateness = late.map_or_else(Lateness::default, |(sd, clip)| {
            let minute = f64::from(MINUTE);
            let table = Quantiles::normal(-3.0 * minute, f64::from(sd) * minute, -60.0 * minute);
            let not_before = if clip { OPENS } else { 0 };
            Lateness { table: Some(Arc::new(table.unwrap())), not_before }
        });
        (kinds, bookings, segments, lateness)
    }
}

prop_compose! {
    /// Any day.
    pub(crate) fn day()(
        people in people(),
        clerks in vec(clerk(), 0..6),
        rooms in prop_oneof![
            Just(Vec::new()),
            vec((0_u32..3, 1_u32..(1 << QUEUES)), 1..4),
        ],
        policy in policy(),
        break_rule in select(vec![BreakRule::Wait, BreakRule::Ignore, BreakRule::Preempt]),
        shared in vec(0_u32..48, 0..3),
        seats in vec(proptest::option::of((0_u32..20, 1_u32..20, 0_usize..4)), 6),
        limits in (
            proptest::option::of(0_u32..40),
            proptest::option::of(0_u32..5),
            0_u32..=48,
        ),
    ) -> DayModel {
        let (kinds, appointments, walk_ins, lateness) = people;
        let rooms = rooms.into_iter().map(|(count, queues)| RoomKind {
            count,
            queues: QueueSet::of((0..QUEUES).filter(|queue| queues >> queue & 1 == 1)),
        });
        let rooms: Vec<RoomKind> = rooms.collect();
        let mut clerks = clerks;
        if !rooms.is_empty() {
            for (clerk, seat) in clerks.iter_mut().zip(seats) {
                let Some((from, length, room)) = seat else { continue };
                let (start, end) = clerk.shifts[0];
                let from = (start + after(10 * from) - OPENS).min(end);
                let until = (from + 10 * length * MINUTE).min(end);
                clerk.seats.push(Seat { from, until, room: (room % rooms.len()) as u32 });
            }
        }
        let mut shared_breaks: Vec<_> = shared.into_iter()
            .map(|at| DayBreak { at: after(10 * at), length: 15 * MINUTE })
            .collect();
        shared_breaks.sort();
        DayModel {
            opens: OPENS,
            closes: after(480),
            ticket_stop: after(10 * limits.2),
            ticket_cap: limits.0,
            waiting_limit: limits.1,
            kinds,
            clerks,
            rooms,
            appointments,
            walk_ins,
            lateness,
            policy,
            break_rule,
            shared_breaks,
        }
    }
}

/// A day on which everybody waits in one line for clerks who can do everything, from opening until
/// closing.
pub(crate) fn one_line() -> impl Strategy<Value = DayModel> {
    (day(), 1_usize..5).prop_map(|(day, clerks)| {
        let clerk =
            Clerk { queues: QueueSet::ALL, shifts: vec![(OPENS, after(480))], ..Clerk::default() };
        let kinds = day.kinds.iter().map(|kind| CustomerKind { patience: None, ..kind.clone() });
        DayModel {
            kinds: kinds.collect(),
            clerks: vec![clerk; clerks],
            rooms: Vec::new(),
            policy: CallPolicy::FirstCome,
            ticket_stop: after(480),
            ticket_cap: None,
            waiting_limit: None,
            shared_breaks: Vec::new(),
            ..day
        }
    })
}
