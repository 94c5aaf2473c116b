"""Limit of a depth-2 diagonal network, d = 1000, n = 100: against SciPy's dual solvers, and gradient descent in NumPy and PyTorch.

Error: residual ‖Xβ-y‖/‖y‖ and the distance of β from Penchant's certified one; the certificate is not in our
time, as the peers have none (q_alpha_benchmark shows it). SciPy gets the dual as an expert would write it: gradient and Hessian by
hand, trust-exact and trust-ncg. Gradient descent runs u, v from α with the largest safe step to a loss of 1e-10 (mean), and has its
own, finite-step error.

    /usr/bin/python3 benchmarks/peers/q_alpha.py [--pairs 7] [--digits 1,2,4] [--descent 1,2]      (digits: -log10 α)
"""
import argparse
import warnings
from paired import COMMON, Data, compare, own, peer
import numpy as np
import scipy.optimize

warnings.filterwarnings("ignore")


def make(noisy, samples=100, features=1000, nonzeros=5):
    """Gaussian X; y from 5 coefficients ±1/√5, exactly, or with noise of standard deviation 0.1."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((samples, features))
    beta = np.zeros(features)
    beta[rng.choice(features, nonzeros, replace=False)] = rng.choice([-1.0, 1.0], nonzeros) / np.sqrt(nonzeros)
    y = x @ beta
    return x, y + (0.1 * rng.standard_normal(samples) if noisy else 0.0)


def scipy_dual(x, y, alpha, method):
    """β of max ⟨s, y⟩ - 2α² Σ cosh(x_j·s)."""
    c = 2.0 * alpha * alpha
    value = lambda s: c * np.cosh(x.T @ s).sum() - y @ s
    gradient = lambda s: c * (x @ np.sinh(x.T @ s)) - y
    hessian = lambda s: c * (x * np.cosh(x.T @ s)) @ x.T
    result = scipy.optimize.minimize(value, np.zeros(len(y)), jac=gradient, hess=hessian, method=method,
                                     options={"gtol": 1e-12 * np.linalg.norm(y), "maxiter": 5000})
    return c * np.sinh(x.T @ result.x)


def descend_numpy(x, y, alpha, step):
    n = len(y)
    u, v = np.full(x.shape[1], alpha), np.full(x.shape[1], alpha)
    for _ in range(2_000_000):
        r = x @ (u * u - v * v) - y
        if r @ r / (2 * n) <= 1e-10:
            break
        g = (2 * step / n) * (x.T @ r)
        u, v = u - g * u, v + g * v
    return u * u - v * v


def descend_torch(x, y, alpha, step):
    import torch
    torch.set_num_threads(1)
    x, y = torch.from_numpy(x), torch.from_numpy(y)
    u = torch.full((x.shape[1],), alpha, dtype=torch.float64, requires_grad=True)
    v = torch.full((x.shape[1],), alpha, dtype=torch.float64, requires_grad=True)
    for _ in range(2_000_000):
        r = x @ (u * u - v * v) - y
        loss = (r @ r) / (2 * len(y))
        if loss.item() <= 1e-10:
            break
        du, dv = torch.autograd.grad(loss, (u, v))
        with torch.no_grad():
            u -= step * du
            v -= step * dv
    return (u * u - v * v).detach().numpy()


def main():
    parser = argparse.ArgumentParser(parents=[COMMON])
    parser.add_argument("--digits", default="1,2,4,8,12,16,30")
    parser.add_argument("--descent", default="1,2", help="digits at which gradient descent runs too (4 takes minutes)")
    options = parser.parse_args()
    descent = options.descent.split(",")
    for noisy, step in ((False, 0.3), (True, 0.2)):
        x, y = make(noisy)
        data = Data(x, y)
        label = "noisy y" if noisy else "exactly sparse y"
        for digits in options.digits.split(","):
            alpha = float("1e-" + digits)
            ours = own("q_alpha", f"q_alpha/digits:{digits}/noisy:{int(noisy)}", data,
                       error=lambda row: {k: row[k] for k in ("residual", "gap")})
            def error(beta):
                return {"residual": np.linalg.norm(x @ beta - y) / np.linalg.norm(y),
                        "distance": np.abs(beta - data.answer()).max()}
            compare(f"alpha = 1e-{digits}, {label}", ours,
                    {method: peer(lambda method=method: scipy_dual(x, y, alpha, method), error=error)
                     for method in ("trust-exact", "trust-ncg")})
            if digits in descent:
                few = 1 if alpha < 1e-2 else 3
                compare("  against gradient descent", ours,
                        {name: peer(lambda run=run: run(x, y, alpha, step), error=error, warm_up=few > 1)
                         for name, run in (("GD NumPy", descend_numpy), ("GD PyTorch", descend_torch))}, pairs=few)


if __name__ == "__main__":
    main()
