//! What the author of a contract reads when the contract cannot be one.

#[test]
fn a_contract_that_cannot_be_one_says_why() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass_*.rs");
    cases.compile_fail("tests/ui/fail_*.rs");
}
