#!/usr/bin/env bash
# Prepares a synthetic file of Criteo's format by `farsight data prepare`, and on Spark: two threads of one process (local[2]), and
# two processes of one core (local-cluster). Fails if folders differ in a byte. Prints rows a second, and rows a second of processor
# time: of user and system, of all processes, with their start.
#   bench/prepare_spark.sh [MIB [FOLDER]]    default: 5120 MiB, a folder in TMPDIR that is deleted at the end; needs four times the room
# KEY=VALUE pairs for --set can be given in SETTINGS, such as SETTINGS="data.criteo.min-count=2". Maven has to have Spark's jars,
# or a network to fetch them.
set -euo pipefail

mib=${1:-5120}
home=$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")
folder=${2:-}
if [[ -z $folder ]]; then
  folder=$(mktemp -d "${TMPDIR:-/tmp}/farsight-prepare-spark-XXXXXX")
  trap 'rm -rf -- "$folder"' EXIT
fi
mkdir -p -- "$folder"
folder=$(realpath -- "$folder")
row_bytes=281 # about
rows=$((mib * 1048576 / row_bytes))
part_rows=$((rows / 16 < 1048576 ? rows / 16 + 1 : 1048576))
sets=("data.source=criteo" "data.path=$folder/rows.tsv")
for setting in ${SETTINGS:-}; do
  sets+=("$setting")
done
settings=()
for setting in "${sets[@]}"; do
  settings+=(--set "$setting")
done

log=$folder/maven.txt
(cd "$home" && mvn -B -q -P '!strict' -Dfarsight.quick -Dmaven.test.skip=true -pl spark -am package \
  org.apache.maven.plugins:maven-dependency-plugin:build-classpath -Dmdep.outputFile=target/class-path.txt -Dmdep.includeScope=compile) \
  >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
opens=$(sed -n '/<spark.opens>--/{s:.*<spark.opens>\(.*\)</spark.opens>.*:\1:p;q}' "$home/spark/pom.xml")
read -ra spark_options <<<"$opens"
class_path=$home/spark/target/classes:$(cat "$home/spark/target/class-path.txt")
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
echo 'farsight { }' >"$folder/empty.conf"
mkdir -p -- "$folder/spark/jars"
export SPARK_HOME=$folder/spark SPARK_SCALA_VERSION=2.13 SPARK_LOCAL_DIRS=$folder/spark SPARK_WORKER_DIR=$folder/spark/work

# Executors that cannot start would be started again and again.
most_seconds=$((600 + mib * 2))

# NAME COMMAND...: runs it and prints how fast it was.
timed() {
  local name=$1 out=$folder/$1.txt
  shift
  TIMEFORMAT='%R %U %S'
  { time timeout "$most_seconds" "$@" >"$out" 2>&1 || { cat "$out" >&2; exit 1; }; } 2>"$folder/$name.time"
  awk -v name="$name" -v rows="$rows" \
    '{printf "| %s | %.1f | %.1f | %.0f | %.0f |\n", name, $1, $2 + $3, rows / $1, rows / ($2 + $3)}' "$folder/$name.time"
}

# NAME MASTER: prepares on Spark, into the folder of that name.
on_spark() {
  timed "$1" "$java" "@$home/jvm.options" "${spark_options[@]}" -cp "$class_path" "-Dspark.master=$2" -Dspark.ui.enabled=false \
    -Dspark.driver.host=127.0.0.1 -Dspark.driver.bindAddress=127.0.0.1 "-Dspark.executor.extraClassPath=$class_path" \
    "-Dspark.executor.extraJavaOptions=$opens" dev.farsight.spark.Prepare "$folder/empty.conf" "${settings[@]}" \
    --part-rows "$part_rows" --out "$folder/$1"
}

"$home/farsight" version >/dev/null
[[ -f $folder/rows.tsv ]] || "$home/farsight" data synth --rows "$rows" --out "$folder/rows.tsv"
rm -rf -- "$folder"/{local,spark-threads,spark-processes}
echo "$rows rows, $(($(stat -c %s "$folder/rows.tsv") >> 20)) MiB, $(nproc) processors"
echo "| | s | s of processors | rows/s | rows/s of a processor |"
echo "|---|---|---|---|---|"
timed local "$home/farsight" data prepare "$folder/empty.conf" "${settings[@]}" --part-rows "$part_rows" --out "$folder/local"
on_spark spark-threads 'local[2]'
on_spark spark-processes 'local-cluster[2,1,1024]'
for other in spark-threads spark-processes; do
  diff -r --exclude lock "$folder/local" "$folder/$other" || { echo "prepare_spark: $other differs" >&2; exit 1; }
done
echo "every byte is the same"
