#!/bin/sh
# The launchers in bin/ with a stub java that prints its arguments and environment.
set -u
cd "$(dirname "$0")/../../.." || exit 1
. src/test/shell/assertions.sh

folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
folder=$(cd "$folder" && pwd -P)
home="$folder/with blank"
mkdir -p "$home" "$folder/links"
cp -R src/main/dist/. "$home"
cp -R conf "$home/conf"
ln -s "../with blank/bin/omnigraph" "$folder/links/og"

# stub_java <major version>: an installation whose java prints what it was given.
stub_java() {
  mkdir -p "$folder/java-$1/bin"
  printf 'JAVA_VERSION="%s.0.1"\n' "$1" >"$folder/java-$1/release"
  cat >"$folder/java-$1/bin/java" <<'STUB'
#!/bin/sh
printf '[%s]' "$@"
printf ' threads=%s log=%s' "$LANCE_CPU_THREADS" "$LANCE_LOG"
STUB
  chmod +x "$folder/java-$1/bin/java"
}
stub_java 21
stub_java 25

# A PATH that holds the few tools of the launchers and no Java of this machine.
mkdir "$folder/tools"
for tool in sh sed head dirname readlink; do
  ln -s "$(command -v $tool)" "$folder/tools/$tool"
done

# start <program> <java> [VARIABLE=value...] -- [argument...]: sets output and code.
start() {
  program=$1 java=$2
  shift 2
  output=$(env -i PATH="$folder/tools" HOME="$folder" JAVA_HOME="$folder/$java" OMNIGRAPH_JVM_FOLDERS=/none sh -c '
    program=$1; shift
    while [ "$1" != -- ]; do export "$1"; shift; done; shift
    exec "$program" "$@"' start "$program" "$@" 2>&1)
  code=$?
}

start "$home/bin/omnigraph" java-25 -- query --params '{"a": "x y"}' '*'
check_contains 'the command line class gets the arguments unchanged' \
  '[io.omnigraph.cli.Main][query][--params][{"a": "x y"}][*]' "$output"
check_contains 'libraries are found beside the program' "[-cp][$home/lib/*]" "$output"
check_contains 'the native library too' "[-Domnigraph.native.dir=$home/lib/native]" "$output"
check_contains 'the logging configuration is named' \
  "[-Dlogback.configurationFile=$home/conf/logback.xml]" "$output"
check_contains 'Java 25 gets its flags' '[--sun-misc-unsafe-memory-access=allow]' "$output"
check_contains 'Lance gets its environment' 'threads=4 log=error' "$output"

start "$home/bin/omnigraph-server" java-21 -- --cluster /data
check_contains 'the server class gets its arguments' \
  '[io.omnigraph.server.Main][--cluster][/data]' "$output"
check_contains 'Java 21 gets the common flags' \
  '[--add-opens=java.base/java.nio=ALL-UNNAMED]' "$output"
case $output in
  *unsafe-memory-access*) check 'Java 21 is spared newer flags' absent present ;;
  *) check 'Java 21 is spared newer flags' absent absent ;;
esac

start "$home/bin/omnigraph-server" java-25 LANCE_CPU_THREADS=16 OMNIGRAPH_JAVA_OPTS='-Xmx3g -Da=*' --
check_contains 'the environment wins over the defaults' 'threads=16' "$output"
check_contains 'the own flags come last' '[-Xmx3g][-Da=*][io.omnigraph.server.Main]' "$output"

mkdir "$folder/conf"
printf -- '-Dmine=1 2\n' >"$folder/conf/jvm.options"
: >"$folder/conf/omnigraph.jvm.options"
start "$home/bin/omnigraph" java-25 OMNIGRAPH_CONF="$folder/conf" LANCE_CPU_THREADS=4 LANCE_LOG=warn --
check_contains 'another configuration folder replaces the packaged one' '[-Dmine=1 2]' "$output"

start "$folder/links/og" java-25 -- version
check_contains 'a link to the program works' "[-cp][$home/lib/*]" "$output"

start "$home/bin/omnigraph" java-25 OMNIGRAPH_CONF=/no/such/folder -- version
check 'a missing configuration folder is an error' \
  '1 omnigraph: no configuration folder /no/such/folder' "$code $output"

printf 'JAVA_VERSION="17.0.1"\n' >"$folder/java-25/release"
printf 'JAVA_VERSION="17.0.1"\n' >"$folder/java-21/release"
start "$home/bin/omnigraph" java-25 PATH="$folder/java-21/bin:$folder/tools" -- version
case $code in
  1) check_contains 'no Java is one clear line' 'omnigraph: no Java 21 or newer found' "$output" ;;
  *) check 'no Java is an error' 1 "$code" ;;
esac

finish
