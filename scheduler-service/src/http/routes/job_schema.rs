//! Jobs in the OpenAPI document: one schema for each kind, told apart by that

use std::borrow::Cow;

use scheduler_core::report::simulation::{ComparisonReport, SimulationReport};
use scheduler_core::report::staffing::StaffingReport;
use utoipa::openapi::schema::{Discriminator, ObjectBuilder, OneOfBuilder, RefBuilder, Type};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::job_view::{JobFields, JobKind, JobView};
use crate::studies::plan::PlanAnswer;

impl JobKind {
    fn about(self) -> &'static str {
        match self {
            Self::Plan => "A plan for a scenario, in the making or done.",
            Self::Simulation => "A simulation of a scenario, under way or done.",
            Self::Comparison => "A comparison of variants with a scenario, under way or done.",
            Self::Staffing => "The least staff of a scenario, looked for or found.",
        }
    }
}

/// What a kind of job is called among the schemas, and that of its result.
type Kind = (JobKind, &'static str, RefOr<Schema>);

/// Jobs by their kind, which says what the result is.
fn kinds() -> [Kind; 4] {
    fn of<T: ToSchema>(kind: JobKind, name: &'static str) -> Kind {
        (kind, name, Ref::from_schema_name(T::name()).into())
    }
    [
        of::<PlanAnswer>(JobKind::Plan, "PlanJob"),
        of::<SimulationReport>(JobKind::Simulation, "SimulationJob"),
        of::<ComparisonReport>(JobKind::Comparison, "ComparisonJob"),
        of::<StaffingReport>(JobKind::Staffing, "StaffingJob"),
    ]
}

impl PartialSchema for JobView {
    fn schema() -> RefOr<Schema> {
        let about = "Work that is done in the background, by any process on the database; what it \
            comes to depends on its kind.\n\nOnly its client sees it. Where its process dies it is \
            begun anew, three times at most. It is kept for a day after its end, unless the operator \
            has set another time or 100 newer ones of the same client have ended since.";
        let named = |name| Ref::from_schema_name(name);
        let mapping = kinds().map(|(kind, name, _)| (kind.word(), named(name).ref_location));
        let jobs = OneOfBuilder::new()
            .description(Some(about))
            .discriminator(Some(Discriminator::with_mapping("kind", mapping)));
        kinds().iter().fold(jobs, |jobs, &(_, name, _)| jobs.item(named(name))).into()
    }
}

impl ToSchema for JobView {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("JobView")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        JobFields::schemas(schemas);
        let mut also = |name: Cow<'static, str>, schema| schemas.push((name.into_owned(), schema));
        also(PlanAnswer::name(), PlanAnswer::schema());
        also(SimulationReport::name(), SimulationReport::schema());
        also(ComparisonReport::name(), ComparisonReport::schema());
        also(StaffingReport::name(), StaffingReport::schema());
        for (kind, name, result) in kinds() {
            let RefOr::T(Schema::Object(fields)) = JobFields::schema() else { continue };
            let word = ObjectBuilder::new()
                .schema_type(Type::String)
                .description(Some("What it makes."))
                .enum_values(Some([kind.word()]));
            let result = match result {
                RefOr::Ref(result) => RefBuilder::from(result)
                    .description(Some("The answer, once it is done."))
                    .into(),
                other => other,
            };
            let job = ObjectBuilder::from(fields)
                .description(Some(kind.about()))
                .property("kind", word)
                .property("result", result);
            schemas.push((name.to_owned(), job.into()));
        }
        PlanAnswer::schemas(schemas);
        SimulationReport::schemas(schemas);
        ComparisonReport::schemas(schemas);
        StaffingReport::schemas(schemas);
    }
}
