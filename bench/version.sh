# For scripts to source: the version in the pom. Builds of earlier versions may lie beside it in target folders.
farsight_version() {
  sed -n '/<version>/{s:.*<version>\(.*\)</version>.*:\1:p;q}' "$1/pom.xml"
}
