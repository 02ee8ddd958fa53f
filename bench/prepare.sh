#!/usr/bin/env bash
# Prepares a synthetic file of Criteo's format in a heap of 512 MiB: once without a break, and once with a kill -9 at five moments.
# Fails if the two differ in a byte. Prints how long the first took, how many rows a second that is, and the most memory of its process.
#   bench/prepare.sh [MIB [FOLDER]]    default: 10240 MiB, a folder in TMPDIR that is deleted at the end; needs twice the room
# KEY=VALUE pairs for --set can be given in SETTINGS, such as SETTINGS="data.criteo.min-count=2".
set -euo pipefail

mib=${1:-10240}
home=$(cd "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
folder=${2:-}
if [[ -z $folder ]]; then
  folder=$(mktemp -d "${TMPDIR:-/tmp}/farsight-prepare-XXXXXX")
  trap 'rm -rf -- "$folder"' EXIT
fi
mkdir -p -- "$folder"
row_bytes=281 # about
rows=$((mib * 1048576 / row_bytes))
part_rows=$((rows / 16 < 1048576 ? rows / 16 + 1 : 1048576))
settings=(--set data.source=criteo --set "data.path=$folder/rows.tsv")
for setting in ${SETTINGS:-}; do
  settings+=(--set "$setting")
done
export JDK_JAVA_OPTIONS=-Xmx512m

# Starts it in the background: $pid.
prepare() {
  "$home/farsight" data prepare "${settings[@]}" --part-rows "$part_rows" --out "$1" >"$1.txt" 2>&1 &
  pid=$!
}

finish() {
  wait "$pid" || { cat "$1.txt" >&2; exit 1; }
}

parts() {
  find "$1" -maxdepth 1 -name '*_sparse.npy' 2>/dev/null | wc -l
}

sums() {
  (cd "$1" && find . -type f ! -name lock -print0 | sort -z | xargs -0 sha256sum)
}

[[ -f $folder/rows.tsv ]] || "$home/farsight" data synth --rows "$rows" --out "$folder/rows.tsv"
echo "rows.tsv: $(($(stat -c %s "$folder/rows.tsv") >> 20)) MiB"
rm -rf -- "$folder/whole" "$folder/killed"

start=$SECONDS
prepare "$folder/whole"
most=0
while kill -0 "$pid" 2>/dev/null; do
  now=$(awk '/^VmHWM/ {print int($2 / 1024)}' "/proc/$pid/status" 2>/dev/null || true)
  most=$((${now:-0} > most ? ${now:-0} : most))
  sleep 0.2
done
finish "$folder/whole"
all=$(parts "$folder/whole")
echo "without a break: $((SECONDS - start)) s, at most $most MiB of memory, $all parts"
cat "$folder/whole.txt"

for kill in 1 2 3 4 5; do
  prepare "$folder/killed"
  until (($(parts "$folder/killed") >= kill * all / 6)); do
    kill -0 "$pid" 2>/dev/null || { finish "$folder/killed"; echo "prepare: it ended before kill $kill" >&2; exit 1; }
    sleep 0.05
  done
  sleep "0.$((RANDOM % 10))"
  kill -9 "$pid"
  wait "$pid" 2>/dev/null || true
  echo "killed with $(parts "$folder/killed") parts, $(find "$folder/killed" -name '*.partial' | wc -l) files unfinished"
done
prepare "$folder/killed"
finish "$folder/killed"
if ! diff <(sums "$folder/whole") <(sums "$folder/killed"); then
  echo "prepare: killed five times, the data differs" >&2
  exit 1
fi
echo "killed five times, every byte is the same"
