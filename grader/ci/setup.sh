#!/usr/bin/env bash
# For Gradescope: setup.sh, run once when the autograder's image is built. Installs Rust and grader, and builds the assignment.
#
# Set GRADER_GIT here: where grader is installed from.
set -euo pipefail
: "${GRADER_GIT:?set GRADER_GIT in setup.sh to the address of the repository of grader}"
apt-get update -q
apt-get install -y -q --no-install-recommends ca-certificates curl gcc libc6-dev git
curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y --profile minimal
PATH=$HOME/.cargo/bin:$PATH
cargo install --locked --git "$GRADER_GIT" grader
cd "${AUTOGRADER:-/autograder}/source"
grader grade reference
