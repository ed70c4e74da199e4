// Writes made-up reports into a folder: small.json with everything that there can be, large.json with a thousand
// submissions whose failures are in part shared and in part their own. The same each time.

import { writeFileSync } from "node:fs";
import { join } from "node:path";

const HOSTILE = `</script><img src=x onerror="document.title='hacked'">"'&lt;`;
const EXERCISES = 10;
const CHECKS = 13;

// Numbers that look random and are the same each time.
const random = (seed) => () => {
  seed = (seed * 1664525 + 1013904223) % 4294967296;
  return seed / 4294967296;
};

const round = (number) => Math.round(number * 100) / 100;

const exercises = Array.from({ length: EXERCISES }, (_, index) => ({
  id: `exercise-${index}`,
  title: ["Verify the core identity", "A gradient by hand", "Softmax that stays finite", "Perplexity of a text"][index % 4],
  possible: 10,
  bonus: index === EXERCISES - 1,
}));

const header = {
  schema: "grader/report/v1",
  assignment: `Cross-entropy ${HOSTILE}`,
  receipt: {
    grader: "0.1.0",
    spec: "9106bc42dc69b44b4e96ba09e3b0567924f90b0cb517ee506860f6b54558a1b4",
    contract: "ccd85cba9dc2472776261236dd5f48f2fa06b53caa3829c61b46fd14461fec0a",
    reference: "58e2edad0790b32e48cfed3acdf404d763a253591d9fcb77a6000014e9bec2f6",
    toolchain: "rustc 1.95.0",
    seed: 42,
    secret_seed: "08dc0f68aff6129074faa91deaa84929f244af86a6ebe59302d34abe36b4b196",
    sandbox: "full: Landlock and seccomp",
  },
  exercises,
  notes: [`left aside: ${HOSTILE}`],
};

// A check with its verdict; what came is off by an amount, so that equal amounts are equal failures.
const check = (exercise, index, verdict, off) => {
  const name = `check ${index} of the values of exercise ${exercise}`;
  const want = Array.from({ length: 6 }, (_, entry) => round(Math.sin(entry + index + exercise)));
  const got = want.map((value, entry) => (entry === index % 6 ? value + off : value));
  const visibility = index > 9 ? "hidden" : index === 9 ? "named" : "public";
  const shown = (values) => `[${values.map((value) => (Number.isInteger(value) ? `${value}.0` : value)).join(", ")}]`;
  const detail = {
    pass: null,
    fail: `softmax(z)\n  with z = [1.0, 2.0, 3.0]\n  got    ${shown(got)}\n  wanted ${shown(want)}\n  entry [${index % 6}] is off by ${off}`,
    error: "not implemented",
    skipped: "skipped: “the first of all” has to pass first",
  }[verdict];
  const hint = verdict === "fail" ? "\nhint: Which logarithm is it?" : "";
  const feedback = { public: detail && `${detail}${hint}`, named: detail && "failed", hidden: null };
  return {
    id: `check-${index}`,
    name,
    verdict,
    outcome: verdict === "skipped" ? null : { kind: verdict === "error" ? "not_implemented" : "returned", message: "" },
    observed: [{
      call: "softmax(z)",
      inputs: { z: [1, 2, 3] },
      got,
      want,
      worst: verdict === "fail" ? { index: [index % 6], got: got[index % 6], want: want[index % 6], difference: off, allowed: 1e-9 } : null,
    }],
    cases: 100,
    failing: verdict === "pass" ? 0 : 40,
    earned: verdict === "pass" ? 0.77 : 0,
    possible: 0.77,
    visibility,
    feedback: verdict === "pass" ? null : feedback[visibility],
    detail,
  };
};

const exercise = (index, checks) => {
  const passed = checks.filter((check) => check.verdict === "pass").length;
  return {
    ...exercises[index],
    earned: round((10 * passed) / Math.max(checks.length, 1)),
    takeaway: "Cross-entropy is entropy plus a mismatch penalty.",
    hidden: checks.length ? "3 hidden checks: 1.5 of 2.31 points" : null,
    checks,
  };
};

const submission = (id, status, exercises) => {
  const graded = status === "graded";
  return {
    id,
    status,
    problem: graded ? null : `src/lib.rs:3:1: cannot find value ${HOSTILE}`,
    fault: null,
    notes: [],
    source: "58e2edad0790b32e48cfed3acdf404d763a253591d9fcb77a6000014e9bec2f6",
    score: { earned: round(exercises.reduce((sum, exercise) => sum + exercise.earned, 0)), possible: 90 },
    exercises,
    diagnoses: [],
    diagnostics: status === "build_failed" ? [{ message: "error", place: "src/lib.rs:3:1", rendered: `error: ${"long ".repeat(60)}\n --> src/lib.rs:3:1\n${HOSTILE}` }] : [],
    output: "",
    measured: {},
  };
};

const all = (verdictOf) =>
  exercises.map((_, number) =>
    exercise(number, Array.from({ length: CHECKS }, (_, index) => check(number, index, ...verdictOf(number, index)))));

const diagnosis = (visible, certain) => ({
  function: "kl_divergence",
  id: "swapped",
  name: `KL divergence with its arguments swapped ${HOSTILE}`,
  misconception: "KL divergence is symmetric, so the order does not matter.",
  hint: "Which of the two distributions weights the logarithms?",
  visible,
  certain,
});

const small = () => {
  const good = submission("alice", "graded", all(() => ["pass", 0]));
  const half = (name) => ({
    ...submission(name, "graded", all((number, index) => (number % 2 ? [["fail", "error", "skipped"][index % 3], 0.5] : ["pass", 0]))),
    diagnoses: [diagnosis(true, true)],
    output: `printed ${HOSTILE}\n`.repeat(9),
    student: { name: `${name} Lovelace ${HOSTILE}`, id: "4711", email: "ada@example.org" },
    submitted: { at: "2026-11-24T09:30:15Z", late: true, source: "name" },
    grade: {
      points: 40,
      possible: 90,
      excused: false,
      late: { seconds: 93600, penalty: 10, why: "1 day and 2 hours late: 2 days at 10 %" },
      adjustment: { comment: `for a fine explanation ${HOSTILE}`, moved_from: 48.5 },
    },
  });
  const broken = submission("carol", "build_failed", exercises.map((_, index) => exercise(index, [])));
  const excused = { ...submission("dan", "unusable", exercises.map((_, index) => exercise(index, []))), problem: "no src/lib.rs" };
  excused.grade = { points: null, possible: 90, excused: true, late: null, adjustment: null };
  const fault = { ...submission("erin", "not_graded", exercises.map((_, index) => exercise(index, []))), problem: "the disk is full", score: null };
  return [good, half("ben"), half("bob"), broken, excused, fault];
};

const large = () =>
  Array.from({ length: 1000 }, (_, number) => {
    const next = random(number + 1);
    const id = `student-${String(number).padStart(4, "0")}`;
    if (next() < 0.06) return submission(id, "build_failed", exercises.map((_, index) => exercise(index, [])));
    const wrong = exercises.map(() => next() < 0.35);
    const verdict = (exercise) => {
      if (!wrong[exercise] || next() < 0.5) return ["pass", 0];
      // Two of three wrong answers are one of a few that many give.
      return ["fail", next() < 0.67 ? 1 + Math.floor(4 * next()) : next()];
    };
    const made = submission(id, "graded", all(verdict));
    return next() < 0.2 ? { ...made, diagnoses: [diagnosis(true, true)] } : made;
  });

const [folder] = process.argv.slice(2);
for (const [name, submissions] of [["small", small()], ["large", large()]]) {
  writeFileSync(join(folder, `${name}.json`), JSON.stringify({ ...header, submissions, measured: {} }));
}
