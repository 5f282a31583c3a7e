#!/bin/bash
# tests/faults.sh [TIMES [DAYS]]: the agent's trials with TIMES (200) cuts of power, up to as many kills at each system call, up to 15 failures of each
# kind of the disk, a disk full after TIMES blocks each, TIMES/4 times ninety days without a link; DAYS (20) days on which all of it happens, and 20 MB
# over a bad link. Debian, root; needs strace, e2fsprogs, faketime and iproute2. The figures stand in the output.
# LCP_DAY=SEED tests/faults.sh 0: that day alone.
set -euo pipefail
cd "$(dirname "$0")/.."
export LCP_FAULTS=${1:-200} LCP_DAYS=${2:-20} LCP_LINK=1
dotnet build tests/PointAgent.Tests -v q
classes=(-class '*.DayTests')
if [ "$LCP_FAULTS" != 0 ]; then
    for class in FaultTests FullDiskTests ClockTests ThinLinkTests; do classes+=(-class "*.$class"); done
fi
dotnet run --no-build --project tests/PointAgent.Tests -- "${classes[@]}" -parallelMode none -showliveoutput
