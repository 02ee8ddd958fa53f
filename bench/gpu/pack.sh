#!/usr/bin/env bash
# Puts what bench/gpu/run.sh needs on a GPU host into one folder: pack.sh FOLDER. After `mvn package -DskipTests`.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$here/../..
to=${1:?the folder to make}
lib=$(echo "$root"/cli/target/farsight-*/lib)
copy() { mvn -q -B dependency:copy -Dartifact="$1" -DoutputDirectory="$(realpath "$to/test")"; }

mkdir -p "$to/lib" "$to/test"
cp "$lib"/*.jar "$to/lib/"
cp "$root"/compute-jcuda/target/compute-jcuda-*-tests.jar "$root"/testkit/target/testkit-*SNAPSHOT.jar "$to/test/"
cp "$here/run.sh" "$here/dlrm.conf" "$to/"
copy org.junit.platform:junit-platform-console-standalone:1.14.4
copy "org.assertj:assertj-core:$(sed -n 's:.*<assertj.version>\(.*\)</assertj.version>.*:\1:p' "$root/pom.xml")"
copy net.bytebuddy:byte-buddy:1.18.3
du -sh "$to"
