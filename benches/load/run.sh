#!/bin/sh
# Starts the service with an empty database and puts the load of benches/src/bin/load on it.
# Usage: benches/load/run.sh [options of the load program]
# DATABASE_URL (a postgres:// URL of an empty database) instead of a new SQLite file.
set -eu

cd "$(dirname "$0")/../.."
target="${CARGO_TARGET_DIR:-target}/release"
cargo build --release -p scheduler-service -p scheduler-benches --bin scheduler --bin load

work=$(mktemp -d)
port="${PORT:-18080}"
service=
stop() {
    [ -z "$service" ] || kill "$service" 2>/dev/null || true
    [ -z "$service" ] || wait "$service" || true
    rm -rf "$work"
}
trap stop EXIT INT TERM

"$target/load" --write-scenario "$work/scenario.json" "$@"
"$target/scheduler" serve "$work/scenario.json" --listen "127.0.0.1:$port" --horizon-days 0 \
    --database "${DATABASE_URL:-$work/scheduler.db}" --log warn 2>"$work/log" &
service=$!
until curl --silent --fail --output /dev/null "http://127.0.0.1:$port/readyz"; do
    kill -0 "$service" || { cat "$work/log"; exit 1; }
    sleep 0.2
done
"$target/load" --address "127.0.0.1:$port" "$@" || { tail "$work/log"; exit 1; }
# The same searches by another client, which leaves the service more of the machine.
if command -v wrk >/dev/null; then
    wrk --threads 1 --connections 200 --duration 10s --latency --script benches/load/search.lua \
        "http://127.0.0.1:$port"
fi
