"""Own program and peers on the same problem, interleaved, with the error beside the time. Import it before NumPy:
it sets the threads.

    compare("title", own("diagonal_step", "fused_step/plain"), {"NumPy": peer(numpy_steps, units=20), ...})

Each entry is a function without arguments that returns Sample(seconds per unit, error). They run in turn, own, peer, own, peer, …;
the table shows the median time of each, the median and the worst of the paired ratios peer/own, and the error of each: a number, or
several by name. Times are wall clock, or processor time of the one thread with --cpu (for a machine that is busy with something
else).
"""
import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
from collections import namedtuple

# Every script takes these; one with options of its own builds on them: argparse.ArgumentParser(parents=[COMMON]).
COMMON = argparse.ArgumentParser(add_help=False)
COMMON.add_argument("--pairs", type=int, default=7)
COMMON.add_argument("--cpu", action="store_true", help="processor time instead of the wall clock")
COMMON.add_argument("--threads", default="1", help="of the peers' BLAS")
COMMON.add_argument("--benchmarks", default=os.path.join(os.path.dirname(__file__), "../../build/release/benchmarks"),
                    help="where our programs are")
OPTIONS = COMMON.parse_known_args()[0]
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[variable] = OPTIONS.threads

Sample = namedtuple("Sample", "seconds error")
LEAST = 0.05  # seconds: a shorter measurement would slip between the interruptions of a busy machine, or be all of one


def own(program, name, data=None, error=lambda row: row.get("error")):
    """A Google Benchmark of ours: its counter `units` is what one iteration does, `error(row)` is read from the others. It runs on
    `data` (a Data) instead of its own where that is given."""
    def run():
        environment = dict(os.environ, **({"PENCHANT_BENCHMARK_DATA": data.path} if data else {}))
        out = subprocess.run([os.path.join(OPTIONS.benchmarks, program + "_benchmark"), f"--benchmark_filter=^{name}$",
                              f"--benchmark_min_time={LEAST}", "--benchmark_format=json"],
                             check=True, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        rows = json.loads(out)["benchmarks"]
        if len(rows) != 1:
            raise SystemExit(f"{program}: {len(rows)} benchmarks match {name}")
        scale = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}[rows[0]["time_unit"]]
        return Sample(rows[0]["cpu_time" if OPTIONS.cpu else "real_time"] * scale / rows[0].get("units", 1), error(rows[0]))
    return run


def peer(function, units=1, error=lambda result: None, warm_up=True):
    """`function()` does `units` units of work, repeated for as long as ours; `error(its result)` says how far off it is, once. What
    takes seconds needs no warm-up."""
    clock = time.process_time if OPTIONS.cpu else time.perf_counter
    known = []

    def run():
        if warm_up and not known:
            function()
        start, calls, result = clock(), 0, None
        while calls == 0 or clock() - start < LEAST:
            result, calls = function(), calls + 1
        seconds = (clock() - start) / (calls * units)
        if not known:
            known.append(error(result))
        return Sample(seconds, known[0])
    return run


class Data:
    """X (n, d) and y (n) in a file for benchmarks/support/given.h; what our program leaves there is read by `answer`."""
    def __init__(self, x, y):
        import numpy as np
        self.folder = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.folder.name, "data")
        with open(self.path, "wb") as out:
            for part in (np.array(x.shape, dtype=np.int64), x, y):
                out.write(part.tobytes())

    def answer(self):
        import numpy as np
        return np.fromfile(self.path + ".answer")


def text(seconds):
    for limit, unit in ((1e-6, "ns"), (1e-3, "us"), (1.0, "ms")):
        if seconds < limit:
            return f"{seconds / limit * 1000:.4g} {unit}"
    return f"{seconds:.4g} s"


def shown(error):
    if error is None:
        return ""
    if isinstance(error, dict):
        return ", ".join(f"{name} {value:.2g}" for name, value in error.items())
    return f"{error:.12g}"


def compare(title, ours, peers, pairs=None):
    """Prints the table and returns {peer: median ratio}."""
    pairs = OPTIONS.pairs if pairs is None else min(pairs, OPTIONS.pairs)
    times, own_times, errors, ratios = {p: [] for p in peers}, [], {}, {p: [] for p in peers}
    for _ in range(pairs):
        for name, run in peers.items():
            mine, theirs = ours(), run()
            own_times.append(mine.seconds)
            times[name].append(theirs.seconds)
            ratios[name].append(theirs.seconds / mine.seconds)
            errors["own"], errors[name] = mine.error, theirs.error
    print(f"{title}   ({'processor time' if OPTIONS.cpu else 'wall clock'}, {pairs} pairs)")
    print(f"  {'':24s} {'median':>10s} {'ratio':>9s} {'worst':>9s}  error")
    print(f"  {'penchant':24s} {text(statistics.median(own_times)):>10s} {'':>9s} {'':>9s}  {shown(errors['own'])}")
    for name in peers:
        print(f"  {name:24s} {text(statistics.median(times[name])):>10s} {statistics.median(ratios[name]):9.2f}"
              f" {min(ratios[name]):9.2f}  {shown(errors[name])}", flush=True)
    return {name: statistics.median(ratios[name]) for name in peers}
