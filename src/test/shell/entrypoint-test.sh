#!/bin/sh
# The container's entrypoint against a stub server that prints its arguments, one a line.
set -u
cd "$(dirname "$0")/../../.." || exit 1
. src/test/shell/assertions.sh

folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
printf '#!/bin/sh\nprintf "[%%s]" "$@"\n' >"$folder/server"
chmod +x "$folder/server"

# run_entrypoint [VARIABLE=value...] -- [argument...]: sets output and code.
run_entrypoint() {
  set -- "$@" # the variables up to --, then the arguments
  output=$(env -i PATH="$PATH" OMNIGRAPH_SERVER_PROGRAM="$folder/server" sh -c '
    while [ "$1" != -- ]; do export "$1"; shift; done; shift
    exec docker/entrypoint.sh "$@"' entrypoint "$@" 2>&1)
  code=$?
}

run_entrypoint -- --cluster /data --bind '0:0' 'two words'
check 'arguments go to the server unchanged' '[--cluster][/data][--bind][0:0][two words]' "$output"

run_entrypoint OMNIGRAPH_CLUSTER=s3://b/p -- --help
check 'arguments win over variables' '[--help]' "$output"

run_entrypoint OMNIGRAPH_CLUSTER=s3://b/p --
check 'a cluster is served on all addresses' '[--cluster][s3://b/p][--bind][0.0.0.0:8080]' "$output"

run_entrypoint 'OMNIGRAPH_CLUSTER=/with blank' OMNIGRAPH_BIND=127.0.0.1:9 --
check 'the address can be chosen' '[--cluster][/with blank][--bind][127.0.0.1:9]' "$output"

for value in 1 true YES; do
  run_entrypoint OMNIGRAPH_CLUSTER=c OMNIGRAPH_REQUIRE_ALL_GRAPHS=$value --
  check "strict with $value" '[--cluster][c][--bind][0.0.0.0:8080][--require-all-graphs]' "$output"
done
for value in 0 false FALSE ' '; do
  run_entrypoint OMNIGRAPH_CLUSTER=c "OMNIGRAPH_REQUIRE_ALL_GRAPHS=$value" --
  check "not strict with '$value'" '[--cluster][c][--bind][0.0.0.0:8080]' "$output"
done

for legacy in OMNIGRAPH_TARGET_URI OMNIGRAPH_CONFIG OMNIGRAPH_TARGET; do
  run_entrypoint OMNIGRAPH_CLUSTER=c $legacy=x --
  check "$legacy beside a cluster is misuse" 64 "$code"
  check_contains "$legacy is named" "$legacy" "$output"

  run_entrypoint $legacy=x --
  check "$legacy alone is misuse" 64 "$code"
  check_contains "$legacy alone: the way out is named" OMNIGRAPH_CLUSTER "$output"
done

run_entrypoint --
check 'nothing given is misuse' 64 "$code"
check_contains 'nothing given: usage' 'usage: set OMNIGRAPH_CLUSTER' "$output"

finish
