//! Small days whose course can be followed by hand.

use std::sync::Arc;

use scheduler_core::simulate::{
    model::{
        Booking, BreakRule, CallPolicy, Channel, Clerk, CustomerKind, DayBreak, DayModel, Lateness,
        MINUTE, Millis, QueueSet, RoomKind, Seat,
    },
    sample::Quantiles,
};

use super::{judge::see, strategy::after};

/// Ten minutes for everybody, one clerk from 0 to 480 minutes after opening.
fn office(policy: CallPolicy, booked: &[(u32, u32)]) -> DayModel {
    let ten = Arc::new(Quantiles::constant(f64::from(10 * MINUTE)).unwrap());
    let kind = |service, queue| CustomerKind {
        channel: Channel::Appointment,
        service,
        queue,
        entity: service,
        duration: Arc::clone(&ten),
        patience: None,
        priority: 0,
    };
    let bookings = (0_u32..).zip(booked).map(|(entity, &(at, kind))| Booking {
        at: after(at),
        kind,
        show: 1.0,
        entity,
    });
    DayModel {
        opens: after(0),
        closes: after(480),
        ticket_stop: after(480),
        ticket_cap: None,
        waiting_limit: None,
        kinds: vec![kind(0, 0), kind(1, 1)],
        clerks: vec![clerk()],
        rooms: Vec::new(),
        appointments: bookings.collect(),
        walk_ins: Vec::new(),
        lateness: Lateness::default(),
        policy,
        break_rule: BreakRule::Wait,
        shared_breaks: Vec::new(),
    }
}

fn clerk() -> Clerk {
    Clerk { queues: QueueSet::ALL, shifts: vec![(after(0), after(480))], ..Clerk::default() }
}

/// Minutes after opening at which services begin and end.
fn services(model: &DayModel) -> Vec<(u32, u32)> {
    let minutes = |time: Millis| (time - after(0)) / MINUTE;
    see(model, 1).0.visits.iter().map(|v| (minutes(v.begin), minutes(v.end))).collect()
}

#[test]
fn whoever_leaves_makes_room_before_the_next_arrives() {
    let model = office(CallPolicy::FirstCome, &[(0, 0), (10, 0), (20, 0)]);
    assert_eq!(services(&model), [(0, 10), (10, 20), (20, 30)]);
    assert_eq!(see(&model, 1).1.waited, 0);
}

#[test]
fn a_break_waits_is_shortened_or_interrupts() {
    let due = |rule| {
        let mut model = office(CallPolicy::FirstCome, &[(0, 0), (0, 0)]);
        model.clerks[0].breaks = vec![DayBreak { at: after(5), length: 30 * MINUTE }];
        model.break_rule = rule;
        let paused = see(&model, 1).1.paused / u64::from(MINUTE);
        (services(&model), paused)
    };
    assert_eq!(due(BreakRule::Wait), (vec![(0, 10), (40, 50)], 30));
    assert_eq!(due(BreakRule::Ignore), (vec![(0, 10), (35, 45)], 25));
    assert_eq!(due(BreakRule::Preempt), (vec![(0, 40), (40, 50)], 30));
}

#[test]
fn the_next_free_clerk_takes_a_shared_break() {
    let mut model = office(CallPolicy::FirstCome, &[(0, 0), (5, 0), (5, 0)]);
    model.clerks.push(clerk());
    model.shared_breaks = vec![DayBreak { at: after(6), length: 20 * MINUTE }];
    // The first clerk is free at 10 and goes; the second serves the third customer at 15.
    assert_eq!(services(&model), [(0, 10), (5, 15), (15, 25)]);
    // Closing a counter for a while: whoever is free first, and not beyond the end.
    model.break_rule = BreakRule::Ignore;
    model.appointments[2].at = after(26);
    model.appointments.push(Booking { at: after(26), entity: 3, ..model.appointments[2] });
    assert_eq!(services(&model), [(0, 10), (5, 15), (26, 36), (26, 36)]);
    model.appointments[3].at = after(25);
    model.appointments[2].at = after(25);
    assert_eq!(services(&model), [(0, 10), (5, 15), (25, 35), (26, 36)]);
}

#[test]
fn the_last_clerk_of_a_queue_stays_until_it_is_empty() {
    let mut model = office(CallPolicy::FirstCome, &[(470, 0), (470, 0), (470, 1)]);
    model.clerks[0].queues = QueueSet::of([0]);
    model.clerks.push(Clerk { queues: QueueSet::of([1]), ..clerk() });
    model.clerks[1].shifts = vec![(after(0), after(400))];
    let (seen, end) = see(&model, 1);
    assert_eq!(services(&model), [(470, 480), (470, 480), (480, 490)]);
    assert_eq!(seen.leavers, []);
    // Ten minutes of the first beyond the shift, and eighty of the second, who had to come back.
    assert_eq!(end.overtime, 10 * MINUTE);
    assert_eq!(end.worked_over, u64::from((10 + 80) * MINUTE));
}

#[test]
fn nobody_serves_what_nobody_can() {
    let mut model = office(CallPolicy::FirstCome, &[(0, 0), (0, 1)]);
    model.clerks[0].queues = QueueSet::of([0]);
    assert_eq!(see(&model, 1).0.leavers.len(), 1);
    model.clerks[0].queues = QueueSet::ALL;
    model.rooms = vec![RoomKind { count: 1, queues: QueueSet::of([0]) }];
    assert_eq!(see(&model, 1).0.leavers.len(), 1);
}

#[test]
fn a_room_that_is_taken_keeps_a_clerk_idle() {
    let mut model = office(CallPolicy::FirstCome, &[(0, 0), (0, 0), (0, 1)]);
    model.clerks.push(clerk());
    model.rooms = vec![
        RoomKind { count: 1, queues: QueueSet::of([0]) },
        RoomKind { count: 1, queues: QueueSet::of([1]) },
    ];
    assert_eq!(services(&model), [(0, 10), (0, 10), (10, 20)]);
}

/// `clerk` sits in a room of the kind from one minute after opening to another.
fn seat(clerk: &mut Clerk, minutes: (u32, u32), room: u32) {
    clerk.seats.push(Seat { from: after(minutes.0), until: after(minutes.1), room });
}

#[test]
fn an_own_room_is_kept_busy_or_not() {
    let mut model = office(CallPolicy::FirstCome, &[(0, 0), (0, 0), (20, 1), (40, 0), (40, 0)]);
    model.clerks.push(Clerk { queues: QueueSet::of([0]), ..clerk() });
    model.rooms = vec![RoomKind { count: 1, queues: QueueSet::ALL }];
    // Whoever has the room serves all; the other has none until the room is given up.
    seat(&mut model.clerks[0], (0, 45), 0);
    let (seen, _) = see(&model, 1);
    assert_eq!(services(&model), [(0, 10), (10, 20), (20, 30), (40, 50), (50, 60)]);
    let by: Vec<u32> = seen.visits.iter().map(|visit| visit.clerk).collect();
    assert_eq!(by[..4], [0; 4]);
    // Without rooms of their own whoever is asked first takes it.
    model.clerks[0].seats.clear();
    let (seen, _) = see(&model, 1);
    assert_eq!(seen.visits[0].clerk, 1, "the one with fewer skills");
}

#[test]
fn who_sits_serves_only_those_whom_the_room_suits_or_who_need_none() {
    let mut model = office(CallPolicy::FirstCome, &[(0, 1), (5, 0), (12, 1)]);
    model.rooms = vec![
        RoomKind { count: 1, queues: QueueSet::of([0]) },
        RoomKind { count: 1, queues: QueueSet::of([1]) },
    ];
    seat(&mut model.clerks[0], (0, 30), 0);
    assert_eq!(services(&model), [(5, 15), (30, 40), (40, 50)]);
    model.rooms[1].count = RoomKind::NONE_NEEDED;
    assert_eq!(services(&model), [(0, 10), (10, 20), (20, 30)]);
}

#[test]
fn who_finds_the_own_room_taken_takes_another_and_then_the_own() {
    let mut model = office(CallPolicy::FirstCome, &[(0, 0), (2, 0), (20, 0), (25, 1)]);
    model.clerks[0].queues = QueueSet::of([0]);
    model.clerks.push(clerk());
    model.rooms = vec![
        RoomKind { count: 1, queues: QueueSet::of([0]) },
        RoomKind { count: 1, queues: QueueSet::ALL },
    ];
    // The first serves in the small room from 0 to 10; the second, whose own it is from 1 on, serves
    // in the large one from 2 to 12, has the small one then, and cannot serve the last before 60.
    seat(&mut model.clerks[1], (1, 60), 0);
    let (seen, _) = see(&model, 1);
    let minutes = |time: Millis| (time - after(0)) / MINUTE;
    let told: Vec<_> = seen.visits.iter().map(|v| (minutes(v.begin), v.clerk)).collect();
    assert_eq!(told, [(0, 0), (2, 1), (20, 1), (60, 1)]);
}

#[test]
fn who_stands_up_with_somebody_there_keeps_the_room_until_they_leave() {
    let mut model = office(CallPolicy::FirstCome, &[(0, 0), (1, 0)]);
    model.clerks.push(clerk());
    model.rooms = vec![RoomKind { count: 1, queues: QueueSet::ALL }];
    seat(&mut model.clerks[0], (0, 5), 0);
    assert_eq!(services(&model), [(0, 10), (10, 20)]);
}

#[test]
fn idle_time_for_somebody_who_does_not_come_is_counted() {
    let mut model = office(CallPolicy::FirstCome, &[(0, 0), (20, 0)]);
    model.appointments[0].show = 0.0;
    assert_eq!(see(&model, 1).1.idle_for_missed, u64::from(10 * MINUTE));
    model.appointments[1].at = after(4);
    assert_eq!(see(&model, 1).1.idle_for_missed, u64::from(4 * MINUTE));
}

/// A walk-in at 5 minutes, then appointments; the walk-in is a booking of the other channel's kind
/// that cannot be late.
fn with_walk_in(policy: CallPolicy, booked: &[(u32, u32)]) -> Vec<(Channel, u32)> {
    let mut model = office(policy, booked);
    model.kinds[1].channel = Channel::WalkIn;
    model.walk_ins = vec![scheduler_core::simulate::model::ArrivalSegment {
        from: after(5),
        until: after(6),
        per_hour: 600.0,
        mix: vec![(1, 1.0)],
    }];
    model.ticket_cap = Some(1);
    let (seen, _) = see(&model, 3);
    let minutes = |time: Millis| (time - after(0)) / MINUTE;
    seen.visits.iter().map(|v| (v.channel, minutes(v.begin))).collect()
}

#[test]
fn policies_call_in_their_order() {
    use Channel::{Appointment, WalkIn};
    // Served from 0; at 10 wait a walk-in of 5 and an appointment of 8.
    let booked = [(0, 0), (8, 0)];
    let order = |policy| with_walk_in(policy, &booked);
    let appointment_first = [(Appointment, 0), (Appointment, 10), (WalkIn, 20)];
    let walk_in_first = [(Appointment, 0), (WalkIn, 10), (Appointment, 20)];
    assert_eq!(order(CallPolicy::AppointmentsFirst), appointment_first);
    assert_eq!(order(CallPolicy::FirstCome), walk_in_first);
    assert_eq!(order(CallPolicy::ByAppointmentTime { grace: 0 }), walk_in_first);
    assert_eq!(order(CallPolicy::DuePriority), appointment_first);
    assert_eq!(order(CallPolicy::WalkInDesks), appointment_first);
}

#[test]
fn a_protected_appointment_is_not_delayed_by_a_walk_in() {
    use Channel::{Appointment, WalkIn};
    // At 10 a walk-in waits, but the appointment of 15 would have to wait for it.
    let booked = [(0, 0), (15, 0)];
    let protected = with_walk_in(CallPolicy::Protected, &booked);
    assert_eq!(protected, [(Appointment, 0), (Appointment, 15), (WalkIn, 25)]);
    let first = with_walk_in(CallPolicy::AppointmentsFirst, &booked);
    assert!(first[1].0 == WalkIn && first[2].0 == Appointment);
}

#[test]
fn a_clerk_at_a_walk_in_desk_calls_walk_ins_first() {
    let mut model = office(CallPolicy::WalkInDesks, &[(0, 0), (5, 0), (6, 1)]);
    model.kinds[1].channel = WalkIn;
    model.appointments.pop();
    model.walk_ins = vec![scheduler_core::simulate::model::ArrivalSegment {
        from: after(7),
        until: after(8),
        per_hour: 600.0,
        mix: vec![(1, 1.0)],
    }];
    model.ticket_cap = Some(1);
    let channels = |model: &DayModel| -> Vec<Channel> {
        see(model, 3).0.visits.iter().map(|visit| visit.channel).collect()
    };
    use Channel::{Appointment, WalkIn};
    assert_eq!(channels(&model), [Appointment, Appointment, WalkIn]);
    model.clerks[0].desk = vec![(after(9), after(60))];
    assert_eq!(channels(&model), [Appointment, WalkIn, Appointment]);
}
