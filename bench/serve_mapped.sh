#!/usr/bin/env bash
# A model of four times the heap and the cache, served from mapped files: p50, p99 and p99.9, cold and warm.
#   bench/serve_mapped.sh [SECONDS [FOLDER]]      default: 30 s each; a folder in TMPDIR that is deleted at the end
# HEAP_MIB (256), CACHE_MIB (64), CONNECTIONS (4) and BATCH (1, samples of a request) say how. Cold: the files of the model are
# dropped from the page cache before the load begins, and verify is off, which would read them. Warm: the same load once more.
# A FOLDER that has a model of an earlier call is used again. Needs wrk (Debian's package of that name), curl and python3.
set -euo pipefail
home=$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")
seconds=${1:-30}
heap=${HEAP_MIB:-256}
cache=${CACHE_MIB:-64}
for tool in wrk curl python3; do
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

# All rows are in the files of a model, trained or not. 64 floats a row.
rows=$(((heap + cache) * 4 * 1048576 / 256))
model=$folder/run/model
if [[ ! -f $model/model.json ]]; then
  mkdir -p "$folder"
  "$home/farsight" train --set "run.directory=$folder/run" --set data.synthetic.rows=200000 --set data.batch-size=1024 \
    --set "data.synthetic.cardinalities=[$rows, 1000]" --set model.embedding-dim=64 --set "model.dlrm.bottom-mlp=[64]" \
    --set "model.dlrm.top-mlp=[64]" --set "cache.size=100000 rows" --set model.save=true --set report.hash-weights=false \
    --set train.max-steps=150 >"$temporary/train.txt" 2>&1 || fail "the model cannot be made"
fi
echo "model: $(du -sm "$model" | cut -f1) MiB, heap $heap MiB, cache $cache MiB"

# Rows drawn alike: the cache and the page cache gain the least.
python3 - "$rows" "${BATCH:-1}" "$temporary/bodies" <<'PY'
import json, random, sys

rows, size = int(sys.argv[1]), int(sys.argv[2])
draw = random.Random(7)
with open(sys.argv[3], "w") as out:
    for _ in range(100_000 // size):
        dense = [round(draw.random() * 5, 2) for _ in range(size * 13)]
        inputs = [{"name": "dense", "datatype": "FP32", "shape": [size, 13], "data": dense}]
        for name, most in (("C1", rows), ("C2", 1000)):
            data = [draw.randrange(most) for _ in range(size)]
            inputs.append({"name": name, "datatype": "INT64", "shape": [size], "data": data})
        out.write(json.dumps({"inputs": inputs}, separators=(",", ":")) + "\n")
PY

# How much of the model is in the page cache, in MiB, as fincore tells it; empty if that is not there.
cached() {
  fincore -bnr -o RES "$model"/* 2>/dev/null | awk '{ all += $1 } END { printf "%d", all / 1048576 }'
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
# Mapped pages stay, so the server gives up its mappings by starting anew would lose the compiled code: it is told to the kernel.
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
