#!/usr/bin/env bash
# A server under full load follows a run: how many requests it answers, how many fail, and whether its memory grows.
#   bench/serve_swaps.sh [MINUTES [KEY=VALUE...]]      default: 10 minutes; KEY=VALUE pairs are for the run
# The run writes a checkpoint with deltas every 5 s (EVERY). Prints the resident memory of the server every 10 s; what it was at
# the start, in the middle and at the end; its slope over the last two thirds of the time, by the minute and by the swap; requests,
# failures and versions. Fails if a request failed, or if no version was swapped. All of the server's heap is resident from the
# start, so that what grows is memory outside of it.
# Needs wrk (Debian's package of that name), curl and python3. CONNECTIONS (16) and BATCH (8, samples of a request) say what
# the load is, HEAP (512m) the server's heap. Client, server and training share the machine.
set -euo pipefail
home=$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")
minutes=${1:-10}
shift $(($# > 0 ? 1 : 0))
for tool in wrk curl python3; do
  command -v "$tool" >/dev/null || { echo "serve_swaps.sh: $tool is missing" >&2; exit 1; }
done
seconds=$(awk -v minutes="$minutes" 'BEGIN { printf "%d", minutes * 60 }')
work=$(mktemp -d "${TMPDIR:-/tmp}/farsight-swaps-XXXXXX")
children=()
finish() {
  for child in "${children[@]}"; do
    kill "$child" 2>/dev/null || true
  done
  wait
  rm -rf "$work"
}
trap finish EXIT
fail() {
  echo "serve_swaps.sh: $1" >&2
  tail -n 5 "$work"/*.txt >&2
  exit 1
}

settings=(run.directory="$work/run" train.epochs=1000000 report.hash-weights=false model.save=false
  data.synthetic.rows=2000000 "data.synthetic.cardinalities=[100, 1000, 20000, 100000, 400000]" data.batch-size=1024
  model.embedding-dim=16 "model.dlrm.bottom-mlp=[32]" "model.dlrm.top-mlp=[32]" "cache.size=4%"
  "checkpoint.every=${EVERY:-5} s" checkpoint.deltas=true)
arguments=()
for setting in "${settings[@]}" "$@"; do
  arguments+=(--set "$setting")
done
"$home/farsight" train "${arguments[@]}" >"$work/train.txt" 2>&1 &
children+=($!)
url=http://127.0.0.1:18080
JDK_JAVA_OPTIONS="-Xms${HEAP:-512m} -Xmx${HEAP:-512m} -XX:+AlwaysPreTouch" "$home/farsight" serve --follow "$work/run" --port 18080 --grpc-port 18081 >"$work/serve.txt" 2>&1 &
server=$!
children+=("$server")
for _ in $(seq 600); do
  curl -sf -o /dev/null "$url/v2/health/ready" && break
  sleep 0.2
done
curl -sf "$url/v2/models/farsight" >"$work/model.json" || fail "the server is not ready"

# Bodies with random samples, as the model's metadata say.
python3 - "$work/model.json" "${BATCH:-8}" "$work/bodies" <<'PY'
import json, random, sys

model = json.load(open(sys.argv[1]))
size = int(sys.argv[2])
rows = {"C1": 100, "C2": 1000, "C3": 20000, "C4": 100000, "C5": 400000}
draw = random.Random(7)
with open(sys.argv[3], "w") as out:
    for _ in range(256):
        inputs = []
        for i in model["inputs"]:
            if i["name"] == "dense":
                width = i["shape"][1]
                data = [round(draw.random() * 5, 3) for _ in range(size * width)]
                inputs.append({"name": "dense", "datatype": "FP32", "shape": [size, width], "data": data})
            elif i["name"] in rows:
                data = [draw.randrange(rows[i["name"]]) for _ in range(size)]
                inputs.append({"name": i["name"], "datatype": "INT64", "shape": [size], "data": data})
        out.write(json.dumps({"inputs": inputs}, separators=(",", ":")) + "\n")
PY

metric() {
  curl -s "$url/metrics" | awk -v name="$1" '$1 == name { printf "%d", $2 }'
}
from=$(metric farsight_serving_updates_total)
BODIES="$work/bodies" wrk -t 2 -c "${CONNECTIONS:-16}" -d "${seconds}s" --timeout 30s --latency -s "$home/bench/serving.lua" \
  "$url/v2/models/farsight/infer" >"$work/wrk.txt" 2>&1 &
load=$!
children+=("$load")
start=$SECONDS
while kill -0 "$load" 2>/dev/null; do
  rss=$(awk '/^VmRSS/ { printf "%.1f", $2 / 1024 }' "/proc/$server/status") || fail "the server ended"
  printf '%d s: %s MiB resident, version %s\n' $((SECONDS - start)) "$rss" "$(metric farsight_model_version)"
  echo "$((SECONDS - start)) $rss $(metric farsight_serving_updates_total)" >>"$work/rss"
  for _ in $(seq 10); do
    kill -0 "$load" 2>/dev/null && sleep 1
  done
done
wait "$load" || fail "wrk failed"
awk -v all="$seconds" '
  { rss[NR] = $2 }
  $1 * 3 >= all {
    if (n++ == 0) { begin = $1; swapsBefore = $3 }
    x += $1; y += $2; xx += $1 * $1; xy += $1 * $2
  }
  END {
    printf "%.1f MiB resident at the start, %.1f in the middle, %.1f at the end\n", rss[1], rss[int((NR + 1) / 2)], rss[NR]
    if (n > 1 && $3 > swapsBefore) {
      slope = (n * xy - x * y) / (n * xx - x * x)
      printf "slope of the last two thirds: %+.2f MiB a minute, %+.3f MiB a swap\n", 60 * slope, slope * ($1 - begin) / ($3 - swapsBefore)
    }
  }' "$work/rss"
swaps=$(($(metric farsight_serving_updates_total) - from))
failures=$(metric farsight_serving_update_failures_total)
refused=$(curl -s "$url/metrics" | awk '/^farsight_requests_total/ && !/code="200"/ { print }')
grep 'requests/s' "$work/wrk.txt"
grep -E 'requests in' "$work/wrk.txt" || true
echo "$swaps versions swapped, $failures could not be loaded, loaded in full $(metric farsight_serving_full_loads_total) times"
grep -q ', 0 failed$' "$work/wrk.txt" || fail "requests failed: $refused"
((swaps > 0)) || fail "no version was swapped"
