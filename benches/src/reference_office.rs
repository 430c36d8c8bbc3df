//! REF-OFFICE-A: the office that simulation engines are compared on.
//!
//! Eight hours, eight counters, six appointments every quarter of an hour of which 15 % do not come,
//! normal lateness, twelve walk-ins an hour until half an hour before closing, lognormal service
//! times, and eight breaks in two waves that the next free counter takes. Appointments are called
//! before walk-ins. The same model stands in `peers/` for the other engines.

use std::sync::Arc;

use anyhow::Result;
use scheduler_core::simulate::{
    model::{
        ArrivalSegment, Booking, BreakRule, CallPolicy, Channel, Clerk, CustomerKind, DayBreak,
        DayModel, Lateness, MINUTE, Millis, QueueSet, RoomKind,
    },
    sample::Quantiles,
};

/// When the doors open.
const OPENS: Millis = 8 * 60 * MINUTE;

/// Minutes after opening.
const fn after(minutes: u32) -> Millis {
    OPENS + minutes * MINUTE
}

/// Services of [`everything`].
pub const SERVICES: usize = 5;

/// The office.
///
/// # Errors
/// None: the distributions are possible.
pub fn reference_office() -> Result<DayModel> {
    let kind = |channel, mean: f64, cv, entity| -> Result<CustomerKind> {
        let duration = Arc::new(Quantiles::lognormal(mean * f64::from(MINUTE), cv)?);
        Ok(CustomerKind {
            channel,
            service: 0,
            queue: 0,
            entity,
            duration,
            patience: None,
            priority: 0,
        })
    };
    let clerk =
        Clerk { queues: QueueSet::of([0]), shifts: vec![(OPENS, after(480))], ..Clerk::default() };
    let appointments = (0..192).map(|index| Booking {
        at: after(15 * (index / 6)),
        kind: 0,
        show: 0.85,
        entity: index,
    });
    let late = Quantiles::normal(
        -4.0 * f64::from(MINUTE),
        6.0 * f64::from(MINUTE),
        -15.0 * f64::from(MINUTE),
    )?;
    let wave = |at| [DayBreak { at: after(at), length: 30 * MINUTE }; 4];
    Ok(DayModel {
        opens: OPENS,
        closes: after(480),
        ticket_stop: after(480),
        ticket_cap: None,
        waiting_limit: None,
        kinds: vec![
            kind(Channel::Appointment, 13.0, 0.5, 0)?,
            kind(Channel::WalkIn, 10.0, 0.7, 1)?,
        ],
        clerks: vec![clerk; 8],
        rooms: Vec::new(),
        appointments: appointments.collect(),
        walk_ins: vec![ArrivalSegment {
            from: OPENS,
            until: after(450),
            per_hour: 12.0,
            mix: vec![(1, 1.0)],
        }],
        lateness: Lateness { table: Some(Arc::new(late)), not_before: OPENS },
        policy: CallPolicy::AppointmentsFirst,
        break_rule: BreakRule::Wait,
        shared_breaks: [wave(240), wave(271)].concat(),
    })
}

/// An office of the same size with everything that a day can have: five services, clerks with
/// different skills and shifts, own breaks, three kinds of rooms that bind, walk-in blocks, patience,
/// a waiting limit, a ticket cap and a ticket stop.
///
/// # Errors
/// None: the distributions are possible.
pub fn everything(policy: CallPolicy) -> Result<DayModel> {
    let base = reference_office()?;
    let means = [8.0, 10.0, 12.0, 15.0, 20.0];
    let mut kinds = Vec::new();
    for channel in Channel::ALL {
        for (service, mean) in (0_u32..).zip(means) {
            let patience = Quantiles::exponential(90.0 * f64::from(MINUTE))?;
            kinds.push(CustomerKind {
                channel,
                service,
                queue: service,
                entity: 100 + service,
                duration: Arc::new(Quantiles::lognormal(mean * f64::from(MINUTE), 0.6)?),
                patience: (channel == Channel::WalkIn).then(|| Arc::new(patience)),
                priority: u8::from(service == 0),
            });
        }
    }
    let clerks = (0..9_u32).map(|index| Clerk {
        queues: QueueSet::of((0..SERVICES as u32).filter(|service| (index + service) % 4 != 0)),
        shifts: vec![(after(30 * (index % 3)), after(480 - 30 * (index % 2)))],
        breaks: vec![DayBreak { at: after(210 + 15 * (index % 5)), length: 30 * MINUTE }],
        desk: vec![(after(60 * (index % 4)), after(60 * (index % 4) + 120))],
        seats: Vec::new(),
    });
    let appointments = base
        .appointments
        .iter()
        .map(|booking| Booking { kind: booking.entity % SERVICES as u32, ..*booking });
    let mix: Vec<_> = (SERVICES as u32..).zip([0.3, 0.25, 0.2, 0.15, 0.1]).collect();
    let morning = |from, until, per_hour| ArrivalSegment {
        from: after(from),
        until: after(until),
        per_hour,
        mix: mix.clone(),
    };
    let rooms = [(6, vec![0, 1, 2, 3, 4]), (1, vec![0, 1]), (2, vec![2, 3])];
    Ok(DayModel {
        ticket_stop: after(450),
        ticket_cap: Some(110),
        waiting_limit: Some(25),
        kinds,
        clerks: clerks.collect(),
        rooms: rooms.map(|(count, queues)| RoomKind { count, queues: QueueSet::of(queues) }).into(),
        appointments: appointments.collect(),
        walk_ins: vec![morning(0, 180, 16.0), morning(180, 480, 9.0)],
        policy,
        shared_breaks: Vec::new(),
        ..base
    })
}
