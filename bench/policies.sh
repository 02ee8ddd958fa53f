#!/usr/bin/env bash
# Makes the tables of docs/policies.md: records traces, replays them through the policies, prints Markdown.
#   CRITEO=train.txt bench/policies.sh > tables.md
# SAMPLES: of the Kaggle-like trace (8388608), whose replays take about 400 bytes of heap each (HEAP, 6g). SIZES: slots to replay
# it with, .1, .5, 1, 5 and 10 % of all 33,762,577 rows; a shorter trace has not rows enough for the larger ones. CRITEO: real
# rows in Criteo's format; without them those tables are left out. OUT: where traces and results go; a Kaggle-like trace that is
# there is not recorded anew.
set -euo pipefail
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
farsight=$here/../farsight
samples=${SAMPLES:-8388608}
sizes=${SIZES:-33763,168813,337626,1688129,3376258}
policies=${POLICIES:-lookahead,lfu,lru}
out=${OUT:-$here/target/policies}
mkdir -p "$out"
export JDK_JAVA_OPTIONS="-Xmx${HEAP:-6g}"

replay() { # TRACE RESULT OPTION...
  local trace=$1 result=$2
  shift 2
  echo "replay of $trace: $*" >&2
  "$farsight" trace replay "$out/$trace" --conf "$here/policies.conf" --out "$out/$result.json" "$@" >&2
}

kaggle=$out/kaggle-$samples.trace
[[ -f $kaggle ]] ||
  "$farsight" trace record "$here/policies.conf" --set "data.synthetic.rows=$samples" --out "$kaggle" >&2
replay "${kaggle##*/}" kaggle-2048 --policy "$policies" --lookahead 32 --size "$sizes"
replay "${kaggle##*/}" kaggle-16384 --policy "$policies" --lookahead 32 --batch 16384 --size "${sizes#33763,}"
replay "${kaggle##*/}" ahead-2048 --policy lookahead --lookahead 1,2,4,8,16,32,48,64,96,128,192,240 --size 33763,337626

if [[ -n ${CRITEO:-} ]]; then
  "$farsight" trace record "$here/policies.conf" --set data.source=criteo --set "data.path=$CRITEO" --set data.batch-size=128 \
    --out "$out/criteo.trace" >&2
  replay criteo.trace criteo-128 --policy "$policies" --lookahead 32 --size 5%,10%,20%,50%
  replay criteo.trace criteo-512 --policy "$policies" --lookahead 32 --batch 512 --size 12%,20%,50%
fi
python3 "$here/policies.py" "$out"
