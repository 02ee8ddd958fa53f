#!/usr/bin/env bash
# Tests and benchmarks of compute.backend = jcuda, on a host with a GPU. It needs a distribution and the folder that
# bench/gpu/pack.sh makes beside it; no Maven, no network.
#
#   run.sh tests                     the compute contract in fp32, tf32 and bf16
#   run.sh step [tf32|bf16|fp32]     time of each command of a training step, and of whole steps
#   run.sh train SIZE PRECISION [--set key=value]...
#                                    whole training, cache.size = SIZE ("1%", "all"): iterations a second after step 500
#
# FARSIGHT_LIB: the distribution's lib. FARSIGHT_TESTS: the folder of test jars. OUT: where logs and reports go.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
lib=${FARSIGHT_LIB:-$here/../lib}
tests=${FARSIGHT_TESTS:-$here/test}
out=${OUT:-$PWD/gpu-bench}
options=(${JOPTS:-} -Xmx"${HEAP:-12g}" -XX:+UseParallelGC -XX:MaxDirectMemorySize=1024g --enable-native-access=ALL-UNNAMED)
mkdir -p "$out"

# Iterations a second from the step named to the last: each line has the mean since the start, so time is samples over it.
speed() {
  awk -F'[:,}]' -v batch=16384 -v from="$2" '
    { step = $2; at = step * batch / $6 }
    step == from { first = at }
    END { printf "%.1f it/s, steps %d to %d\n", (step - from) / (at - first), from, step }' "$1"
}

case ${1:-} in
  tests)
    for precision in Jcuda Tf32 Bf16; do
      java "${options[@]}" -cp "$tests/*:$lib/*" org.junit.platform.console.ConsoleLauncher execute \
        --select-class "dev.farsight.compute.jcuda.${precision}BackendTest" --details=tree --disable-banner \
        --disable-ansi-colors >"$out/$precision.log" 2>&1 || true
      grep -F '[X]' "$out/$precision.log" | head -20 || true
      echo "$precision: $(grep -E 'tests (successful|failed|skipped)' "$out/$precision.log" | tr -s ' []' ' ' | tr '\n' ' ')"
    done
    ;;
  step)
    java "${options[@]}" -cp "$tests/*:$lib/*" dev.farsight.compute.jcuda.StepTiming "${2:-tf32}" |
      tee "$out/step-${2:-tf32}.log"
    ;;
  train)
    size=$2 precision=$3
    shift 3
    run=$out/train-${size//%/pc}-$precision
    rm -rf "$run"
    java "${options[@]}" -cp "$lib/*" dev.farsight.cli.Main train "$here/dlrm.conf" --set "run.directory=$run" \
      --set "cache.size=$size" --set "compute.jcuda.precision=$precision" "$@" >"$run.log" 2>&1 || cat "$run.log"
    echo "$size $precision: $(speed "$run/metrics.jsonl" "${FROM:-500}")"
    ;;
  *)
    sed -n '2,12p' "${BASH_SOURCE[0]}" >&2
    exit 2
    ;;
esac
