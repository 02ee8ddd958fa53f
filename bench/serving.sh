#!/usr/bin/env bash
# How many requests `farsight serve` answers, and how fast, beside PyTorch behind FastAPI and uvicorn with the same model.
#   bench/serving.sh RUN         RUN: a run with one-hot features and a model of the type dlrm, such as that of the quick start
# Needs wrk (Debian's package of that name) and curl. PYTHON names a Python with torch, numpy, fastapi, uvicorn and orjson; without
# one, PyTorch is left out. SECONDS_EACH (10), CONNECTIONS (16) and REPEATS (3) say how to measure. Client and servers share the machine.
set -euo pipefail
home=$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")
run=${1:?"which run? bench/serving.sh RUN"}
model=$run
[[ -f $model/model.json ]] || model=$run/model
[[ -f $model/model.json ]] || { echo "serving.sh: $run: there is no model" >&2; exit 1; }
for tool in wrk curl python3; do
  command -v "$tool" >/dev/null || { echo "serving.sh: $tool is missing" >&2; exit 1; }
done
python=${PYTHON:-python3}
seconds=${SECONDS_EACH:-10}
connections=${CONNECTIONS:-16}
work=$(mktemp -d)
servers=()
finish() {
  for server in "${servers[@]}"; do
    kill "$server" 2>/dev/null || true
  done
  wait
  rm -rf "$work"
}
trap finish EXIT

# Bodies of 1, 64 and 1,024 samples of random rows.
python3 - "$model/model.json" "$work" <<'PY'
import json, random, sys

model = json.load(open(sys.argv[1]))
rows = {table["name"]: table["rows"] for table in model["tables"]}
width = model["model"]["dense_width"]
draw = random.Random(7)
for size in (1, 64, 1024):
    with open(f"{sys.argv[2]}/{size}.jsonl", "w") as out:
        for _ in range(64 if size < 1024 else 16):
            dense = [round(draw.random() * 5, 3) for _ in range(size * width)]
            inputs = [{"name": "dense", "datatype": "FP32", "shape": [size, width], "data": dense}] if width else []
            for feature in model["model"]["features"]:
                data = [draw.randrange(rows[feature["table"]]) for _ in range(size)]
                inputs.append({"name": feature["name"], "datatype": "INT64", "shape": [size], "data": data})
            out.write(json.dumps({"inputs": inputs}, separators=(",", ":")) + "\n")
PY

answers() {
  for _ in $(seq 300); do
    if curl -sf -o "$work/answer" -d "@$work/one" "http://127.0.0.1:$1/v2/models/farsight/infer"; then
      return 0
    fi
    sleep 0.2
  done
  return 1
}

"$home/farsight" serve --model "$model" --port 18080 --grpc-port 18081 >"$work/farsight.log" 2>&1 &
servers+=($!)
names=(farsight)
ports=(18080)
if "$python" -c 'import torch, fastapi, uvicorn, orjson' 2>/dev/null; then
  "$python" "$home/bench/peers/serve_torch.py" "$model" --port 18090 >"$work/torch.log" 2>&1 &
  servers+=($!)
  names+=(pytorch)
  ports+=(18090)
else
  echo "$python has no torch, fastapi, uvicorn and orjson: PyTorch is left out" >&2
fi
head -1 "$work/1.jsonl" >"$work/one"
for s in "${!names[@]}"; do
  answers "${ports[$s]}" || { echo "serving.sh: ${names[$s]} does not answer" >&2; cat "$work"/*.log >&2; exit 1; }
  echo "${names[$s]} scores $(sed 's/.*"data":\[\([^]]*\)\].*/\1/' "$work/answer")"
done

for size in 1 64 1024; do
  for repeat in $(seq 0 "${REPEATS:-3}"); do
    for s in "${!names[@]}"; do
      line=$(BODIES="$work/$size.jsonl" wrk -t 2 -c "$connections" -d "${seconds}s" --latency -s "$home/bench/serving.lua" \
        "http://127.0.0.1:${ports[$s]}/v2/models/farsight/infer" | grep 'requests/s, p50')
      # The first of each warms up.
      [[ $repeat == 0 ]] || echo "batch $size, ${names[$s]}: $line"
    done
  done
done
