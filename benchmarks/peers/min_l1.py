"""min l1 against its peers, interleaved on the same data: scikit-learn's LARS (the real bar) and HiGHS.

    /usr/bin/python3 benchmarks/peers/min_l1.py build/release/benchmarks/min_l1_benchmark [--threads 1] [--pairs 7] [--highs]

Own times include the certificate, in one thread. Prints the median and the worst of the paired ratios, with the accuracy of each.
"""
import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
import warnings

parser = argparse.ArgumentParser()
parser.add_argument("benchmark")
parser.add_argument("--threads", default="1", help="of the peers' BLAS")
parser.add_argument("--pairs", type=int, default=7)
parser.add_argument("--highs", action="store_true", help="HiGHS too, once per problem (minutes at the largest)")
arguments = parser.parse_args()
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[variable] = arguments.threads  # before NumPy is loaded

import numpy as np  # noqa: E402
from scipy.optimize import linprog  # noqa: E402
from sklearn.linear_model import lars_path  # noqa: E402

warnings.filterwarnings("ignore")


def problem(samples, features, nonzeros, seed=1):
    generator = np.random.default_rng(seed)
    x = generator.standard_normal((samples, features)) / np.sqrt(samples)
    beta = np.zeros(features)
    beta[generator.choice(features, nonzeros, replace=False)] = generator.standard_normal(nonzeros)
    return x, x @ beta


def timed(function, least=0.05):
    """Mean over as long as the own benchmark runs: a single short call would slip between the interruptions of a busy machine."""
    start, calls = time.perf_counter(), 0
    while calls == 0 or time.perf_counter() - start < least:
        answer = function()
        calls += 1
    return (time.perf_counter() - start) / calls, answer


def lars(x, y):
    return lars_path(x, y, method="lasso", eps=1e-15, alpha_min=0, max_iter=5 * len(y))[2][:, -1]


def highs(x, y):
    d = x.shape[1]
    parts = linprog(np.ones(2 * d), A_eq=np.hstack([x, -x]), b_eq=y, method="highs-ds").x
    return parts[:d] - parts[d:]


def own(path, samples, features, nonzeros):
    case = f"min_l1/samples:{samples}/features:{features}/nonzeros:{nonzeros}/real_time"
    command = [arguments.benchmark, f"--benchmark_filter=^{case}$", "--benchmark_format=json", "--benchmark_min_time=0.05"]
    run = subprocess.run(command, env=dict(os.environ, PENCHANT_MIN_L1_DATA=path), capture_output=True, text=True, check=True)
    row = json.loads(run.stdout)["benchmarks"][0]
    return row["real_time"] / 1e3, row


for samples, features, nonzeros in [(100, 1000, 10), (200, 2000, 20), (400, 4000, 40), (400, 4000, 130)]:
    x, y = problem(samples, features, nonzeros)
    with tempfile.NamedTemporaryFile() as data:
        data.write(x.tobytes() + y.tobytes())
        data.flush()
        lars(x, y)
        pairs = []
        for _ in range(arguments.pairs):
            peer, beta = timed(lambda: lars(x, y))
            seconds, row = own(data.name, samples, features, nonzeros)
            pairs.append((peer, seconds))
        ratios = [peer / seconds for peer, seconds in pairs]
        print(f"({samples}, {features}) {nonzeros} nonzeros: own {1e3 * statistics.median(s for _, s in pairs):.3f} ms "
              f"(gap {row['relative_gap']:.1e}, residual {row['feasibility']:.1e}), LARS {1e3 * statistics.median(p for p, _ in pairs):.3f} ms "
              f"(l1 - own {np.abs(beta).sum() - row['objective']:+.1e}, residual {np.linalg.norm(x @ beta - y) / np.linalg.norm(y):.1e}): "
              f"ratio {statistics.median(ratios):.2f}, worst {min(ratios):.2f}", flush=True)
        if arguments.highs:
            peer, beta = timed(lambda: highs(x, y))
            seconds, row = own(data.name, samples, features, nonzeros)
            print(f"    HiGHS {peer:.3f} s (l1 - own {np.abs(beta).sum() - row['objective']:+.1e}): ratio {peer / seconds:.0f}", flush=True)
