//! How the office runs: durations, no-shows, tickets, online services.

use super::{Editor, SERVICES};
use crate::scenario::{Edit, NoShow, Online, ServiceTime, Shape, TicketRule};

impl Editor {
    pub(super) fn divert_online(&mut self, share: f64, services: &[String]) {
        let Some(services) = self.services(Some(services)) else { return };
        let online = &mut self.operations().online;
        for service in services {
            match online.iter_mut().find(|entry| entry.service == service) {
                Some(entry) => entry.share = share,
                None => online.push(Online { service, share }),
            }
        }
    }

    pub(super) fn set_no_show(&mut self, probability: f64, per_week_of_lead: Option<f64>) {
        self.operations().no_show = Some(NoShow { probability, per_week_of_lead });
    }

    pub(super) fn scale_duration(&mut self, factor: f64, services: Option<&[String]>) {
        let Some(services) = self.services(services) else { return };
        for service in services {
            let Some(time) = self.service_time(&service) else { continue };
            if time.distribution == Some(Shape::Empirical) {
                time.minutes.iter_mut().for_each(|minutes| *minutes *= factor);
            } else if let Some(mean) = &mut time.mean_minutes {
                *mean *= factor;
            }
        }
    }

    pub(super) fn set_slot_minutes(&mut self, services: &[String], minutes: u32) {
        let Some(services) = self.services(Some(services)) else { return };
        for id in services {
            // The service takes as long as before, which is the slot's length by default.
            self.service_time(&id);
            self.own(SERVICES, &id, "minutes");
            for service in self.scenario.services.iter_mut().filter(|service| service.id == id) {
                service.minutes = minutes;
            }
        }
    }

    /// How long `service` takes, said in figures.
    fn service_time(&mut self, service: &str) -> Option<&mut ServiceTime> {
        let planned = self.scenario.services.iter().find(|entry| entry.id == service)?.minutes;
        let times = &mut self.operations().service_times;
        let position = times.iter().position(|entry| entry.service == service);
        let position = position.unwrap_or_else(|| {
            times.push(ServiceTime {
                service: service.to_owned(),
                distribution: None,
                mean_minutes: None,
                cv: None,
                minutes: Vec::new(),
            });
            times.len() - 1
        });
        let time = times.get_mut(position)?;
        if time.distribution != Some(Shape::Empirical) {
            time.mean_minutes.get_or_insert(f64::from(planned));
        }
        Some(time)
    }

    pub(super) fn set_tickets(&mut self, edit: &Edit) {
        let Edit::SetTickets { sites, most_a_day, stop_minutes_before_closing, most_waiting } =
            edit
        else {
            return;
        };
        let Some(sites) = self.sites(sites.as_deref()) else { return };
        let tickets = &mut self.operations().tickets;
        tickets.retain(|rule| !sites.contains(&rule.site));
        tickets.extend(sites.into_iter().map(|site| TicketRule {
            site,
            most_a_day: *most_a_day,
            stop_minutes_before_closing: *stop_minutes_before_closing,
            most_waiting: *most_waiting,
            ..TicketRule::default()
        }));
    }
}
