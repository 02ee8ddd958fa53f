#!/usr/bin/env bash
# Measures what docs/performance.md tells, on a quiet machine, into docs/results, and makes the page anew.
#
#   bench/measure.sh                 end-to-end, planner, planner-parts, ops, then the page: about 20 minutes
#   bench/measure.sh NAME...         some of: end-to-end bags planner planner-parts store parser ops page
#   bench/measure.sh suite CONF      an ablation suite; its results.csv goes to docs/results
#
# end-to-end and bags need a Python with torch and numpy, named by PYTHON; STEPS and REPEATS say how long they run.
# bags is end-to-end with ten lookups, which are summed, in each of eight features.
set -euo pipefail
home=$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")
results=$home/docs/results
work=$home/target/measure
mkdir -p "$work" "$results"

# jmh NAME ARGUMENTS...: a JMH benchmark into docs/results/NAME.json
jmh() {
  local name=$1
  shift
  "$home/bench/run.sh" org.openjdk.jmh.Main "$@" -rf json -rff "$work/$name.json"
  keep "$name" "bench/measure.sh $name"
}

keep() {
  "$home/bench/run.sh" dev.farsight.bench.page.ResultsFile "$work/$1.json" "$results/$1.json" "$2"
}

measure() {
  case $1 in
    end-to-end)
      "$home/bench/end_to_end.sh" "$work/end-to-end.json"
      keep end-to-end "STEPS=${STEPS:-300} REPEATS=${REPEATS:-3} PYTHON=python3 bench/measure.sh end-to-end"
      ;;
    bags)
      "$home/bench/end_to_end.sh" "$work/bags.json" bags
      keep bags "STEPS=${STEPS:-300} REPEATS=${REPEATS:-3} PYTHON=python3 bench/measure.sh bags"
      ;;
    planner) jmh planner PlannerBenchmark -p policy=lfu,lru,lookahead,frequency ;;
    planner-parts) jmh planner-parts PlannerPartsBenchmark -p batchSize=16384 ;;
    store) jmh store StoreBenchmark ;;
    parser) jmh parser CriteoBenchmark ;;
    ops) jmh ops OpsBenchmark ;;
    page) "$home/bench/run.sh" dev.farsight.bench.page.PerformancePage "$home/docs" ;;
    *)
      sed -n '2,9p' "${BASH_SOURCE[0]}" >&2
      exit 2
      ;;
  esac
}

if [[ ${1:-} == suite ]]; then
  name=$(basename -- "$2" .conf)
  "$home/farsight" ablate "$2"
  {
    echo "# ./farsight ablate $2"
    cat "runs/ablation/$name/results.csv"
  } >"$results/$name.csv"
elif [[ $# -gt 0 ]]; then
  for name in "$@"; do
    measure "$name"
  done
else
  for name in end-to-end planner planner-parts ops page; do
    measure "$name"
  done
fi
