#!/usr/bin/env bash
# A model of four times the heap and the cache, served from mapped files: p50, p99 and p99.9, cold and warm.
#   bench/serve_mapped.sh [SECONDS [FOLDER]]      default: 30 s each; a folder in TMPDIR that is deleted at the end
# HEAP_MIB (256), CACHE_MIB (64), CONNECTIONS (4), BATCH (1, samples of a request) and LOOKUPS (26, rows of a sample) say how. Cold: the files of the model are
# dropped from the page cache before the load begins, and verify is off, which would read them. Warm: the same load once more.
# A FOLDER that has a model of an earlier call is used again. Needs wrk (Debian's package of that name), curl, python3 and fincore.
set -euo pipefail
home=$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")
seconds=${1:-30}
heap=${HEAP_MIB:-256}
cache=${CACHE_MIB:-64}
for tool in wrk curl python3 fincore; do
  command -v "$tool" >/dev/null || { echo "serve_mapped.sh: $tool is missing" >&2; exit 1; }
done
temporary=$(mktemp -d "${TMPDIR:-/tmp}/farsight-mapped-XXXXXX")
folder=${2:-$temporary}
server=
finish() {
  [[ -z $server ]] || kill "$server" 2>/dev/null || true
  wait
  rm -rf "$temporary"
}
trap finish EXIT
fail() {
  echo "serve_mapped.sh: $1" >&2
  cat "$temporary"/*.txt >&2
  exit 1
}

# 64 floats a row. Files have the rows that were trained, so each is looked up once: 64 in a sample.
rows=$(((heap + cache) * 4 * 1048576 / 256))
model=$folder/run/model
if [[ ! -f $model/model.json ]]; then
  mkdir -p "$folder"
  python3 - "$rows" >"$temporary/data.csv" <<'PY'
import sys

print("label,x,row")
for first in range(0, int(sys.argv[1]), 64):
    print(f"{first // 64 % 2},{first % 7},{' '.join(str(row) for row in range(first, first + 64))}")
PY
  "$home/farsight" train --set "run.directory=$folder/run" --set data.source=csv --set "data.path=$temporary/data.csv" \
    --set "data.csv.dense=[x]" --set data.eval-fraction=0 --set data.batch-size=1024 --set model.embedding-dim=64 \
    --set "data.csv.categorical=[{column = row, rows = $rows, kind = integer, separator = \" \", max-lookups = 64}]" \
    --set "model.dlrm.bottom-mlp=[64]" --set "model.dlrm.top-mlp=[64]" --set "cache.size=400000 rows" \
    --set report.hash-weights=false >"$temporary/train.txt" 2>&1 || fail "the model cannot be made"
fi
echo "model: $(du -sm "$model" | cut -f1) MiB, heap $heap MiB, cache $cache MiB"

# Rows drawn alike: the cache and the page cache gain the least.
python3 - "$rows" "${BATCH:-1}" "${LOOKUPS:-26}" "$temporary/bodies" <<'PY'
import json, random, sys

rows, size, lookups = (int(number) for number in sys.argv[1:4])
draw = random.Random(7)
with open(sys.argv[4], "w") as out:
    for _ in range(100_000 // size):
        x = [draw.randrange(7) for _ in range(size)]
        row = [draw.randrange(rows) for _ in range(size * lookups)]
        out.write(json.dumps({"inputs": [
            {"name": "dense", "datatype": "FP32", "shape": [size, 1], "data": x},
            {"name": "row", "datatype": "INT64", "shape": [size * lookups], "data": row},
            {"name": "row.offsets", "datatype": "INT64", "shape": [size], "data": list(range(0, size * lookups, lookups))},
        ]}, separators=(",", ":")) + "\n")
PY

# How much of the model is in the page cache, in MiB, as fincore tells it.
cached() {
  find "$model" -type f -exec fincore -bnr -o RES {} + 2>/dev/null | awk '{ all += $1 } END { printf "%d", all / 1048576 }'
}
url=http://127.0.0.1:18080
JDK_JAVA_OPTIONS="-Xmx${heap}m" "$home/farsight" serve --model "$model" --port 18080 --grpc-port 18081 \
  --set "serving.cache.size=$cache MiB" --set serving.verify=false >"$temporary/serve.txt" 2>&1 &
server=$!
for _ in $(seq 600); do
  curl -sf -o /dev/null "$url/v2/health/ready" && break
  kill -0 "$server" 2>/dev/null || fail "the server ended"
  sleep 0.2
done
load() {
  BODIES="$temporary/bodies" wrk -t 1 -c "${CONNECTIONS:-4}" -d "${2}s" --timeout 30s --latency -s "$home/bench/serving.lua" \
    "$url/v2/models/farsight/infer" >"$temporary/wrk.txt"
  [[ -z $1 ]] || echo "$1: $(grep 'requests/s' "$temporary/wrk.txt"); $(cached) MiB of the model in the page cache"
}
# The code is compiled before anything is measured.
load "" 10
# Pages that a process has mapped cannot be dropped, so the server's are paged out first.
python3 - "$server" "$model" <<'PY'
import ctypes, os, pathlib, sys

# process_madvise(MADV_PAGEOUT) on the server's mappings, then posix_fadvise(DONTNEED) on the files.
libc = ctypes.CDLL(None, use_errno=True)
pid, model = int(sys.argv[1]), os.path.realpath(sys.argv[2])
class Range(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]
pidfd = libc.syscall(434, pid, 0)
for line in open(f"/proc/{pid}/maps"):
    parts = line.split(maxsplit=5)
    if len(parts) == 6 and parts[5].strip().startswith(model):
        start, end = (int(at, 16) for at in parts[0].split("-"))
        one = Range(start, end - start)
        libc.syscall(440, pidfd, ctypes.byref(one), 1, 21, 0)
for file in pathlib.Path(model).rglob("*"):
    if file.is_file():
        fd = os.open(file, os.O_RDONLY)
        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(fd)
PY
echo "dropped: $(cached) MiB of the model in the page cache"
load cold "$seconds"
load warm "$seconds"
awk '/^VmRSS|^RssAnon/ { printf "%s %d MiB\n", $1, $2 / 1024 }' "/proc/$server/status"
