//! The figures of a run as estimates.

use super::estimate::{Estimate, Sample, difference, ratio};
use super::sections::{sectioned, sectioned_difference};
use crate::simulate::result::Run;

/// The figure at position `kpi` of [`Run::kpis`] with its interval; `None` where nothing was
/// counted, such as the wait of walk-ins where there are none.
pub fn estimate(run: &Run, kpi: usize) -> Option<Estimate> {
    if run.kpis.get(kpi)?.id.quantile().is_some() {
        return sectioned(run.quantile(kpi)?, &run.section_quantiles(kpi), run.replications);
    }
    ratio(samples(run, kpi))
}

/// The figure at position `after.1` of the run `after.0` less that at `before.1` of `before.0`,
/// paired by replication: both runs have the same seed. `None` where one of them counted nothing.
pub fn change(before: (&Run, usize), after: (&Run, usize)) -> Option<Estimate> {
    let quantile =
        |(run, kpi): (&Run, usize)| Some((run.quantile(kpi)?, run.section_quantiles(kpi)));
    if before.0.kpis.get(before.1)?.id.quantile().is_some() {
        let ((base, base_sections), (variant, variant_sections)) =
            (quantile(before)?, quantile(after)?);
        let replications = before.0.replications.min(after.0.replications);
        return sectioned_difference(
            (base, &base_sections),
            (variant, &variant_sections),
            replications,
        );
    }
    difference(samples(before.0, before.1), samples(after.0, after.1))
}

fn samples(run: &Run, kpi: usize) -> impl Iterator<Item = Sample> + Clone {
    run.samples.iter().map(move |replication| replication.get(kpi).copied().unwrap_or_default())
}
