#!/usr/bin/env bash
# What training from disk costs beside off-heap, with and without a tier of memory: see dev.farsight.bench.SsdEndToEnd.
#   bench/ssd.sh [FOLDER [KEY=VALUE]...]          default: /tmp; its disk is what is measured, with 3.5 GB of files
# STEPS and REPEATS say how long to measure. WITHIN is a command that the runs from disk are started under, to bound their memory
# and with it the page cache: WITHIN="systemd-run --user --scope -q -p MemoryMax=1800M". More settings apply to every run, such as storage.ssd.ram-threads=2.
set -euo pipefail
home=$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")
exec "$home/bench/run.sh" dev.farsight.bench.SsdEndToEnd "$home" "${1:-/tmp}" "${STEPS:-300}" "${REPEATS:-3}" "${WITHIN:-}" "${@:2}"
