#!/usr/bin/env bash
# Compares Farsight's speed with PyTorch's: see dev.farsight.bench.EndToEnd. Takes some minutes; needs 6 GiB of memory.
#   bench/end_to_end.sh [JSON [one-hot|bags]]        default: end_to_end.json one-hot; bags: eight features with ten lookups
# PYTHON names a Python with torch and numpy. STEPS and REPEATS say how long to measure.
set -euo pipefail
home=$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")
exec "$home/bench/run.sh" dev.farsight.bench.EndToEnd "$home" "${PYTHON:-python3}" "${STEPS:-300}" "${REPEATS:-3}" \
  "$(realpath -- "${1:-end_to_end.json}")" "${2:-one-hot}"
