//! The model solution against values from a computation with 60 digits, rounded to `f64`.

use std::f64::consts::LN_2;
use std::panic::catch_unwind;

use contract::CrossEntropy;
use reference::Solution;

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;
const P: [f64; 3] = [0.7, 0.2, 0.1];
const Q: [f64; 3] = [0.5, 0.3, 0.2];

/// A few roundings are forgiven, the sign of a zero is not: a report would show it.
fn assert_same(got: f64, want: f64, what: &str) {
    let exact = want == 0.0 || !want.is_finite();
    let same = if exact {
        got.to_bits() == want.to_bits() || got.is_nan() && want.is_nan()
    } else {
        (got - want).abs() <= 8.0 * f64::EPSILON * want.abs()
    };
    assert!(same, "{what}: got {got:?}, want {want:?}");
}

fn assert_all_same(got: &[f64], want: &[f64], what: &str) {
    assert_eq!(got.len(), want.len(), "{what}: got {got:?}");
    for (got, want) in got.iter().zip(want) {
        assert_same(*got, *want, what);
    }
}

#[test]
fn entropy_is_in_nats_and_leaves_zeros_out() {
    let table: [(&[f64], f64); 9] = [
        (&P, 0.8018185525433373),
        (&[0.92, 0.02, 0.02, 0.02, 0.02], 0.38967292065817866),
        (&[0.5, 0.5], LN_2),
        (&[0.5, 0.5, 0.0], LN_2),
        (&[1e-310, 5e-324, 1.0], 7.138013788281887e-308),
        (&[1.0], 0.0),
        (&[0.0, 1.0, 0.0, 0.0, 0.0], 0.0),
        (&[0.0, 0.0], 0.0),
        (&[], 0.0),
    ];
    for (p, want) in table {
        assert_same(Solution.entropy(p), want, &format!("entropy({p:?})"));
    }
}

#[test]
fn cross_entropy_and_divergence_are_exact_at_the_edges() {
    let table: [(&[f64], &[f64], f64, f64); 9] = [
        (&P, &Q, 0.886941378500559, 0.08512282595722159),
        (&Q, &P, 1.1216858642984056, 0.09203285023383191),
        (&P, &P, 0.8018185525433373, 0.0),
        (
            &[0.0, 0.0, 1.0, 0.0],
            &[0.1, 0.2, 0.6, 0.1],
            0.5108256237659907,
            0.5108256237659907,
        ),
        (&[1.0, 0.0], &[1e-310, 1.0], 713.8013788281542, 713.8013788281542),
        (&[1.0, 0.0], &[1.0, 0.0], 0.0, 0.0),
        (&[0.5, 0.5], &[1.0, 0.0], INF, INF),
        (&[0.5, 0.5], &[1.0, -0.1], INF, INF),
        (&[], &[], 0.0, 0.0),
    ];
    for (p, q, cross_entropy, divergence) in table {
        assert_same(Solution.cross_entropy(p, q), cross_entropy, &format!("H({p:?}, {q:?})"));
        assert_same(Solution.kl_divergence(p, q), divergence, &format!("D({p:?}‖{q:?})"));
    }
}

#[test]
fn a_zero_probability_contributes_nothing_whatever_the_model_says() {
    for q in [0.0, -0.1, INF, NAN] {
        assert_same(
            Solution.cross_entropy(&[1.0, 0.0], &[0.5, q]),
            LN_2,
            &format!("H with {q}"),
        );
        assert_same(
            Solution.kl_divergence(&[1.0, 0.0], &[0.5, q]),
            LN_2,
            &format!("D with {q}"),
        );
    }
}

#[test]
fn targets_are_hard_or_smoothed() {
    assert_all_same(&Solution.one_hot(2, 4), &[0.0, 0.0, 1.0, 0.0], "one_hot(2, 4)");
    assert_all_same(&Solution.one_hot(0, 1), &[1.0], "one_hot(0, 1)");
    let table: [(usize, f64, &[f64]); 4] = [
        (0, 0.1, &[0.92, 0.02, 0.02, 0.02, 0.02]),
        (4, 0.1, &[0.02, 0.02, 0.02, 0.02, 0.92]),
        (3, 0.0, &[0.0, 0.0, 0.0, 1.0, 0.0]),
        (1, 1.0, &[0.2; 5]),
    ];
    for (k, eps, want) in table {
        let got = Solution.label_smoothing(k, 5, eps);
        assert_all_same(&got, want, &format!("label_smoothing({k}, 5, {eps})"));
    }
}

#[test]
fn binary_cross_entropy_clips_the_prediction() {
    let table = [
        (1.0, 0.8, 0.2231435513142097),
        (0.0, 1e-9, 1.0000000005000001e-9),
        (0.3, 0.6, 0.7946511994417057),
        (0.5, 0.5, LN_2),
        (1.0, 0.0, 27.631021115928547),
        // Not the same, since 1 - 1e-12 is no `f64`.
        (0.0, 1.0, 27.63104323789336),
        (1.0, -3.0, 27.631021115928547),
        (0.0, INF, 27.63104323789336),
    ];
    for (y, p_hat, want) in table {
        let got = Solution.binary_cross_entropy(y, p_hat);
        assert_same(got, want, &format!("binary_cross_entropy({y}, {p_hat})"));
    }
}

#[test]
fn softmax_is_stable() {
    let table: [(&[f64], &[f64]); 8] = [
        (
            &[0.8, -0.4, 1.2],
            &[0.35803552800144584, 0.10783822869296464, 0.5341262433055894],
        ),
        (
            &[3.0, 0.5, -1.0, -2.0],
            &[
                0.9032292921495733,
                0.07414157520316281,
                0.016543221548738572,
                0.006085911098525308,
            ],
        ),
        (&[7.0], &[1.0]),
        (&[0.0, 0.0], &[0.5, 0.5]),
        (&[1e6, 1e6, 1e6, 1e6], &[0.25; 4]),
        (&[1000.0, 0.0, -1000.0], &[1.0, 0.0, 0.0]),
        (&[-1e307, 1e307], &[0.0, 1.0]),
        (&[-INF, 0.0, 0.0], &[0.0, 0.5, 0.5]),
    ];
    for (z, want) in table {
        assert_all_same(&Solution.softmax(z), want, &format!("softmax({z:?})"));
    }
}

#[test]
fn log_softmax_keeps_both_tails() {
    let table: [(&[f64], &[f64]); 8] = [
        (
            &[1000.0, 1001.0, 999.0],
            &[-1.4076059644443804, -0.4076059644443803, -2.40760596444438],
        ),
        (&[1000.0, 0.0, -1000.0], &[0.0, -1000.0, -2000.0]),
        (&[50.0, 0.0], &[-1.9287498479639178e-22, -50.0]),
        (&[7.0], &[0.0]),
        (&[5.0, 5.0], &[-LN_2, -LN_2]),
        (&[-1e307, 1e307], &[-2e307, 0.0]),
        (&[-INF, 0.0, 0.0], &[-INF, -LN_2, -LN_2]),
        (&[0.0; 1000], &[-6.907755278982137; 1000]),
    ];
    for (z, want) in table {
        assert_all_same(&Solution.log_softmax(z), want, &format!("log_softmax({z:?})"));
    }
}

#[test]
fn the_loss_of_logits_is_stable() {
    let table: [(&[f64], usize, f64); 8] = [
        (&[0.8, -0.4, 1.2], 2, 0.6271230572779201),
        (&[3.0, 0.5, -1.0, -2.0], 0, 0.10177883515178986),
        (&[1000.0, 0.0, -1000.0], 2, 2000.0),
        (&[1000.0, 0.0, -1000.0], 0, 0.0),
        (&[50.0, 0.0], 0, 1.9287498479639178e-22),
        (&[7.0], 0, 0.0),
        (&[0.0, -INF], 1, INF),
        (&[0.0, -INF], 0, 0.0),
    ];
    for (z, target, want) in table {
        let got = Solution.softmax_cross_entropy(z, target);
        assert_same(got, want, &format!("softmax_cross_entropy({z:?}, {target})"));
    }
}

#[test]
fn the_gradient_is_predicted_minus_target() {
    let table: [(&[f64], usize, &[f64]); 4] = [
        (
            &[0.8, -0.4, 1.2],
            2,
            &[0.35803552800144584, 0.10783822869296464, -0.4658737566944106],
        ),
        (&[50.0, 0.0], 0, &[-1.9287498479639178e-22, 1.9287498479639178e-22]),
        (&[1000.0, 0.0], 1, &[1.0, -1.0]),
        (&[7.0], 0, &[0.0]),
    ];
    for (z, target, want) in table {
        let got = Solution.softmax_cross_entropy_gradient(z, target);
        assert_all_same(&got, want, &format!("gradient({z:?}, {target})"));
    }
}

#[test]
fn perplexity_is_the_exponentiated_mean() {
    let table: [(&[f64], f64); 5] = [
        (&[1.2, 0.7, 2.0, 1.5, 0.9], 3.525421487365382),
        (&[0.0, 0.0], 1.0),
        (&[LN_2], 2.0),
        (&[1.0, INF], INF),
        (&[], NAN),
    ];
    for (nll, want) in table {
        assert_same(Solution.perplexity(nll), want, &format!("perplexity({nll:?})"));
    }
    let table: [(&[f64], f64); 5] = [
        (&[0.30, 0.70, 0.40, 0.10, 0.55], 2.931376520068508),
        (&[0.25; 8], 4.0),
        (&[1.0], 1.0),
        (&[0.5, 0.0], INF),
        (&[], NAN),
    ];
    for (probs, want) in table {
        assert_same(Solution.perplexity_from_probs(probs), want, &format!("from {probs:?}"));
    }
}

#[test]
fn smoothed_cross_entropy_starts_from_log_softmax() {
    let table: [(&[f64], usize, f64, f64); 6] = [
        (&[3.0, 0.5, -1.0, -2.0], 0, 0.1, 0.38927883515178985),
        (&[3.0, 0.5, -1.0, -2.0], 0, 0.0, 0.10177883515178986),
        (&[1000.0, 0.0, -1000.0], 0, 0.1, 100.0),
        (&[0.0; 4], 3, 0.7, 2.0 * LN_2),
        (&[0.0, -INF], 0, 0.0, 0.0),
        (&[0.0, -INF], 0, 0.1, INF),
    ];
    for (z, target, eps, want) in table {
        let got = Solution.smoothed_cross_entropy(z, target, eps);
        assert_same(got, want, &format!("smoothed_cross_entropy({z:?}, {target}, {eps})"));
    }
}

#[test]
fn masked_mean_selects_and_divides_by_the_mask() {
    let losses: &[f64] = &[0.4, 0.9, 1.2, 0.3, 2.0, 0.6];
    let table: [(&[f64], &[f64], f64); 8] = [
        (losses, &[1.0, 1.0, 0.0, 1.0, 0.0, 1.0], 0.55),
        (losses, &[1.0; 6], 0.9),
        (&[1.0, NAN, INF], &[1.0, 0.0, -0.0], 1.0),
        (&[1.0, 4.0], &[0.25, 0.5], 3.0),
        (&[1.0, INF], &[1.0, 1e-310], INF),
        (&[1.0, NAN], &[1.0, 1.0], NAN),
        (&[1.0, 2.0], &[0.0, 0.0], NAN),
        (&[], &[], NAN),
    ];
    for (losses, mask, want) in table {
        let got = Solution.masked_mean(losses, mask);
        assert_same(got, want, &format!("masked_mean({losses:?}, {mask:?})"));
    }
}

#[test]
fn a_thousand_classes_lose_no_digits() {
    let uniform = [1e-3; 1000];
    let ln_1000 = 6.907755278982137;
    let p: Vec<f64> = (1..=1000).map(|i| f64::from(i) / 500_500.0).collect();
    let identity = Solution.entropy(&p) + Solution.kl_divergence(&p, &uniform);
    assert!((Solution.entropy(&uniform) - ln_1000).abs() < 1e-12);
    assert!((Solution.cross_entropy(&p, &uniform) - identity).abs() < 1e-12);
    assert!((Solution.softmax(&p).iter().sum::<f64>() - 1.0).abs() < 1e-12);
}

#[test]
fn mistakes_of_the_caller_panic_with_a_message() {
    let lengths = "p and q must have the same length, got 2 and 1";
    let mask = "losses and mask must have the same length, got 0 and 1";
    let class = "there is no class 2 among 2";
    let empty = "there must be at least one logit, got none";
    let table: [(fn(), &str); 15] = [
        (|| _ = Solution.cross_entropy(&[0.5, 0.5], &[1.0]), lengths),
        (|| _ = Solution.kl_divergence(&[0.5, 0.5], &[1.0]), lengths),
        (|| _ = Solution.masked_mean(&[], &[1.0]), mask),
        (|| _ = Solution.one_hot(2, 2), class),
        (|| _ = Solution.one_hot(0, 0), "there is no class 0 among 0"),
        (|| _ = Solution.label_smoothing(2, 2, 0.1), class),
        (
            || _ = Solution.label_smoothing(0, 0, 0.1),
            "there is no class 0 among 0",
        ),
        (|| _ = Solution.softmax_cross_entropy(&[0.0, 0.0], 2), class),
        (|| _ = Solution.softmax_cross_entropy_gradient(&[0.0, 0.0], 2), class),
        (|| _ = Solution.smoothed_cross_entropy(&[0.0, 0.0], 2, 0.1), class),
        (|| _ = Solution.softmax(&[]), empty),
        (|| _ = Solution.log_softmax(&[]), empty),
        (|| _ = Solution.softmax_cross_entropy(&[], 0), empty),
        (|| _ = Solution.softmax_cross_entropy_gradient(&[], 0), empty),
        (|| _ = Solution.smoothed_cross_entropy(&[], 0, 0.1), empty),
    ];
    for (mistake, want) in table {
        let payload = catch_unwind(mistake).expect_err(want);
        let message = payload.downcast_ref::<String>().map(String::as_str);
        let message = message.or_else(|| payload.downcast_ref::<&str>().copied());
        assert_eq!(message, Some(want));
    }
}
