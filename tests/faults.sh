#!/bin/bash
# tests/faults.sh [TIMES]: the agent's trials with TIMES (200) cuts of power, up to as many kills at each system call, and
# up to 15 failures of each kind of the disk. Debian, root; needs strace and e2fsprogs. The figures stand in the output.
set -euo pipefail
cd "$(dirname "$0")/.."
export LCP_FAULTS=${1:-200}
dotnet build tests/PointAgent.Tests -v q
dotnet run --no-build --project tests/PointAgent.Tests -- -class '*.FaultTests' -showliveoutput
