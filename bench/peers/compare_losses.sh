#!/usr/bin/env bash
# Compares Farsight's losses with PyTorch's on a file of real rows, for both optimizers; fails if they differ.
#   bench/peers/compare_losses.sh criteo|avazu FILE [--set KEY=VALUE]...
# PYTHON names a Python with torch and numpy.
set -euo pipefail

[[ $# -ge 2 ]] || { sed -n '3,4s/^# *//p' "$0" >&2; exit 2; }
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
source=$1 file=$2
shift 2
runs=$(mktemp -d)
trap 'rm -rf "$runs"' EXIT

status=0
for optimizer in sgd:0.1 rowwise-adagrad:0.01; do
  run=$runs/${optimizer%:*}
  "$here/../../farsight" train --set data.source="$source" --set data.path="$file" --set data.batch-size=128 \
    --set train.max-steps=50 --set optimizer.type="${optimizer%:*}" --set optimizer.learning-rate="${optimizer#*:}" \
    --set cache.size="20000 rows" --set model.save-initial=true --set model.save=false --set report.hash-weights=false \
    "$@" --set run.directory="$run" >"$run.log" || { cat "$run.log"; exit 1; }
  "${PYTHON:-python3}" "$here/compare_losses.py" "$run" || status=1
done
exit $status
