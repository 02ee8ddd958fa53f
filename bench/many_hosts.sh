#!/usr/bin/env bash
# Predicts training on many hosts from what one does: see dev.farsight.bench.scaling.ManyHosts. Takes seconds.
#   bench/many_hosts.sh [JSON [EXCHANGE-JSON]]       default: many_hosts.json; EXCHANGE-JSON is what bench/exchange.sh left
set -euo pipefail
home=$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")
files=("$(realpath -- "${1:-many_hosts.json}")")
[[ -z ${2:-} ]] || files+=("$(realpath -- "$2")")
exec "$home/bench/run.sh" dev.farsight.bench.scaling.ManyHosts "${files[@]}"
