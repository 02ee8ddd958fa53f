#!/usr/bin/env bash
# Starts a class of the benches in the JVM that ./farsight would start, building first if need be.
#   bench/run.sh org.openjdk.jmh.Main PlannerBenchmark -p policy=lfu
set -euo pipefail
home=$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")
"$home/farsight" version >/dev/null
source "$home/bench/version.sh"
lib=$home/cli/target/farsight-$(farsight_version "$home")/lib
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
exec "$java" "@$home/jvm.options" -cp "$lib/*:$lib/jmh/*:$lib/jcuda/*:$lib/nd4j/*:$lib/nd4j-native/*" "$@"
