#!/bin/sh
# omnigraph-demo with stub programs: the steps it takes, what it says, how it ends.
set -u
cd "$(dirname "$0")/../../.." || exit 1
. src/test/shell/assertions.sh

folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
folder=$(cd "$folder" && pwd -P)
home=$folder/home
mkdir -p "$home/bin"
cp src/main/dist/bin/omnigraph-demo "$home/bin/"
cp -R src/main/dist/demo "$home/demo"

# The stubs note how they were called; the command line fails at the call named in $folder/broken.
cat >"$home/bin/omnigraph" <<'STUB'
#!/bin/sh
folder=$(dirname "$0")/../..
echo "omnigraph $*" >>"$folder/calls"
case "$*" in
  *"$(cat "$folder/broken" 2>/dev/null || echo nothing-is-broken)"*) echo "stub is broken"; exit 1 ;;
esac
STUB
cat >"$home/bin/omnigraph-server" <<'STUB'
#!/bin/sh
folder=$(dirname "$0")/../..
if [ "$1" = --check-bind ]; then
  [ -e "$folder/port-taken" ] || exit 0
  echo "cannot listen on $3: address in use" >&2
  exit 1
fi
echo "omnigraph-server $*" >>"$folder/calls"
[ -e "$folder/broken-server" ] && { echo "cannot read the ledger" >&2; exit 3; }
echo "a line of its own"
echo "OMNIGRAPH_LISTEN_ADDR=127.0.0.1:7777"
[ -e "$folder/keep-running" ] || exit 0
trap 'echo drained >>"$folder/calls"; exit 143' TERM
: >"$folder/running"
while :; do sleep 0.1; done
STUB
chmod +x "$home/bin/omnigraph" "$home/bin/omnigraph-server"

# demo [argument...]: sets output, code and calls.
demo() {
  : >"$folder/calls"
  output=$("$home/bin/omnigraph-demo" "$@" 2>&1)
  code=$?
  calls=$(sed "s#$folder/##g" "$folder/calls")
}

data=$folder/data
demo --data "$data" --bind 127.0.0.1:0
check 'the first run creates, loads and serves' \
  "omnigraph cluster import --config data
omnigraph cluster apply --config data
omnigraph load --mode merge --store data/graphs/dev.omni --data home/demo/data.jsonl
omnigraph-server --cluster data --bind 127.0.0.1:0 --unauthenticated" "$calls"
check 'it ends with the code of the server' 0 "$code"
check_contains 'the address is printed' "on http://127.0.0.1:7777, from $data" "$output"
check_contains 'a query to paste is printed' \
  'curl -s http://127.0.0.1:7777/graphs/dev/queries/what_pulls_in' "$output"
check_contains 'what the server prints is passed on' 'a line of its own' "$output"
check 'schema and queries are copied' yes "$([ -e "$data/demo.pg" ] && [ -e "$data/queries/notes.gq" ] && echo yes)"

demo --data "$data" --bind 127.0.0.1:0
check 'the second run only serves' \
  'omnigraph-server --cluster data --bind 127.0.0.1:0 --unauthenticated' "$calls"

: >"$folder/broken-server"
demo --data "$data"
check 'a server that cannot start decides the exit code' 3 "$code"
check 'its message is the last word' 'cannot read the ledger' "$output"
rm "$folder/broken-server"

: >"$folder/port-taken"
demo --data "$folder/untouched" --bind 127.0.0.1:7
check 'a taken port is one line' '1 cannot listen on 127.0.0.1:7: address in use' "$code $output"
check 'a taken port is noticed before anything is prepared' '' \
  "$calls$([ -e "$folder/untouched" ] && echo folder)"
rm "$folder/port-taken"

echo load >"$folder/broken"
demo --data "$folder/other"
check 'a failed step ends the run' 1 "$code"
check_contains 'what the step said is shown' 'stub is broken' "$output"
check_contains 'the failed step is named' "'omnigraph load --mode' failed" "$output"
rm "$folder/broken"
mkdir -p "$folder/other/__cluster" && : >"$folder/other/__cluster/state.json"
demo --data "$folder/other"
check_contains 'the next run goes on where it stopped' 'omnigraph load' "$calls"
case $calls in
  *'cluster import'*) check 'an import is not repeated' once twice ;;
  *) check 'an import is not repeated' once once ;;
esac

: >"$folder/file"
demo --data "$folder/file/below"
check 'a folder that cannot be made is one line' \
  "1 omnigraph-demo: cannot create the data folder '$folder/file/below'" "$code $output"

demo --bind
check 'a missing value is misuse' '2 omnigraph-demo: --bind needs a value' "$code $output"
demo --port 1
check 'an unknown argument is misuse' 2 "$code"

# Stopping: SIGTERM to the script drains the server.
: >"$folder/keep-running"
: >"$folder/calls"
"$home/bin/omnigraph-demo" --data "$data" >"$folder/output" 2>&1 &
demo=$!
waited=0
until [ -e "$folder/running" ] || [ "$waited" -ge 100 ]; do
  sleep 0.1
  waited=$((waited + 1))
done
kill -TERM "$demo"
wait "$demo"
check 'a stopped demo ends well' 0 "$?"
check_contains 'the server was drained' drained "$(cat "$folder/calls")"

finish
