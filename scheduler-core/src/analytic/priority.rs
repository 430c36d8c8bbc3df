//! Classes of customers, the first before the second and so on, without interrupting service.
//!
//! A. Cobham, "Priority assignment in waiting line problems", 1954, doi:10.1287/opre.2.1.70.

use super::erlang::erlang_c;
use super::error::{AnalyticError, at_least_one, not_negative, positive, stable};
use super::single_server::{ServiceMoments, SingleServer, residual};

/// One class of customers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ServiceClass {
    /// Customers in a unit of time.
    pub arrival_rate: f64,
    /// Their service time.
    pub service: ServiceMoments,
}

/// Mean wait of each class, the first class being called first, at `servers` with one exponential
/// service time for all.
///
/// # Errors
/// A rate is out of range, or all classes together are more than the servers can serve.
pub fn priority_multi_server(
    arrival_rates: &[f64],
    service_rate: f64,
    servers: u32,
) -> Result<Vec<f64>, AnalyticError> {
    positive("service rate", service_rate)?;
    for rate in arrival_rates {
        not_negative("arrival rate", *rate)?;
    }
    let capacity = at_least_one(servers)? * service_rate;
    let offered = arrival_rates.iter().sum::<f64>() / service_rate;
    // All servers are busy, and one of them gets free after this time.
    let first_free = erlang_c(offered, servers)? / capacity;
    let loads: Vec<f64> = arrival_rates.iter().map(|rate| rate / capacity).collect();
    Ok(cobham(first_free, &loads))
}

/// Mean wait of each class, the first class being called first, at one server. Service times may
/// differ between classes.
///
/// # Errors
/// A rate or a moment is out of range, or the load of all classes is not below 1.
pub fn priority_single_server(classes: &[ServiceClass]) -> Result<Vec<f64>, AnalyticError> {
    for class in classes {
        // Says what is wrong with a class of its own, an unstable one included.
        SingleServer::new(class.arrival_rate, class.service)?;
    }
    let loads: Vec<f64> =
        classes.iter().map(|class| class.arrival_rate * class.service.first).collect();
    stable(loads.iter().sum(), 1.0)?;
    let found: f64 = classes.iter().map(|class| residual(class.arrival_rate, &class.service)).sum();
    Ok(cobham(found, &loads))
}

/// A customer waits for the work found in service, and for that of its own and higher classes,
/// while that of higher classes goes on arriving.
fn cobham(found_in_service: f64, loads: &[f64]) -> Vec<f64> {
    let mut higher = 0.0;
    loads
        .iter()
        .map(|load| {
            let own = higher + load;
            let wait = found_in_service / ((1.0 - higher) * (1.0 - own));
            higher = own;
            wait
        })
        .collect()
}
