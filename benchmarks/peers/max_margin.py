#!/usr/bin/env python3
"""Exact ℓ2 maximal margin: Penchant (one thread) against CVXOPT qp, SciPy nnls, liblinear and libsvm (scikit-learn).

The same problem in the same minute, alternating A, B, A, B, …; the error stands beside the time: gap = (γ* - γ)/γ* with γ the margin of the
answer, recomputed here, and γ* the margin Penchant certifies (its own relative gap is in the heading). Penchant's time is solve plus
certificate. liblinear and libsvm are run once at their usual accuracy: they do not reach 1e-12. "ratio" is of elapsed times, median and
worst of the pairs; "cpu" is the median ratio of processor times, which other work on the machine disturbs less.

    /usr/bin/python3 benchmarks/peers/max_margin.py [--pairs 7] [--threads 1] [--sizes 200x50,20000x200] [--program build/release/benchmarks/max_margin_benchmark]
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import warnings

THREADS = sys.argv[sys.argv.index("--threads") + 1] if "--threads" in sys.argv[:-1] else "1"
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = THREADS
import numpy as np  # noqa: E402  (it reads the thread count when it is loaded)

warnings.filterwarnings("ignore")
SIZES = [(200, 50, "planted"), (200, 400, "random"), (2000, 200, "planted"), (2000, 1500, "random"), (20000, 200, "planted"),
         (20000, 1000, "planted")]


def make(samples, features, kind):
    """Gaussian samples; labels by coin flip, or by a random direction along which they are then moved 0.2 to their side."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((samples, features))
    if kind == "random":
        return x, rng.choice([-1.0, 1.0], samples)
    w = rng.standard_normal(features)
    w /= np.linalg.norm(w)
    y = np.sign(x @ w)
    return x + 0.2 * y[:, None] * w, y


def cvxopt_qp(z):
    import cvxopt
    n, d = z.shape
    cvxopt.solvers.options.update(show_progress=False, abstol=1e-12, reltol=1e-12, feastol=1e-12)
    return lambda: np.array(cvxopt.solvers.qp(cvxopt.matrix(np.eye(d)), cvxopt.matrix(np.zeros(d)), cvxopt.matrix(-z),
                                              cvxopt.matrix(-np.ones(n)))["x"]).ravel()


def scipy_nnls(z):
    """The dual as least squares: min |Σ u_i (z_i, 1) - e_{d+1}|, u >= 0 (Lawson & Hanson's LDP)."""
    import scipy.optimize
    n, d = z.shape
    target = np.zeros(d + 1)
    target[-1] = 1
    return lambda: z.T @ scipy.optimize.nnls(np.vstack([z.T, np.ones(n)]), target, maxiter=100 * n)[0]


def liblinear(z):
    from sklearn.svm import LinearSVC
    sides = np.where(np.arange(len(z)) % 2, 1.0, -1.0)
    x = sides[:, None] * z
    return lambda: LinearSVC(C=1e6, tol=1e-3, loss="hinge", dual=True, fit_intercept=False, max_iter=20000).fit(x, sides).coef_[0]


def libsvm(z):
    """Samples and their mirror images: the symmetric problem has no intercept."""
    from sklearn.svm import SVC
    sides = np.concatenate([np.ones(len(z)), -np.ones(len(z))])
    x = np.vstack([z, -z])
    return lambda: SVC(kernel="linear", C=1e8, tol=1e-3, cache_size=2000).fit(x, sides).coef_[0]


# Peer and the largest number of entries it is given.
EXACT = {"cvxopt qp": (cvxopt_qp, 20000 * 1000), "scipy nnls": (scipy_nnls, 20000 * 200)}
OTHERS = {"liblinear": (liblinear, 20000 * 200), "libsvm": (libsvm, 2000 * 200)}


def seconds(function):
    start, start_cpu = time.perf_counter(), time.process_time()
    result = function()
    return time.perf_counter() - start, time.process_time() - start_cpu, result


class Penchant:
    def __init__(self, program, x, y):
        self.program, self.file = program, tempfile.NamedTemporaryFile(suffix=".bin")
        np.array(x.shape, dtype=np.int64).tofile(self.file)
        x.tofile(self.file)
        y.tofile(self.file)
        self.file.flush()

    def run(self):
        out = subprocess.run([self.program, "--benchmark_filter=/200/50/", "--benchmark_format=json", "--benchmark_min_time=0.05"],
                             env={**os.environ, "PENCHANT_MARGIN_DATA": self.file.name}, capture_output=True, check=True, text=True)
        result = json.loads(out.stdout)["benchmarks"][0]
        return result["real_time"] / 1e3, result["cpu_time"] / 1e3, result


def compare(program, samples, features, kind, pairs):
    x, y = make(samples, features, kind)
    z = y[:, None] * x
    ours = Penchant(program, x, y)
    best = ours.run()[2]
    print(f"\n{samples} x {features} {kind}: margin {best['margin']:.12f}, {best['support']:.0f} support vectors, "
          f"penchant's certified relative gap {best['relative_gap']:.1e}, complementarity {best['complementarity']:.1e}")
    for name, (peer, largest) in {**EXACT, **OTHERS}.items():
        if samples * features > largest:
            print(f"  {name:12s} not run at this size")
            continue
        run, pairs_seen = peer(z), []
        if samples * features < 1e6:
            run()  # warm-up
        for _ in range(pairs if name in EXACT else 1):
            spent, spent_cpu, w = seconds(run)
            own, own_cpu, _ = ours.run()
            pairs_seen.append((spent, own, spent / own, spent_cpu / own_cpu))
        gap = (best["margin"] - (z @ w).min() / np.linalg.norm(w)) / best["margin"]
        theirs, mine, ratio, cpu = np.median(pairs_seen, axis=0)
        print(f"  {name:12s} {theirs * 1e3:10.2f} ms  gap {gap:+.1e}   penchant {mine * 1e3:9.3f} ms   ratio {ratio:6.1f}"
              f"  worst {min(pair[2] for pair in pairs_seen):6.1f}  cpu {cpu:6.1f}", flush=True)


def main():
    known = [f"{n}x{d}" for n, d, _ in SIZES]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--threads", default="1", help="of the peers")
    parser.add_argument("--sizes", default=",".join(known))
    parser.add_argument("--program", default="build/release/benchmarks/max_margin_benchmark")
    options = parser.parse_args()
    wanted = options.sizes.split(",")
    unknown = [size for size in wanted if size not in known]
    if unknown:
        parser.error(f"unknown sizes {', '.join(unknown)}; known: {', '.join(known)}")
    for samples, features, kind in SIZES:
        if f"{samples}x{features}" in wanted:
            compare(options.program, samples, features, kind, options.pairs)


if __name__ == "__main__":
    main()
