# Sourced by the programs in bin/: starts one main class of the packaged OmniGraph.
#
#   launch <name> <main class> [argument...]
#
# Expects program_home. Everything set here yields to the environment; conf/ says what there is.

fail() {
  printf '%s\n' "$1" >&2
  exit "${2:-1}"
}

# Prints the flags of one options file that this Java version understands: `24-:flag` means
# "from version 24 on", a line without a prefix applies to all.
jvm_options() {
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in
      '' | '#'*) continue ;;
      [0-9]*-:*)
        if [ "$JAVA_MAJOR" -ge "${line%%-:*}" ]; then printf '%s\n' "${line#*-:}"; fi
        ;;
      *) printf '%s\n' "$line" ;;
    esac
  done <"$1"
}

launch() {
  name=$1
  main_class=$2
  shift 2

  . "$program_home/lib/find-java.sh"
  find_java java ||
    fail "$name: no Java $MINIMUM_JAVA or newer found: set JAVA_HOME or put java on the PATH"

  conf=${OMNIGRAPH_CONF:-$program_home/conf}
  [ -d "$conf" ] || fail "$name: no configuration folder $conf"
  [ -r "$conf/omnigraph.env" ] && . "$conf/omnigraph.env"

  flags=$(jvm_options "$conf/jvm.options" && jvm_options "$conf/$name.jvm.options") || exit 1

  # Built from the back: arguments, main class, the user's flags, ours. The later flag wins.
  set -- "$main_class" "$@"
  set -f
  # shellcheck disable=SC2086 # split at blanks, as JAVA_TOOL_OPTIONS is
  set -- ${OMNIGRAPH_JAVA_OPTS:-} "$@"
  IFS='
'
  # shellcheck disable=SC2086 # split at line ends
  set -- $flags "$@"
  unset IFS
  set +f

  exec "$JAVA_HOME/bin/java" \
    -cp "$program_home/lib/*" \
    "-Domnigraph.home=$program_home" \
    "-Domnigraph.native.dir=$program_home/lib/native" \
    "-Dlogback.configurationFile=$conf/logback.xml" \
    "$@"
}
