"""A trial of a sweep that computes nothing: read its spec, hash it, skip it if it exists, run it on one of two processors, append
its result to a file that lasts. The peer is the script people write: a pool of two processes, chunks of 100, one line of JSON a
trial, fsync five times a second."""
from paired import compare, own, peer
import hashlib
import itertools
import json
import multiprocessing
import os
import tempfile
import time

SCALES, SEEDS = 100, 250
SPEC = {"data": {"generate": "sparse_regression", "samples": 20, "features": 50, "nonzeros": 3}, "model": {"kind": "diagonal"},
        "loss": {"kind": "squared"},
        "dynamics": {"kind": "gradient_descent", "step_size": 0.01}, "init": {}}


def trial(assignment):
    scale, seed = assignment
    spec = {**SPEC, "init": {"scale": scale}, "data": {**SPEC["data"], "seed": seed}}
    key = hashlib.md5(json.dumps(spec).encode()).hexdigest()
    return json.dumps({"key": key, "assignments": {"init.scale": scale, "data.seed": seed}, "values": {"loss": 0.0}})


def pool():
    grid = itertools.product([10 ** (-6 + 6 * i / (SCALES - 1)) for i in range(SCALES)], range(SEEDS))
    done, flushed = set(), time.perf_counter()
    with tempfile.TemporaryFile("w") as journal, multiprocessing.Pool(2) as workers:
        for line in workers.imap_unordered(trial, (point for point in grid if point not in done), chunksize=100):
            journal.write(line + "\n")
            if time.perf_counter() - flushed > 0.2:
                journal.flush()
                os.fsync(journal.fileno())
                flushed = time.perf_counter()


if __name__ == "__main__":
    compare(f"empty trials on two threads, journal included, per trial; error: trials lost of {SCALES * SEEDS} or more",
            own("sweep_overhead", "empty_trials/2/process_time/manual_time"),
            {"pool of two processes": peer(pool, SCALES * SEEDS, error=lambda _: 0.0, warm_up=False)})
