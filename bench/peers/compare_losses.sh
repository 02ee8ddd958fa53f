#!/usr/bin/env bash
# Compares Farsight's losses with PyTorch's on a file of real rows, for all models and two optimizers; fails if they differ.
#   bench/peers/compare_losses.sh criteo|avazu FILE [--set KEY=VALUE]...
# The rates are small: at those that train fastest, a rounding error grows a hundredfold every ten steps in some of the models, in
# PyTorch's float32 as in Farsight's, and nothing can be compared.
# PYTHON names a Python with torch and numpy.
set -euo pipefail

[[ $# -ge 2 ]] || { sed -n '3s/^# *//p' "$0" >&2; exit 2; }
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
source=$1 file=$2
shift 2
runs=$(mktemp -d)
trap 'rm -rf "$runs"' EXIT

models=(
  "model.type=dlrm"
  "model.type=dlrm model.dlrm.interaction=cross model.dlrm.cross-rank=64"
  "model.type=dcn"
  "model.type=dcn model.dcn.structure=parallel model.dcn.cross-rank=32 model.dcn.layer-norm=true"
  "model.type=deepfm model.embedding-dim=17"
  "model.type=wide-deep model.embedding-dim=17"
)

status=0
for model in "${models[@]}"; do
  sets=()
  for setting in $model; do sets+=(--set "$setting"); done
  for optimizer in sgd:0.02 rowwise-adagrad:0.001; do
    run=$runs/run
    rm -rf "$run"
    "$here/../../farsight" train --set data.source="$source" --set data.path="$file" --set data.batch-size=128 \
      --set train.max-steps=50 --set optimizer.type="${optimizer%:*}" --set optimizer.learning-rate="${optimizer#*:}" --set optimizer.eps=1e-8 \
      --set cache.size="20000 rows" --set model.save-initial=true --set model.save=false --set report.hash-weights=false \
      "${sets[@]}" "$@" --set run.directory="$run" >"$run.log" || { cat "$run.log"; exit 1; }
    echo "$model"
    "${PYTHON:-python3}" "$here/compare_losses.py" "$run" || status=1
  done
done
exit $status
