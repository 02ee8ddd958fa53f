#!/usr/bin/env bash
# Puts all that measuring on a GPU host takes into one folder, which needs no Maven, no network and no Java there:
#   mvn package -DskipTests && bench/gpu/pack.sh FOLDER          there: FOLDER/measure.py tests
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$here/../..
to=${1:?the folder to make}
source "$root/bench/version.sh"
version=$(farsight_version "$root")
lib=$root/cli/target/farsight-$version/lib
modules=java.base,java.compiler,java.desktop,java.logging,java.management,java.naming,java.net.http,java.sql,java.xml
modules+=,jdk.httpserver,jdk.jfr,jdk.management,jdk.unsupported,jdk.zipfs

copy() {
  mvn -q -B dependency:copy -Dartifact="$1" -DoutputDirectory="$(realpath "$to/test")"
}

# The version of a library that the tests are built with.
library_version() {
  sed -n "s:.*<$1.version>\(.*\)</$1.version>.*:\1:p" "$root/pom.xml"
}

mkdir -p "$to/lib" "$to/test"
rm -f "$to"/lib/*.jar "$to"/test/*.jar
cp "$lib"/*.jar "$lib"/jcuda/*.jar "$to/lib/"
cp "$root"/{compute-jcuda,bench}/target/farsight-*-"$version"-tests.jar "$root/testkit/target/farsight-testkit-$version.jar" "$to/test/"
cp "$here"/{measure.py,dlrm.conf} "$root"/bench/peers/torch_{dlrm,sharded}.py "$root"/jvm.options "$to/"
copy org.junit.platform:junit-platform-console-standalone:1.14.4
copy "org.assertj:assertj-core:$(library_version assertj)"
copy net.bytebuddy:byte-buddy:1.18.3

if [[ ! -f $to/jre.txz ]]; then
  jdk=${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")}
  jre=$(mktemp -d)/jre
  "$jdk/bin/jlink" --add-modules "$modules" --strip-debug --no-header-files --no-man-pages --output "$jre"
  strip -p --strip-unneeded "$jre"/lib/server/libjvm.so "$jre"/lib/*.so
  tar c -C "$(dirname "$jre")" jre | xz -T0 -6 >"$to/jre.txz"
  rm -rf "$jre"
fi
du -sh "$to"
