#!/bin/sh
# An array of twenty: mkdir results; sbatch slurm.sh --seeds 1..100000 scenarios
# A task that is killed and requeued runs its shard again; behind them all:
#     sbatch --dependency=afterany:JOBID --wrap 'rehearse merge results/*.jsonl'
#SBATCH --job-name=rehearse
#SBATCH --array=1-20
#SBATCH --ntasks=1
#SBATCH --requeue
#SBATCH --output=results/%a.log
set -eu
exec "${rehearse:-rehearse}" run --shard auto --results "results/$SLURM_ARRAY_TASK_ID.jsonl" "$@"
