#!/usr/bin/env bash
# Compares the store ssd with RocksDB and a plain mapped file, random batches of 64 and 512 byte rows, with memory for all
# rows and for a quarter of them: see dev.farsight.bench.store.StorePeers. Takes some minutes, and 4 times MIB of disk.
#   bench/stores.sh [FOLDER]          default: a folder in /tmp; its disk is what is measured
# PEERS names who takes part; the first is what the others are compared with. MIB says how many rows there are, ROUNDS and
# SECONDS_A_ROUND how long to measure. Fetches RocksDB (92 MB) on first use.
set -euo pipefail
home=$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")
rocksdb=$(sed -n 's:.*<rocksdb.version>\(.*\)</rocksdb.version>.*:\1:p' "$home/pom.xml")
jar=$home/bench/target/peers/rocksdbjni-$rocksdb.jar
if [[ ! -f $jar ]]; then
  mvn -q -B dependency:copy -Dartifact="org.rocksdb:rocksdbjni:$rocksdb" -DoutputDirectory="$home/bench/target/peers"
fi
"$home/farsight" version >/dev/null
source "$home/bench/version.sh"
lib=$home/cli/target/farsight-$(farsight_version "$home")/lib
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" "@$home/jvm.options" -Xmx1g -Dlogback.configurationFile=bench-logback.xml \
  -cp "$lib/*:$lib/nd4j/*:$lib/nd4j-native/*:$jar" \
  dev.farsight.bench.store.StorePeers "${1:-/tmp}" "${PEERS:-ssd,rocksdb,mapped}" "${MIB:-1024}" "${ROUNDS:-5}" "${SECONDS_A_ROUND:-2}"
