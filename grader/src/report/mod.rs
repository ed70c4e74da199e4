//! Grades -> what people and programs read. The only room that prints results.
//!
//! [`Report`] is `report.json`; every other format is rendered from it, so that two formats never disagree.

mod audit;
mod clean;
mod details;
mod fill;
mod form;
pub mod html;
mod redact;
mod row;
mod table;

pub use audit::audit;
pub use details::details;
pub use fill::diagnoses;
pub use form::{
    AdjustmentReport, CheckReport, DiagnosisReport, DiagnosticReport, ExerciseHeader, ExerciseReport, GradeReport,
    Header, LateReport, ObservedReport, OutcomeReport, ReceiptReport, Report, ScoreReport, Status, StudentReport,
    SubmissionReport, SubmittedReport, VerdictReport, VisibilityReport, WorstReport,
};
pub use redact::redacted;
pub use row::Row;
pub(crate) use table::{plural, points};
pub use table::{summary, table};
