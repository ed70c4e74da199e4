use contract::CrossEntropy;
use student_template::Solution;

#[test]
fn cross_entropy_is_entropy_plus_divergence() {
    let (p, q) = ([0.7, 0.2, 0.1], [0.5, 0.3, 0.2]);
    let sum = Solution.entropy(&p) + Solution.kl_divergence(&p, &q);
    assert!((Solution.cross_entropy(&p, &q) - sum).abs() < 1e-12);
}
