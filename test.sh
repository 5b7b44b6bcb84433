#!/usr/bin/env bash
# Builds everything and runs the whole test suite: what CI runs, and what a contributor runs before a commit.
# Needs the .NET 10 SDK; everything else comes by NuGet restore. The last line counts the tests.
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")"

if ! command -v dotnet >/dev/null; then
  echo "error: the .NET 10 SDK is not on PATH. Install it from https://dot.net and run ./test.sh again." >&2
  exit 2
fi
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

dotnet build Convergence.EvoMerge.sln -c Release --nologo -v quiet || { echo "0 passed, 1 failed"; exit 1; }

log=$(mktemp)
trap 'rm -f "$log"' EXIT
# Two test processes at a time (-m:2): most suites keep one processor busy, and those that measure or kill processes bear company.
# They begin in the solution's order, the longest first, so that none is left over at the end while the other processor idles.
dotnet test Convergence.EvoMerge.sln -c Release --no-build --nologo -m:2 "$@" 2>&1 | tee "$log"
status=${PIPESTATUS[0]}

# Each project ends with "Passed!  - Failed: 0, Passed: 12, Skipped: 1, Total: 13, ...".
count() { grep -oE "$1: +[0-9]+" "$log" | grep -oE '[0-9]+' | awk '{sum += $1} END {print sum + 0}'; }
passed=$(count Passed) failed=$(count Failed) skipped=$(count Skipped)
if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then failed=1; fi
echo "$passed passed, $failed failed, $skipped skipped"
exit "$status"
