//! A plan + somebody who answers calls -> verdicts.
//!
//! Works in waves: every case is evaluated with the answers known so far, the calls that are missing are collected over all
//! checks and sent together, and so on until none is missing. Nested calls take one more wave each. All cases of a wave are
//! independent, so that a caller can send them ahead of the answers.
//!
//! Must never: ask the student for anything the reference is to answer, or let an answer to one check reach another.

use std::collections::BTreeMap;

use grader_abi::Value;

use crate::compare::{Worst, compare, has_nan, is_finite};
use crate::expression::{Compared, Formula, Missing, Scope, Stop, Whose, rank};
use crate::outcome::{Call, Caller, Outcome};
use crate::plan::{Check, Plan, Rule, Want};
use crate::verdict::{Judged, Observed, Verdict};

/// What the reference answers to each of its calls: by check, case and site. Asked once per run.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReferenceAnswers {
    /// By check of the plan; empty for checks that were not asked.
    pub(crate) checks: BTreeMap<usize, Vec<Answers>>,
}

/// Answers of one case, by site.
pub(crate) type Answers = Vec<Option<Outcome>>;

impl ReferenceAnswers {
    /// Asks the reference all that these checks need of it.
    pub fn ask(plan: &Plan, checks: &[usize], caller: &mut dyn Caller) -> Self {
        let empty = |index: &usize| {
            (
                *index,
                plan.checks[*index].cases.iter().map(|_| Answers::new()).collect(),
            )
        };
        let mut answers = Self {
            checks: checks.iter().map(empty).collect(),
        };
        loop {
            let mut wave = Wave::default();
            for (index, cases) in &answers.checks {
                let check = &plan.checks[*index];
                for (case, known) in cases.iter().enumerate() {
                    let attempt = Attempt {
                        plan,
                        check,
                        inputs: &check.cases[case],
                        student: &[],
                        reference: known,
                    };
                    let missing = attempt.judge().err().unwrap_or_default();
                    let asked = missing.into_iter().filter(|missing| missing.whose == Whose::Reference);
                    wave.add(
                        Place {
                            check: *index,
                            case,
                            replay: false,
                        },
                        asked,
                    );
                }
            }
            if wave.calls.is_empty() {
                return answers;
            }
            for (place, site, outcome) in wave.ask(caller) {
                put(
                    &mut answers
                        .checks
                        .get_mut(&place.check)
                        .expect("only these checks were asked")[place.case],
                    site,
                    outcome,
                );
            }
        }
    }

    fn of(&self, check: usize, case: usize) -> &[Option<Outcome>] {
        self.checks
            .get(&check)
            .and_then(|cases| cases.get(case))
            .map_or(&[], Vec::as_slice)
    }
}

/// Judges these checks: one verdict each, in their order. The reference must have been asked about all of them.
pub fn judge(plan: &Plan, checks: &[usize], reference: &ReferenceAnswers, caller: &mut dyn Caller) -> Vec<Judged> {
    let mut trials: Vec<Trial> = checks.iter().map(|index| Trial::new(plan, *index)).collect();
    loop {
        let mut wave = Wave::default();
        for trial in &mut trials {
            trial.advance(plan, reference, &mut wave);
        }
        if wave.calls.is_empty() {
            return trials.into_iter().map(|trial| trial.verdict(plan)).collect();
        }
        let places: BTreeMap<usize, usize> = checks.iter().enumerate().map(|(at, index)| (*index, at)).collect();
        for (place, site, outcome) in wave.ask(caller) {
            trials[places[&place.check]].take(place, site, outcome);
        }
    }
}

/// Where an answer belongs.
#[derive(Debug, Clone, Copy)]
struct Place {
    check: usize,
    case: usize,
    replay: bool,
}

/// The calls of one wave.
#[derive(Default)]
struct Wave {
    calls: Vec<Call>,
    places: Vec<(Place, usize)>,
}

impl Wave {
    /// Adds the calls of one case; the first of them gets a fresh instance.
    fn add(&mut self, place: Place, missing: impl Iterator<Item = Missing>) {
        for (count, missing) in missing.enumerate() {
            self.calls.push(Call {
                fresh: count == 0,
                ..missing.call
            });
            self.places.push((place, missing.site));
        }
    }

    fn ask(self, caller: &mut dyn Caller) -> impl Iterator<Item = (Place, usize, Outcome)> {
        let mut outcomes = caller.answer(&self.calls).into_iter();
        self.places.into_iter().map(move |(place, site)| {
            // Fewer answers than calls is never a pass.
            let outcome = outcomes.next().unwrap_or(Outcome::HarnessFault {
                why: "an answer is missing".to_owned(),
            });
            (place, site, outcome)
        })
    }
}

fn put(answers: &mut Answers, site: usize, outcome: Outcome) {
    if answers.len() <= site {
        answers.resize(site + 1, None);
    }
    answers[site] = Some(outcome);
}

/// A check while its cases are being asked.
struct Trial {
    check: usize,
    cases: Vec<Result<(Verdict, Observed), Answers>>,
    /// The first case asked again: the answers to the same calls.
    replay: Answers,
    first: Answers,
}

impl Trial {
    fn new(plan: &Plan, check: usize) -> Self {
        let cases = plan.checks[check].cases.iter().map(|_| Err(Answers::new())).collect();
        Self {
            check,
            cases,
            replay: Answers::new(),
            first: Answers::new(),
        }
    }

    /// Judges the cases that can be judged and adds to the wave what the others miss. The first case is asked again at the
    /// end, on a fresh instance, by the same calls.
    fn advance(&mut self, plan: &Plan, reference: &ReferenceAnswers, wave: &mut Wave) {
        let check = &plan.checks[self.check];
        let mut replay = Vec::new();
        for (case, state) in self.cases.iter_mut().enumerate() {
            let Err(student) = state else { continue };
            let reference = reference.of(self.check, case);
            let attempt = Attempt {
                plan,
                check,
                inputs: &check.cases[case],
                student,
                reference,
            };
            match attempt.judge() {
                Ok(done) => {
                    if case == 0 {
                        self.first = std::mem::take(student);
                    }
                    *state = Ok(done);
                }
                Err(missing) => {
                    let students: Vec<Missing> = missing
                        .into_iter()
                        .filter(|missing| missing.whose == Whose::Student)
                        .collect();
                    if students.is_empty() {
                        let why = "an answer of the reference is missing".to_owned();
                        *state = Ok((Verdict::NotGraded { why }, attempt.observed(None, None)));
                        continue;
                    }
                    if case == 0 && check.deterministic {
                        replay.clone_from(&students);
                    }
                    wave.add(
                        Place {
                            check: self.check,
                            case,
                            replay: false,
                        },
                        students.into_iter(),
                    );
                }
            }
        }
        wave.add(
            Place {
                check: self.check,
                case: 0,
                replay: true,
            },
            replay.into_iter(),
        );
    }

    fn take(&mut self, place: Place, site: usize, outcome: Outcome) {
        if place.replay {
            put(&mut self.replay, site, outcome);
        } else if let Err(answers) = &mut self.cases[place.case] {
            put(answers, site, outcome);
        }
    }

    fn verdict(self, plan: &Plan) -> Judged {
        let cases = self.cases.len();
        let replayed = self.replayed();
        let judged: Vec<(Verdict, Observed)> = self.cases.into_iter().filter_map(Result::ok).collect();
        let failing = judged.iter().filter(|(verdict, _)| !verdict.is_pass()).count();
        // The grader's own fault comes before anything that could be held against the student.
        let shown = judged.iter().position(|(verdict, _)| verdict.is_not_graded());
        let shown = shown
            .or_else(|| judged.iter().position(|(verdict, _)| !verdict.is_pass()))
            .unwrap_or(0);
        let first = judged.into_iter().nth(shown);
        let (mut verdict, observed) = first.unwrap_or_else(|| {
            let why = format!("{} has no case", plan.full_id(self.check));
            (Verdict::NotGraded { why }, Observed::default())
        });
        if let (Verdict::Pass, Some(replayed)) = (&verdict, replayed) {
            verdict = replayed;
        }
        Judged {
            verdict,
            observed,
            cases,
            failing,
        }
    }

    /// What is wrong with the answers to the first case when it is asked again.
    fn replayed(&self) -> Option<Verdict> {
        let pairs = self.first.iter().flatten().zip(self.replay.iter().flatten());
        pairs
            .into_iter()
            .find(|(first, again)| !alike(first, again))
            .map(|(first, again)| match again {
                Outcome::HarnessFault { why } => Verdict::NotGraded { why: why.clone() },
                Outcome::Returned(_) | Outcome::Panicked { .. } | Outcome::NotImplemented => {
                    let (first, again) = (answer_text(first), answer_text(again));
                    Verdict::Fail {
                        why: format!("not deterministic: asked twice, it first {first} and then {again}"),
                    }
                }
                Outcome::TimedOut { .. }
                | Outcome::OutOfMemory
                | Outcome::Crashed { .. }
                | Outcome::Exited { .. }
                | Outcome::Refused { .. }
                | Outcome::BadAnswer { .. } => Verdict::Error {
                    call: "the first case, asked again".to_owned(),
                    outcome: again.clone(),
                },
            })
    }
}

fn answer_text(outcome: &Outcome) -> String {
    if let Outcome::Returned(value) = outcome {
        format!("returned {}", crate::show::show(value))
    } else {
        outcome.to_string()
    }
}

/// Whether two answers are the same: exactly, but for NaNs, which are alike, and for the texts of panics.
fn alike(a: &Outcome, b: &Outcome) -> bool {
    match (a, b) {
        (Outcome::Returned(a), Outcome::Returned(b)) => {
            a == b || (has_nan(a) && crate::show::show(a) == crate::show::show(b))
        }
        _ => std::mem::discriminant(a) == std::mem::discriminant(b),
    }
}

/// One case with the answers known so far.
struct Attempt<'a> {
    plan: &'a Plan,
    check: &'a Check,
    inputs: &'a [Value],
    student: &'a [Option<Outcome>],
    reference: &'a [Option<Outcome>],
}

/// What one case came to: got, want, and why it is not good enough.
struct Finding {
    got: Option<Value>,
    want: Option<Value>,
    worst: Option<Worst>,
    why: Option<String>,
}

/// Why a case has no finding.
enum Halt {
    Missing(Vec<Missing>),
    Verdict(Box<Verdict>, Option<Value>),
}

impl Attempt<'_> {
    fn judge(&self) -> Result<(Verdict, Observed), Vec<Missing>> {
        let finding = match &self.check.rule {
            Rule::Call { formula, want } => self.call(formula, want),
            Rule::Holds(formula) => self.holds(formula),
            Rule::Gradient { of, wrt, equals, step } => self.gradient(of, *wrt, equals, *step),
            Rule::Finite(formula) => self.finite(formula),
            Rule::Panics(formula) => self.panics(formula),
        };
        match finding {
            Ok(finding) => {
                let verdict = finding.why.map_or(Verdict::Pass, |why| Verdict::Fail { why });
                let observed = self.observed(finding.got, finding.want);
                Ok((
                    verdict,
                    Observed {
                        worst: finding.worst,
                        ..observed
                    },
                ))
            }
            Err(Halt::Verdict(verdict, want)) => Ok((*verdict, self.observed(None, want))),
            Err(Halt::Missing(missing)) => Err(missing),
        }
    }

    fn observed(&self, got: Option<Value>, want: Option<Value>) -> Observed {
        let names = self.check.names.iter().map(|(name, _)| name.clone());
        Observed {
            inputs: names.zip(self.inputs.iter().cloned()).collect(),
            got,
            want,
            worst: None,
        }
    }

    fn call(&self, formula: &Formula, want: &Want) -> Result<Finding, Halt> {
        let want = self.want(formula, want);
        let got = self.evaluate(formula, Whose::Student, 0);
        let (want, got) = both(want, got)?;
        Ok(self.compared(got, want))
    }

    fn want(&self, formula: &Formula, want: &Want) -> Result<Value, Halt> {
        match want {
            Want::Reference => self.evaluate(formula, Whose::Reference, 0),
            Want::Value(value) => Ok(value.clone()),
            Want::Formula(want) => self.evaluate(want, Whose::Reference, formula.sites),
        }
    }

    fn compared(&self, got: Value, want: Value) -> Finding {
        let comparison = compare(&got, &want, self.check.tolerance);
        Finding {
            got: Some(got),
            want: Some(want),
            worst: comparison.worst,
            why: comparison.why,
        }
    }

    fn holds(&self, formula: &Formula) -> Result<Finding, Halt> {
        let mut scope = self.scope(Whose::Student, self.inputs, 0);
        let value = formula.evaluate(&mut scope);
        let compared = std::mem::take(&mut scope.compared);
        let value = self.stopped(value, scope.missing)?;
        let with_nan = compared.iter().find(|compared| compared.nan);
        let shown = with_nan
            .or_else(|| compared.iter().find(|compared| !compared.holds))
            .or(compared.first())
            .cloned();
        let why = match (value, with_nan) {
            (_, Some(_)) => Some("a NaN is in the comparison".to_owned()),
            (Value::Bool(true), None) => None,
            (_, None) => Some(
                shown
                    .as_ref()
                    .map_or("it is false".to_owned(), |compared| self.unmet(compared)),
            ),
        };
        let worst = shown.as_ref().and_then(|compared| self.worst_of(compared));
        let (got, want) = shown.map(|compared| (compared.got, compared.want)).unzip();
        Ok(Finding { got, want, worst, why })
    }

    fn worst_of(&self, compared: &Compared) -> Option<Worst> {
        let equality = compared.operator == "==" && !compared.holds;
        equality
            .then(|| compare(&compared.got, &compared.want, self.check.tolerance).worst)
            .flatten()
    }

    fn unmet(&self, compared: &Compared) -> String {
        let why = compare(&compared.got, &compared.want, self.check.tolerance).why;
        match (compared.operator, why) {
            ("==", Some(why)) => {
                format!("the left side {why}").replace("the left side entry", "on the left side, entry")
            }
            (operator, _) => format!("left {operator} right does not hold"),
        }
    }

    /// Central differences, each divided by the step that was really taken.
    fn gradient(&self, of: &Formula, wrt: usize, equals: &Formula, step: f64) -> Result<Finding, Halt> {
        let got = self.evaluate(equals, Whose::Student, 0);
        let want = self.derivative(of, wrt, equals.sites, step);
        let (want, got) = both(want, got)?;
        Ok(self.compared(got, want))
    }

    fn derivative(&self, of: &Formula, wrt: usize, first_site: usize, step: f64) -> Result<Value, Halt> {
        let point = &self.inputs[wrt];
        let coordinates = match point {
            Value::Reals(reals) => reals.clone(),
            Value::Real(real) => vec![*real],
            _ => Vec::new(),
        };
        let mut missing = Vec::new();
        let mut slopes = Vec::with_capacity(coordinates.len());
        for (index, x) in coordinates.iter().enumerate() {
            let h = step * x.abs().max(1.0);
            let (above, below) = (x + h, x - h);
            let mut value_at = |x: f64, side: usize| {
                let inputs = self.moved(wrt, index, x);
                let site = first_site + (2 * index + side) * of.sites;
                self.evaluate_at(of, &inputs, site, &mut missing)
            };
            let (high, low) = (value_at(above, 1)?, value_at(below, 0)?);
            slopes.push((high - low) / (above - below));
        }
        if !missing.is_empty() {
            return Err(Halt::Missing(missing));
        }
        Ok(if matches!(point, Value::Real(_)) {
            Value::Real(slopes[0])
        } else {
            Value::Reals(slopes)
        })
    }

    fn moved(&self, wrt: usize, index: usize, x: f64) -> Vec<Value> {
        let mut inputs = self.inputs.to_vec();
        match &mut inputs[wrt] {
            Value::Reals(reals) => reals[index] = x,
            scalar => *scalar = Value::Real(x),
        }
        inputs
    }

    /// A value of the differentiated expression; NaN while calls are missing, which are collected.
    fn evaluate_at(
        &self,
        of: &Formula,
        inputs: &[Value],
        site: usize,
        missing: &mut Vec<Missing>,
    ) -> Result<f64, Halt> {
        let mut scope = self.scope(Whose::Student, inputs, site);
        let value = of.evaluate(&mut scope);
        match self.stopped(value, at_sites(scope.missing, site)) {
            Ok(Value::Real(real)) => Ok(real),
            Ok(Value::Integer(integer)) => Ok(integer as f64),
            Ok(_) => Ok(f64::NAN),
            Err(Halt::Missing(more)) => {
                missing.extend(more);
                Ok(f64::NAN)
            }
            Err(halt) => Err(halt),
        }
    }

    fn finite(&self, formula: &Formula) -> Result<Finding, Halt> {
        let want = self.evaluate(formula, Whose::Reference, 0);
        let got = self.evaluate(formula, Whose::Student, 0);
        let (want, got) = both(want, got)?;
        let why = if !same_shape(&got, &want) {
            Some("it has not the reference's shape".to_owned())
        } else if is_finite(&got) {
            None
        } else {
            Some("an entry is infinite or NaN".to_owned())
        };
        Ok(Finding {
            got: Some(got),
            want: Some(want),
            worst: None,
            why,
        })
    }

    fn panics(&self, formula: &Formula) -> Result<Finding, Halt> {
        let mut scope = self.scope(Whose::Student, self.inputs, 0);
        let finding = |got, why| {
            Ok(Finding {
                got,
                want: None,
                worst: None,
                why,
            })
        };
        match formula.evaluate(&mut scope) {
            Err(Stop::Ended {
                outcome: Outcome::Panicked { .. },
                ..
            }) => finding(None, None),
            Ok(value) => finding(Some(value), Some("it returned, but it should panic".to_owned())),
            Err(stop) => self
                .stopped(Err(stop), scope.missing)
                .and_then(|got| finding(Some(got), None)),
        }
    }

    fn evaluate(&self, formula: &Formula, bare: Whose, first_site: usize) -> Result<Value, Halt> {
        let mut scope = self.scope(bare, self.inputs, first_site);
        let value = formula.evaluate(&mut scope);
        self.stopped(value, at_sites(scope.missing, first_site))
    }

    fn scope<'s>(&'s self, bare: Whose, inputs: &'s [Value], first_site: usize) -> Scope<'s> {
        Scope {
            inputs,
            signature: &self.plan.signature,
            bare,
            student: self.student.get(first_site..).unwrap_or_default(),
            reference: self.reference.get(first_site..).unwrap_or_default(),
            tolerance: self.check.tolerance,
            missing: Vec::new(),
            compared: Vec::new(),
        }
    }

    fn stopped(&self, value: Result<Value, Stop>, missing: Vec<Missing>) -> Result<Value, Halt> {
        let verdict = match value {
            Ok(value) => return Ok(value),
            Err(Stop::Missing) => return Err(Halt::Missing(missing)),
            Err(Stop::Ended {
                outcome: Outcome::HarnessFault { why },
                ..
            }) => Verdict::NotGraded { why },
            Err(Stop::Ended {
                whose: Whose::Reference,
                call,
                outcome,
            }) => Verdict::NotGraded {
                why: format!("the reference's {call} {outcome}"),
            },
            Err(Stop::Ended {
                whose: Whose::Student,
                call,
                outcome,
            }) => Verdict::Error { call, outcome },
            Err(Stop::Unfit {
                why,
                text,
                of_student: true,
            }) => Verdict::Fail {
                why: format!("`{text}` has no value: {why}"),
            },
            Err(Stop::Unfit {
                why,
                text,
                of_student: false,
            }) => Verdict::NotGraded {
                why: format!("the spec's `{text}` has no value: {why}"),
            },
        };
        Err(Halt::Verdict(Box::new(verdict), None))
    }
}

fn at_sites(missing: Vec<Missing>, first_site: usize) -> Vec<Missing> {
    missing
        .into_iter()
        .map(|missing| Missing {
            site: missing.site + first_site,
            ..missing
        })
        .collect()
}

/// Both values. What either misses is collected; what the reference says is shown beside a student's failure.
fn both(want: Result<Value, Halt>, got: Result<Value, Halt>) -> Result<(Value, Value), Halt> {
    match (want, got) {
        (Ok(want), Ok(got)) => Ok((want, got)),
        (Err(Halt::Missing(mut a)), Err(Halt::Missing(b))) => {
            a.extend(b);
            Err(Halt::Missing(a))
        }
        (Err(Halt::Missing(missing)), _) | (_, Err(Halt::Missing(missing))) => Err(Halt::Missing(missing)),
        (Err(halt), _) => Err(halt),
        (Ok(want), Err(Halt::Verdict(verdict, _))) => Err(Halt::Verdict(verdict, Some(want))),
    }
}

fn same_shape(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Reals(a), Value::Reals(b)) => a.len() == b.len(),
        (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_shape(a, b)),
        _ => rank(a) == rank(b),
    }
}
