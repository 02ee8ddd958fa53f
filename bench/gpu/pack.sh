#!/usr/bin/env bash
# Puts what bench/gpu/run.sh needs on a GPU host into one folder: pack.sh FOLDER. After `mvn package -DskipTests`.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$here/../..
to=${1:?the folder to make}
lib=$(echo "$root"/cli/target/farsight-*/lib)
property() { sed -n "s:.*<$1>\(.*\)</$1>.*:\1:p" "$root/pom.xml"; }

mkdir -p "$to/lib" "$to/test"
cp "$lib"/*.jar "$to/lib/"
cp "$root"/compute-jcuda/target/compute-jcuda-*-tests.jar "$root"/testkit/target/testkit-*SNAPSHOT.jar "$to/test/"
cp "$here/run.sh" "$here/dlrm.conf" "$to/"
# Of the tests' libraries the launcher brings JUnit itself; the other is AssertJ with what it needs.
mvn -q -B dependency:copy -Dartifact=org.junit.platform:junit-platform-console-standalone:1.14.4 -DoutputDirectory="$(realpath "$to/test")"
mvn -q -B -f "$root/compute-jcuda/pom.xml" dependency:copy-dependencies -DincludeArtifactIds=assertj-core,byte-buddy \
  -DoutputDirectory="$(realpath "$to/test")" -DexcludeTransitive=false || true
mvn -q -B dependency:copy -Dartifact="org.assertj:assertj-core:$(property assertj.version)" -DoutputDirectory="$(realpath "$to/test")"
du -sh "$to"
