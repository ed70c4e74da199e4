//! The reference through the grader: all points, and the numbers that the notebook prints.

use std::sync::LazyLock;

use grader::report::{CheckReport, Report, VerdictReport};
use serde_json::Value;

use crate::files::repository;
use crate::run::report;

static REPORT: LazyLock<Report> = LazyLock::new(|| report(&repository().join("reference")));

/// Where a number stands in a report.
#[derive(Clone, Copy)]
enum Column {
    Got,
    Want,
}
use Column::{Got, Want};

/// Everything that the notebook prints, as it prints it, and the check that has it.
#[rustfmt::skip] // One number per line.
const NOTEBOOK: &[(&str, &str, Column, &[&str])] = &[
    ("H(p)", "core-identity/entropy-of-the-notebook-s-p", Got, &["0.801819"]),
    ("H(p, q)", "core-identity/cross-entropy-of-the-notebook-s-p-and-q", Got, &["0.886941"]),
    ("D_KL(p || q)", "core-identity/kl-divergence-of-the-notebook-s-p-and-q", Got, &["0.085123"]),
    ("target", "one-hot/the-one-hot-target-of-the-notebook", Got, &["0.", "0.", "1.", "0."]),
    ("Categorical CE", "one-hot/categorical-cross-entropy-of-the-notebook", Got, &["0.510826"]),
    ("-log p_hat[c]", "one-hot/categorical-cross-entropy-of-the-notebook", Want, &["0.510826"]),
    ("For y=1 and p_hat=0.8", "binary/the-notebook-s-y-1-and-p-hat-0-8", Got, &["0.223144"]),
    ("closed-form gradient", "gradient/gradient-of-the-notebook-s-logits", Got, &["0.358036", "0.107838", "-0.465874"]),
    ("finite-diff gradient", "gradient/the-closed-form-equals-finite-differences", Want, &["0.358036", "0.107838", "-0.465874"]),
    ("Average token cross-entropy", "perplexity-from-probs/average-cross-entropy-of-the-notebook-s-tokens", Got, &["1.075472"]),
    ("Perplexity", "perplexity-from-probs/perplexity-of-the-notebook-s-tokens", Got, &["2.931377"]),
    ("Stable log-softmax", "log-softmax/log-softmax-of-the-notebook-s-large-logits", Got, &["-1.407606", "-0.407606", "-2.407606"]),
    ("sum of exp(stable)", "log-softmax/probabilities-sum-to-1-after-exponentiation", Got, &["1.0"]),
    ("hard target", "label-smoothing/the-hard-target-of-the-notebook", Got, &["1.", "0.", "0.", "0.", "0."]),
    ("smoothed target", "label-smoothing/the-smoothed-target-of-the-notebook", Got, &["0.92", "0.02", "0.02", "0.02", "0.02"]),
    ("Entropy(hard)", "label-smoothing/entropy-of-the-hard-target", Got, &["0.000000"]),
    ("Entropy(smoothed)", "label-smoothing/entropy-of-the-smoothed-target", Got, &["0.389673"]),
    ("Correct masked average", "masked-mean/the-masked-average-of-the-notebook", Got, &["0.550000"]),
    ("Naive zeroed average", "masked-mean/it-differs-from-the-average-of-zeroed-losses", Want, &["0.366667"]),
    ("model q", "smoothed-cross-entropy/the-notebook-s-model-q", Got, &["0.9032", "0.0741", "0.0165", "0.0061"]),
    ("CE one-hot", "smoothed-cross-entropy/cross-entropy-with-the-one-hot-target", Got, &["0.101779"]),
    ("CE smoothed", "smoothed-cross-entropy/cross-entropy-with-the-smoothed-target", Got, &["0.389279"]),
    ("sum of the smoothed target", "smoothed-cross-entropy/the-smoothed-target-is-still-normalized", Got, &["1.0"]),
    ("cross-entropy nats", "perplexity/cross-entropy-of-the-notebook-s-tokens", Got, &["1.26"]),
    ("perplexity", "perplexity/perplexity-of-the-notebook-s-tokens", Got, &["3.525421"]),
];

fn check(id: &str) -> &'static CheckReport {
    let (exercise, check) = id.split_once('/').unwrap();
    let exercise = REPORT.submissions[0].exercises.iter().find(|one| one.id == exercise);
    let check = exercise.and_then(|exercise| exercise.checks.iter().find(|one| one.id == check));
    check.unwrap_or_else(|| panic!("no check {id}"))
}

/// A number or a list of numbers, with as many decimals as the notebook prints of each.
fn printed(value: &Value, like: &[&str]) -> Vec<String> {
    let numbers = match value {
        Value::Array(numbers) => numbers.as_slice(),
        number => std::slice::from_ref(number),
    };
    assert_eq!(numbers.len(), like.len(), "{value}");
    let shown = |(number, like): (&Value, &&str)| {
        let decimals = like.split_once('.').unwrap().1.len();
        let dot = if decimals == 0 { "." } else { "" };
        format!("{:.decimals$}{dot}", number.as_f64().unwrap())
    };
    numbers.iter().zip(like).map(shown).collect()
}

#[test]
fn the_reference_earns_all_points() {
    let [reference] = REPORT.submissions.as_slice() else {
        panic!("{} submissions", REPORT.submissions.len());
    };
    let score = reference.score.unwrap();
    assert_eq!((score.earned, score.possible), (100.0, 100.0));
    assert_eq!(reference.exercises.len(), 10);
    for check in reference.exercises.iter().flat_map(|exercise| &exercise.checks) {
        assert_eq!(check.verdict, VerdictReport::Pass, "{}", check.id);
        assert_eq!(check.earned, check.possible, "{}", check.id);
    }
}

#[test]
fn the_reference_s_report_holds_every_number_that_the_notebook_prints() {
    for (what, id, column, numbers) in NOTEBOOK {
        let observed = &check(id).observed[0];
        let value = match column {
            Got => &observed.got,
            Want => &observed.want,
        };
        assert_eq!(printed(value, numbers), *numbers, "{what}");
    }
}
