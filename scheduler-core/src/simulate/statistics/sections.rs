//! Figures that are no ratios, such as quantiles: intervals from groups of replications.

use super::estimate::Estimate;

/// A figure of all replications together with an interval from its values in groups of them;
/// `None` without a group. `replications` is how many there are in all groups.
///
/// Sectioning: unlike with batching, the spread is taken about the figure of all replications,
/// which is less biased than the mean over groups (Asmussen and Glynn, Stochastic Simulation, 2007,
/// III.5a, doi:10.1007/978-0-387-69033-9; Nakayama 2014, doi:10.1145/2558328). Student's t with one
/// degree less than groups.
pub fn sectioned(overall: f64, sections: &[f64], replications: u64) -> Option<Estimate> {
    spread(overall, sections.iter().copied(), replications)
}

/// The figure of `variant` less that of `base`, both over all replications, with an interval from
/// the differences in the groups, which are paired; `None` without a pair.
pub fn sectioned_difference(
    (base, base_sections): (f64, &[f64]),
    (variant, variant_sections): (f64, &[f64]),
    replications: u64,
) -> Option<Estimate> {
    let pairs = base_sections.iter().zip(variant_sections);
    spread(variant - base, pairs.map(|(base, variant)| variant - base), replications)
}

fn spread(
    overall: f64,
    sections: impl Iterator<Item = f64>,
    replications: u64,
) -> Option<Estimate> {
    let (mut squares, mut count) = (0.0, 0_u32);
    for section in sections {
        squares += (section - overall) * (section - overall);
        count += 1;
    }
    if count == 0 {
        return None;
    }
    let m = f64::from(count);
    let variance = squares / (m * (m - 1.0).max(1.0));
    Some(Estimate::new(overall, variance, m - 1.0, replications))
}
