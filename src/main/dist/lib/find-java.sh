# Sourced by the launchers and run by the Makefile: finds a Java runtime of version 21 or newer.
#
#   find_java [program]   sets JAVA_HOME and JAVA_MAJOR; `program` is what must be there
#                         (`java` by default, `javac` for a build). Returns 1 when there is none.
#
# Order: JAVA_HOME, the PATH, then the folders where systems keep their JVMs (newest first).
# OMNIGRAPH_JVM_FOLDERS replaces that list of folders.

MINIMUM_JAVA=21

# Prints the major version of the Java installation in $1, or nothing.
java_major() {
  if [ -r "$1/release" ]; then
    version=$(sed -n 's/^JAVA_VERSION="\{0,1\}\([0-9._]*\).*/\1/p' "$1/release" | head -n 1)
  else
    version=$("$1/bin/java" -version 2>&1 | sed -n 's/.*version "\([0-9._]*\).*/\1/p' | head -n 1)
  fi
  case $version in
    1.*) version=${version#1.} ;;
  esac
  printf '%s' "${version%%[._]*}"
}

# Prints the installation that a program on the PATH belongs to, or nothing.
java_home_on_path() {
  found=$(command -v "$1" 2>/dev/null) || return 0
  # Follows symbolic links by hand: not every system's readlink knows -f.
  while [ -L "$found" ]; do
    target=$(readlink "$found")
    case $target in
      /*) found=$target ;;
      *) found=$(dirname "$found")/$target ;;
    esac
  done
  dirname "$(cd "$(dirname "$found")" && pwd -P)"
}

# Accepts the installation in $1 if it has the program $2 and is new enough.
use_java_home() {
  [ -n "$1" ] && [ -x "$1/bin/$2" ] && [ -x "$1/bin/java" ] || return 1
  major=$(java_major "$1")
  case $major in
    '' | *[!0-9]*) return 1 ;;
  esac
  [ "$major" -ge "$MINIMUM_JAVA" ] || return 1
  JAVA_HOME=$1
  JAVA_MAJOR=$major
}

find_java() {
  program=${1:-java}
  use_java_home "${JAVA_HOME:-}" "$program" && return 0
  use_java_home "$(java_home_on_path "$program")" "$program" && return 0

  best_home= best_major=0
  for folder in ${OMNIGRAPH_JVM_FOLDERS:-/usr/lib/jvm /usr/java /Library/Java/JavaVirtualMachines \
    /opt /opt/java /opt/homebrew/opt "${HOME:-/}/.sdkman/candidates/java" "${HOME:-/}/.jdks"}; do
    for candidate in "$folder"/* "$folder"/*/Contents/Home "$folder"/*/libexec/openjdk.jdk/Contents/Home; do
      if use_java_home "$candidate" "$program" && [ "$JAVA_MAJOR" -gt "$best_major" ]; then
        best_home=$JAVA_HOME best_major=$JAVA_MAJOR
      fi
    done
  done
  [ "$best_major" -gt 0 ] || return 1
  JAVA_HOME=$best_home
  JAVA_MAJOR=$best_major
}
