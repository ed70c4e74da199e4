//! A property: one bool, and of its comparisons the one to show.

use grader_abi::Value;

use super::case::Case;
use super::finding::{Finding, Halt, stopped};
use crate::compare::compare;
use crate::expression::{Compared, Formula, Whose};

impl<'a> Case<'a> {
    pub(super) fn holds(&self, formula: &'a Formula, site: usize) -> Result<Finding<'a>, Halt> {
        let (value, missing, compared) = self.run(formula, Whose::Student, self.inputs, site);
        let value = stopped(value, missing)?;
        let with_nan = compared.iter().position(|compared| compared.nan);
        let unmet = || compared.iter().position(|compared| !compared.holds);
        let shown = with_nan.or_else(unmet).unwrap_or(0);
        let shown = compared.into_iter().nth(shown);
        let why = match (&*value, with_nan, &shown) {
            (_, Some(_), Some(compared)) => Some(about(compared, formula, "a NaN is in the comparison".to_owned())),
            (Value::Bool(true), ..) => None,
            (_, _, Some(compared)) if !compared.holds => Some(self.unmet(compared, formula)),
            _ => Some("it is false".to_owned()),
        };
        let equality = shown
            .as_ref()
            .filter(|compared| compared.operator == "==" && !compared.holds);
        let worst = equality.and_then(|compared| compare(&compared.got, &compared.want, self.check.tolerance).worst);
        let (got, want) = shown.map(|compared| (compared.got, compared.want)).unzip();
        Ok(Finding {
            worst,
            ..Finding::new(why, got, want)
        })
    }

    fn unmet(&self, compared: &Compared<'_>, formula: &Formula) -> String {
        let why = compare(&compared.got, &compared.want, self.check.tolerance).why;
        let why = match (compared.operator, why) {
            ("==", Some(why)) => format!("left differs from right: {why}"),
            ("!=", _) => "left equals right, within the tolerance".to_owned(),
            (operator, _) => format!("left {operator} right does not hold"),
        };
        about(compared, formula, why)
    }
}

/// Says which comparison is meant where there are several.
fn about(compared: &Compared<'_>, formula: &Formula, why: String) -> String {
    if compared.text == formula.text {
        why
    } else {
        format!("in `{}`, {why}", compared.text)
    }
}
