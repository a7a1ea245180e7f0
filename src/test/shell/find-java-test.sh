#!/bin/sh
# The search for a Java runtime, over made-up installations.
set -u
cd "$(dirname "$0")/../../.." || exit 1
. src/test/shell/assertions.sh

folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
folder=$(cd "$folder" && pwd -P)

# installation <folder> <version> [program...]: an installation with a release file.
installation() {
  home=$folder/$1 version=$2
  shift 2
  mkdir -p "$home/bin"
  for program in java "$@"; do
    printf '#!/bin/sh\necho "openjdk version \\"%s\\"" >&2\n' "$version" >"$home/bin/$program"
    chmod +x "$home/bin/$program"
  done
  printf 'IMPLEMENTOR="X"\nJAVA_VERSION="%s"\n' "$version" >"$home/release"
}

installation jvm/old-8 1.8.0_402 javac
installation jvm/java-17 17.0.15 javac
installation jvm/java-21 21.0.7 javac
installation jvm/jre-26 26
installation jvm/java-25 25.0.3 javac
installation plain 23 javac && rm "$folder/plain/release"
mkdir "$folder/none" "$folder/linked"
ln -s ../jvm/java-21/bin/java "$folder/linked/java"

# A PATH that holds the few tools of the search and no Java of this machine.
mkdir "$folder/tools"
for tool in sed head dirname readlink; do
  ln -s "$(command -v $tool)" "$folder/tools/$tool"
done

# find_with <program> [VARIABLE=value...]: prints what is found, relative to the folder. ON_PATH is
# searched before the tools.
find_with() {
  program=$1 on_path=
  shift
  case ${1:-} in
    ON_PATH=*) on_path=${1#ON_PATH=}: && shift ;;
  esac
  env -i HOME="$folder/none" PATH="$on_path$folder/tools" OMNIGRAPH_JVM_FOLDERS="$folder/jvm" "$@" \
    /bin/sh -c '. src/main/dist/lib/find-java.sh
      find_java "$1" && echo "$JAVA_MAJOR $JAVA_HOME"' find "$program" | sed "s#$folder/##"
}

check 'JAVA_HOME comes first' '21 jvm/java-21' "$(find_with javac JAVA_HOME="$folder/jvm/java-21")"
check 'an old JAVA_HOME is passed over' '25 jvm/java-25' "$(find_with javac JAVA_HOME="$folder/jvm/java-17")"
check 'a broken JAVA_HOME is passed over' '25 jvm/java-25' "$(find_with javac JAVA_HOME=/no/such/folder)"
check 'then the PATH, through links' '21 jvm/java-21' "$(find_with java ON_PATH="$folder/linked")"
check 'an old java on the PATH is passed over' '25 jvm/java-25' "$(find_with javac ON_PATH="$folder/jvm/java-17/bin")"
check 'a build needs javac' '25 jvm/java-25' "$(find_with javac)"
check 'a start needs only java, the newest' '26 jvm/jre-26' "$(find_with java)"
check 'without a release file java is asked' '23 plain' "$(find_with javac JAVA_HOME="$folder/plain")"
check 'nothing is found where nothing is' '' "$(find_with javac OMNIGRAPH_JVM_FOLDERS="$folder/none")"
check 'too old everywhere' '' "$(find_with java OMNIGRAPH_JVM_FOLDERS="$folder/none" JAVA_HOME="$folder/jvm/old-8")"

finish
