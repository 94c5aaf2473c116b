"""Own program and peers on the same problem, interleaved, with the error beside the time.

    compare("title", own("diagonal_step", "fused_step/plain"), {"NumPy": peer(numpy_steps, units=20), ...})

Each entry is a function without arguments that returns Sample(seconds per unit, error). They run in turn, own, peer, own, peer, …; the
table shows the median time of each, the median and the worst of the paired ratios peer/own, and the error of each. Times are wall clock,
or processor time of the one thread with --cpu (for a machine that is busy with something else). Set OPENBLAS_NUM_THREADS=1 before NumPy.
"""
import json
import os
import statistics
import subprocess
import sys
import time
from collections import namedtuple

Sample = namedtuple("Sample", "seconds error")
CPU = "--cpu" in sys.argv
PAIRS = next((int(a.split("=")[1]) for a in sys.argv if a.startswith("--pairs=")), 7)
FOLDER = os.environ.get("PENCHANT_BENCHMARKS", os.path.join(os.path.dirname(__file__), "../../build/release/benchmarks"))


def own(program, name, min_time=0.05):
    """A Google Benchmark of ours; its counters `units` (per iteration) and `error` give time per unit and error."""
    def run():
        out = subprocess.run([os.path.join(FOLDER, program + "_benchmark"), f"--benchmark_filter=^{name}$",
                              f"--benchmark_min_time={min_time}", "--benchmark_format=json"],
                             check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        rows = json.loads(out)["benchmarks"]
        if len(rows) != 1:
            raise SystemExit(f"{program}: {len(rows)} benchmarks match {name}")
        scale = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}[rows[0]["time_unit"]]
        return Sample(rows[0]["cpu_time" if CPU else "real_time"] * scale / rows[0]["units"], rows[0].get("error"))
    return run


def peer(function, units=1, repeats=1, error=None):
    """`function()` does `units` units of work; `error()` says how far its result is off, computed once."""
    clock = time.process_time if CPU else time.perf_counter
    known = []

    def run():
        if not known:
            function()  # warm-up
            known.append(error() if error else None)
        start = clock()
        for _ in range(repeats):
            function()
        return Sample((clock() - start) / (repeats * units), known[0])
    return run


def text(seconds):
    for limit, unit in ((1e-6, "ns"), (1e-3, "us"), (1.0, "ms")):
        if seconds < limit:
            return f"{seconds / limit * 1000:.4g} {unit}"
    return f"{seconds:.4g} s"


def compare(title, ours, peers, pairs=PAIRS):
    """Prints the table and returns {peer: median ratio}."""
    times, own_times, errors, ratios = {p: [] for p in peers}, [], {}, {p: [] for p in peers}
    for _ in range(pairs):
        for name, run in peers.items():
            mine, theirs = ours(), run()
            own_times.append(mine.seconds)
            times[name].append(theirs.seconds)
            ratios[name].append(theirs.seconds / mine.seconds)
            errors["own"], errors[name] = mine.error, theirs.error
    def shown(error):
        return "" if error is None else f"{error:.12g}"
    print(f"{title}   ({'processor time' if CPU else 'wall clock'}, {pairs} pairs)")
    print(f"  {'':24s} {'median':>10s} {'ratio':>9s} {'worst':>9s}  error")
    print(f"  {'penchant':24s} {text(statistics.median(own_times)):>10s} {'':>9s} {'':>9s}  {shown(errors['own'])}")
    for name in peers:
        print(f"  {name:24s} {text(statistics.median(times[name])):>10s} {statistics.median(ratios[name]):9.2f} {min(ratios[name]):9.2f}"
              f"  {shown(errors[name])}", flush=True)
    return {name: statistics.median(ratios[name]) for name in peers}
