#!/usr/bin/env bash
# Measures what exchanges between ranks cost: see dev.farsight.bench.exchange.ExchangeCost. Takes about ten minutes on two cores;
# needs 8 GiB of memory.
#   bench/exchange.sh [JSON]                         default: exchange.json
# STEPS says how many to train; the first third of them is not counted.
set -euo pipefail
home=$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")
exec "$home/bench/run.sh" dev.farsight.bench.exchange.ExchangeCost "$home" "${STEPS:-300}" "$(realpath -- "${1:-exchange.json}")"
