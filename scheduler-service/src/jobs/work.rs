//! What jobs do.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

use super::{Run, Tasks};
use crate::studies::tasks::Prepared;
use crate::studies::{Failure, Study, StudyError};

/// What jobs do. Called on threads where it may take its time; stops soon after the run is cancelled.
pub trait Work: Send + Sync {
    /// Does a job: its request as JSON in, its result as JSON out. What can be done elsewhere may be
    /// given to `tasks`.
    ///
    /// # Errors
    /// Why there is no result.
    fn job(&self, study: Study, request: &str, tasks: &Tasks, run: &Run)
    -> Result<String, Failure>;

    /// Does a task that a job has given away.
    ///
    /// # Errors
    /// [`StudyError::Stopped`], and why the job will find no outcome either.
    fn task(&self, order: &TaskOrder<'_>, run: &Run) -> Result<String, StudyError>;
}

/// A task to do.
pub struct TaskOrder<'a> {
    /// The job that it is a part of.
    pub job: Uuid,
    /// What to do.
    pub request: &'a str,
    /// Reads the kind and the request of the job; `None` where it has ended.
    pub of_job: &'a dyn Fn() -> Option<(Study, String)>,
    /// Reads the outcome of an earlier task of the job by its name.
    pub outcome_of: &'a dyn Fn(&str) -> Option<String>,
}

impl fmt::Debug for TaskOrder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskOrder").field("job", &self.job).finish_non_exhaustive()
    }
}

/// The studies that requests ask for.
#[derive(Debug, Default)]
pub struct Studies {
    /// The job whose task was done last: there are mostly more.
    last: Mutex<Option<(Uuid, Arc<Prepared>)>>,
}

impl Studies {
    fn prepared(&self, order: &TaskOrder<'_>) -> Result<Arc<Prepared>, StudyError> {
        let last = || self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((job, prepared)) = &*last()
            && *job == order.job
        {
            return Ok(Arc::clone(prepared));
        }
        let (study, request) = (order.of_job)().ok_or(StudyError::Stopped)?;
        let prepared = Prepared::new(study, &request)?;
        let none = || StudyError::internal("a task of a study that has none");
        let prepared = Arc::new(prepared.ok_or_else(none)?);
        *last() = Some((order.job, Arc::clone(&prepared)));
        Ok(prepared)
    }
}

impl Work for Studies {
    fn job(
        &self,
        study: Study,
        request: &str,
        tasks: &Tasks,
        run: &Run,
    ) -> Result<String, Failure> {
        study.perform_split(request, tasks, run).map_err(|error| Failure::from(&error))
    }

    fn task(&self, order: &TaskOrder<'_>, run: &Run) -> Result<String, StudyError> {
        self.prepared(order)?.task(order.request, order.outcome_of, run)
    }
}
