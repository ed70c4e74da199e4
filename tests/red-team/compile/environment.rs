//! Asks for a secret variable.

pub const STOLEN: &str = env!("GRADER_RED_TEAM_SECRET");
