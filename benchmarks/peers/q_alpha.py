#!/usr/bin/env python3
"""Limit of a depth-2 diagonal network, d = 1000, n = 100: Penchant against SciPy's dual solvers, and gradient descent in NumPy and PyTorch.

The same problem in the same minute, alternating A, B, A, B, …; the error stands beside the time: residual ‖Xβ-y‖/‖y‖ and the distance of β from
Penchant's certified one. SciPy gets the dual as an expert would write it: gradient and Hessian by hand, trust-exact and trust-ncg. Gradient
descent runs u, v from α with the largest safe step to a loss of 1e-10 (mean), and has its own, finite-step error.

    /usr/bin/python3 benchmarks/peers/q_alpha.py [--pairs 7] [--descent 1e-1,1e-2] [--program build/release/benchmarks/q_alpha_benchmark]
"""
import argparse
import os
import subprocess
import tempfile
import time
import warnings

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"
import numpy as np  # noqa: E402  (it reads the thread count when it is loaded)
import scipy.optimize  # noqa: E402

warnings.filterwarnings("ignore")
ALPHAS = [1e-1, 1e-2, 1e-4, 1e-8, 1e-12, 1e-16, 1e-30]


def make(noisy, samples=100, features=1000, nonzeros=5):
    """Gaussian X; y from 5 coefficients ±1/√5, exactly, or with noise of standard deviation 0.1."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((samples, features))
    beta = np.zeros(features)
    beta[rng.choice(features, nonzeros, replace=False)] = rng.choice([-1.0, 1.0], nonzeros) / np.sqrt(nonzeros)
    y = x @ beta
    return x, y + (0.1 * rng.standard_normal(samples) if noisy else 0.0)


class Penchant:
    def __init__(self, program, x, y):
        self.file = tempfile.mktemp()
        with open(self.file, "wb") as out:
            out.write(x.tobytes() + y.tobytes())
        self.process = subprocess.Popen([program, "serve", self.file, str(x.shape[0]), str(x.shape[1])], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)

    def solve(self, alpha):
        self.process.stdin.write(f"{alpha!r}\n")
        self.process.stdin.flush()
        seconds, residual, gap, _ = self.process.stdout.readline().split()
        return float(seconds), float(residual), float(gap), np.fromfile(self.file + ".beta")

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        os.remove(self.file)
        os.remove(self.file + ".beta")


def scipy_dual(x, y, alpha, method):
    """max ⟨s, y⟩ - 2α² Σ cosh(x_j·s): seconds and β."""
    c = 2.0 * alpha * alpha
    value = lambda s: c * np.cosh(x.T @ s).sum() - y @ s
    gradient = lambda s: c * (x @ np.sinh(x.T @ s)) - y
    hessian = lambda s: c * (x * np.cosh(x.T @ s)) @ x.T
    start = time.perf_counter()
    result = scipy.optimize.minimize(value, np.zeros(len(y)), jac=gradient, hess=hessian, method=method,
                                     options={"gtol": 1e-12 * np.linalg.norm(y), "maxiter": 5000})
    return time.perf_counter() - start, c * np.sinh(x.T @ result.x)


def descend_numpy(x, y, alpha, step):
    n = len(y)
    u, v = np.full(x.shape[1], alpha), np.full(x.shape[1], alpha)
    start, steps = time.perf_counter(), 0
    while True:
        r = x @ (u * u - v * v) - y
        if r @ r / (2 * n) <= 1e-10 or steps >= 2_000_000:
            return time.perf_counter() - start, u * u - v * v
        g = (2 * step / n) * (x.T @ r)
        u, v, steps = u - g * u, v + g * v, steps + 1


def descend_torch(x, y, alpha, step):
    import torch
    torch.set_num_threads(1)
    x, y = torch.from_numpy(x), torch.from_numpy(y)
    u = torch.full((x.shape[1],), alpha, dtype=torch.float64, requires_grad=True)
    v = torch.full((x.shape[1],), alpha, dtype=torch.float64, requires_grad=True)
    start = time.perf_counter()
    for _ in range(2_000_000):
        r = x @ (u * u - v * v) - y
        loss = (r @ r) / (2 * len(y))
        if loss.item() <= 1e-10:
            break
        du, dv = torch.autograd.grad(loss, (u, v))
        with torch.no_grad():
            u -= step * du
            v -= step * dv
    return time.perf_counter() - start, (u * u - v * v).detach().numpy()


def residual(x, y, beta):
    return np.linalg.norm(x @ beta - y) / np.linalg.norm(y)


def compare(ours, x, y, alpha, name, run, pairs):
    ratios, times, own = [], [], []
    for _ in range(pairs):
        seconds, miss, gap, reference = ours.solve(alpha)
        other, beta = run()
        own.append(seconds)
        times.append(other)
        ratios.append(other / seconds)
    print(f"  {alpha:7.0e} {name:12s} {np.median(times) * 1e3:11.2f} ms  residual {residual(x, y, beta):8.1e}  error {np.abs(beta - reference).max():8.1e}"
          f" | penchant {np.median(own) * 1e3:7.2f} ms  residual {miss:8.1e}  gap {gap:8.1e} | ratio {np.median(ratios):8.1f} (worst {min(ratios):.1f})", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--alphas", default=",".join(map(str, ALPHAS)))
    parser.add_argument("--descent", default="1e-1,1e-2", help="α at which gradient descent runs too (1e-4 takes minutes)")
    parser.add_argument("--program", default="build/release/benchmarks/q_alpha_benchmark")
    options = parser.parse_args()
    descent = [float(a) for a in options.descent.split(",") if a]
    for noisy, step in ((False, 0.3), (True, 0.2)):
        x, y = make(noisy)
        ours = Penchant(options.program, x, y)
        ours.solve(1e-2)
        print("noisy y" if noisy else "exactly sparse y")
        for alpha in map(float, options.alphas.split(",")):
            for method in ("trust-exact", "trust-ncg"):
                compare(ours, x, y, alpha, method, lambda: scipy_dual(x, y, alpha, method), options.pairs)
            if alpha in descent:
                few = 1 if alpha < 1e-2 else min(3, options.pairs)
                compare(ours, x, y, alpha, "GD NumPy", lambda: descend_numpy(x, y, alpha, step), few)
                compare(ours, x, y, alpha, "GD PyTorch", lambda: descend_torch(x, y, alpha, step), few)
        ours.close()


if __name__ == "__main__":
    main()
