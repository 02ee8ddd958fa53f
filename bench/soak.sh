#!/usr/bin/env bash
# Trains for some minutes with eviction and checkpoints, and fails when the process grows:
#
#   bench/soak.sh MINUTES [offheap|ssd] [KEY=VALUE...]
#
# Prints a line a sample, and leaves it in soak.tsv of the run's directory:
#   seconds, steps, live heap (MB, after a collection), native memory (MB, anonymous pages beside the heap), open files, checkpoints
# The first third of the time is for warming up. Then the median of the last third may not exceed that of the middle third by
# more than 2 % and 2 MB of heap, 2 % and 16 MB of native memory, or 2 open files.
set -euo pipefail

minutes=${1:?usage: bench/soak.sh MINUTES [offheap|ssd] [KEY=VALUE...]}
store=${2:-ssd}
shift $(($# > 1 ? 2 : 1))
home=$(cd "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
run=$(mktemp -d "${TMPDIR:-/tmp}/farsight-soak-XXXXXX")
seconds=$((minutes * 60))
every=$((seconds / 60 > 5 ? seconds / 60 : 5))
heap_mb=1024

# Every page that will ever be used is taken at the start, so that what grows later is a leak.
settings=(run.directory="$run/run" train.epochs=1000000 report.hash-weights=false model.save=false
  data.synthetic.rows=2000000 "data.synthetic.cardinalities=[100, 1000, 20000, 100000, 400000]" data.batch-size=1024
  model.embedding-dim=16 "model.dlrm.bottom-mlp=[32]" "model.dlrm.top-mlp=[32]" optimizer.type=rowwise-adagrad
  "cache.size=4%" "checkpoint.every=15 s" storage.backend="$store")
case $store in
  ssd) settings+=("storage.ssd.ram-cache=10%") ;;
  offheap) settings+=(storage.offheap.populate=parallel) ;;
  *) echo "soak: no store $store; offheap or ssd" >&2; exit 2 ;;
esac
set -- "${settings[@]}" "$@"
arguments=()
for setting; do
  arguments+=(--set "$setting")
done

JDK_JAVA_OPTIONS="-Xms${heap_mb}m -Xmx${heap_mb}m -XX:+AlwaysPreTouch" \
  "$home/farsight" train "${arguments[@]}" >"$run/out.txt" 2>&1 &
pid=$!
trap 'kill -9 $pid 2>/dev/null || true' EXIT
end=$((SECONDS + seconds + 30))
until [[ -s $run/run/metrics.jsonl ]]; do
  kill -0 $pid 2>/dev/null || { cat "$run/out.txt" >&2; exit 1; }
  ((SECONDS < end)) || { echo "soak: no step within the time; $run/out.txt" >&2; exit 1; }
  sleep 1
done

printf 'seconds\tsteps\theap_mb\tnative_mb\tfiles\tcheckpoints\n' | tee "$run/soak.tsv"
start=$SECONDS
while ((SECONDS - start < seconds)); do
  sleep "$every"
  kill -0 $pid 2>/dev/null || { echo "soak: the run ended early" >&2; cat "$run/out.txt" >&2; exit 1; }
  live=$(jcmd $pid GC.class_histogram | awk '/^Total/ {printf "%.1f", $3 / 1e6}')
  anonymous=$(awk -v heap=$heap_mb '/^RssAnon/ {printf "%.1f", $2 / 1e3 - heap * 1.048576}' /proc/$pid/status)
  files=$(find /proc/$pid/fd -maxdepth 1 -type l | wc -l)
  steps=$(tail -n 2 "$run/run/metrics.jsonl" | sed -n '1s/.*"step":\([0-9]*\),.*/\1/p')
  checkpoints=$(grep -c "Checkpoints: checkpoint of step" "$run/run/run.log" || true)
  printf '%d\t%s\t%s\t%s\t%d\t%s\n' $((SECONDS - start)) "$steps" "$live" "$anonymous" "$files" "$checkpoints" | tee -a "$run/soak.tsv"
done

# Not SIGINT, which a process in the background of a script ignores.
kill -TERM $pid
status=0
wait $pid || status=$?
trap - EXIT
[[ $status == 143 ]] || { echo "soak: the run ended with status $status" >&2; cat "$run/out.txt" >&2; exit 1; }

awk -F'\t' -v run="$run" '
  NR > 1 { n++; for (c = 3; c <= 5; c++) v[n, c] = $c; steps = $2; checkpoints = $6 }
  function median(from, to, c,   i, j, k, x, a) {
    for (i = from; i <= to; i++) {
      x = v[i, c]
      for (j = k++; j > 0 && a[j - 1] > x; j--) a[j] = a[j - 1]
      a[j] = x
    }
    return a[int(k / 2)]
  }
  function check(name, c, share, slack,   before, after, grown) {
    before = median(int(n / 3) + 1, int(2 * n / 3), c); after = median(int(2 * n / 3) + 1, n, c)
    grown = after > before * (1 + share) + slack
    printf "%s: %s, then %s: %s\n", name, before, after, grown ? "GREW" : "flat"
    return grown
  }
  END {
    if (n < 6) { print "soak: too few samples"; exit 1 }
    printf "%d steps, %d checkpoints\n", steps, checkpoints
    bad = check("live heap (MB)", 3, 0.02, 2) + check("native memory (MB)", 4, 0.02, 16) + check("open files", 5, 0, 2)
    if (checkpoints < 2) { print "soak: too few checkpoints"; bad = 1 }
    print (bad ? "soak: FAILED; " : "soak: passed; ") run
    exit bad > 0
  }' "$run/soak.tsv"
