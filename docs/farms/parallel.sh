#!/bin/sh
# Twenty shards with GNU parallel, as many at a time as there are processors; where it is not
# installed a shell starts them all. Arguments go to `rehearse run`.
set -eu
: "${rehearse:=rehearse}"
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
REHEARSE_SHARDS=20
export REHEARSE_SHARDS
if command -v parallel >/dev/null; then
    seq "$REHEARSE_SHARDS" |
        parallel -q "$rehearse" run -q --shard auto --results "$results/{}.jsonl" "$@" || true
else
    for shard in $(seq "$REHEARSE_SHARDS"); do
        PARALLEL_SEQ=$shard "$rehearse" run -q --shard auto --results "$results/$shard.jsonl" "$@" &
    done
    wait
fi >/dev/null # what failed, merge says
"$rehearse" merge --json "$results"/*.jsonl
