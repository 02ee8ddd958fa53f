#!/usr/bin/env bash
# Measures what watching costs: pairs of runs, without and with --watch (and TensorBoard files), in turns, each with a page's
# reader and a scrape of /metrics a second. Prints the ratio of samples/s of each pair, and the median.
#   bench/watch.sh [PAIRS [KEY=VALUE...]]        default: 7 pairs of the quick start
set -euo pipefail
home=$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")
pairs=${1:-7}
shift $(($# > 0 ? 1 : 0))
arguments=()
for setting; do
  arguments+=(--set "$setting")
done
folder=$(mktemp -d "${TMPDIR:-/tmp}/farsight-watch-XXXXXX")
trap 'rm -rf "$folder"' EXIT

train() {
  local run=$1
  shift
  "$home/farsight" train --set run.directory="$folder/$run" --set report.hash-weights=false --set model.save=false \
    ${arguments[@]+"${arguments[@]}"} "$@" >"$folder/$run.txt"
}
rate() {
  sed -n '/"throughput"/,/}/s/.*"samples_per_second" *: *\([0-9.]*\).*/\1/p' "$folder/$1/report.json" | head -n 1
}
# What a browser and Prometheus would do.
visit() {
  local run=$1 url=
  while [[ -z $url ]]; do
    url=$(sed -n 's/^watch this run at //p' "$folder/$run.txt" 2>/dev/null || true)
    sleep .2
  done
  curl -sN "${url}events" >/dev/null &
  while curl -sf "${url}metrics" >/dev/null; do
    sleep 1
  done
  wait
}

for ((pair = 1; pair <= pairs; pair++)); do
  # The machine's drift favours neither.
  if ((pair % 2)); then order="alone watched"; else order="watched alone"; fi
  for kind in $order; do
    if [[ $kind == watched ]]; then
      visit "watched-$pair" &
      train "watched-$pair" --watch=0 --set report.tensorboard=true
      wait
    else
      train "alone-$pair"
    fi
  done
  awk -v pair="$pair" -v alone="$(rate "alone-$pair")" -v watched="$(rate "watched-$pair")" \
    'BEGIN { printf "pair %d: %.0f samples/s alone, %.0f watched, ratio %.4f\n", pair, alone, watched, watched / alone }'
done | tee "$folder/pairs.txt"
awk '{ print $NF }' "$folder/pairs.txt" | sort -n |
  awk '{ ratio[NR] = $1 } END { printf "median ratio %.4f of %d pairs\n", (ratio[int((NR + 1) / 2)] + ratio[int(NR / 2) + 1]) / 2, NR }'
