#!/bin/sh
# Start of the container: composes the server's command line.
#
#   arguments given           they are the server's arguments
#   OMNIGRAPH_CLUSTER set     serve that cluster on OMNIGRAPH_BIND (default 0.0.0.0:8080);
#                             OMNIGRAPH_REQUIRE_ALL_GRAPHS adds --require-all-graphs
#   anything else             a message and exit code 64
set -u

server=${OMNIGRAPH_SERVER_PROGRAM:-/usr/local/bin/omnigraph-server}

misuse() {
  printf '%s\n' "$@" >&2
  exit 64
}

# True for every value but blank, 0 and false, as the server itself reads such variables.
truthy() {
  value=$(printf '%s' "$1" | tr -d '[:space:]' | tr '[:upper:]' '[:lower:]')
  case $value in
    '' | 0 | false) return 1 ;;
    *) return 0 ;;
  esac
}

[ "$#" -gt 0 ] && exec "$server" "$@"

legacy=
for name in OMNIGRAPH_TARGET_URI OMNIGRAPH_CONFIG OMNIGRAPH_TARGET; do
  eval "value=\${$name:-}"
  [ -n "$value" ] && legacy="${legacy:+$legacy, }$name"
done

if [ -n "${OMNIGRAPH_CLUSTER:-}" ]; then
  [ -z "$legacy" ] ||
    misuse "entrypoint: OMNIGRAPH_CLUSTER cannot be combined with $legacy: unset the latter"
  set -- --cluster "$OMNIGRAPH_CLUSTER" --bind "${OMNIGRAPH_BIND:-0.0.0.0:8080}"
  truthy "${OMNIGRAPH_REQUIRE_ALL_GRAPHS:-}" && set -- "$@" --require-all-graphs
  exec "$server" "$@"
fi

[ -z "$legacy" ] ||
  misuse "entrypoint: $legacy is no longer supported: the server boots from a cluster, so set OMNIGRAPH_CLUSTER"

misuse \
  'usage: set OMNIGRAPH_CLUSTER to a cluster folder or storage root (such as s3://bucket/prefix),' \
  '       or pass the arguments of omnigraph-server'
