//! Grades -> what people and programs read. The only room that prints results.
//!
//! [`Report`] is `report.json`; every other format is rendered from it, so that two formats never disagree.

mod audit;
mod clean;
mod details;
mod diff;
mod fill;
mod form;
pub mod format;
pub mod html;
mod median;
mod redact;
mod row;
mod table;

pub use audit::audit;
pub(crate) use clean::clean;
pub use details::details;
pub use diff::{Alone, Difference, Moved, MovedCheck, Pair, ReceiptDifference, difference};
pub(crate) use fill::SCHEMA;
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
