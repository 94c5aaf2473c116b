"""Whole flow of beta = u^2 - v^2 to a loss of 1e-10 against SciPy's integrators on the reduced system in R^n,
as an expert would write it."""
from paired import compare, own, peer
import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import minimize
from mixed import sparse_data

ALPHA, LOSS = 1e-4, 1e-10
X, y = sparse_data(100, 1000)
n, c = len(y), 2 * ALPHA**2


def reduced(method):
    """ds/dt = (y - X beta)/n, beta = 2 alpha^2 sinh(4 X^T s)."""
    velocity = lambda t, s: (y - X @ (c * np.sinh(4 * (X.T @ s)))) / n
    jacobian = lambda t, s: -(X * (4 * c * np.cosh(4 * (X.T @ s)))) @ X.T / n
    def reached(t, s):
        r = y - X @ (c * np.sinh(4 * (X.T @ s)))
        return np.log((r @ r) / (2 * n)) - np.log(LOSS)
    reached.terminal = True
    end = solve_ivp(velocity, (0, 1e7), np.zeros(n), method=method, jac=jacobian, events=reached, rtol=1e-6, atol=1e-9).y[:, -1]
    return c * np.sinh(4 * (X.T @ end))


def limit():
    z = lambda s: X.T @ s
    value = lambda s: c * np.cosh(z(s)).sum() - y @ s
    gradient = lambda s: c * (X @ np.sinh(z(s))) - y
    hessian = lambda s: c * (X * np.cosh(z(s))) @ X.T
    s = minimize(value, np.zeros(n), jac=gradient, hess=hessian, method="trust-exact", options={"gtol": 1e-11, "maxiter": 5000}).x
    return c * np.sinh(z(s))


beta = limit()
peers = {f"SciPy {m}, reduced": peer(lambda m=m: reduced(m), error=lambda end: np.abs(end - beta).max()) for m in ("LSODA", "BDF")}
for ours in ("dual", "log_weights"):
    compare(f"flow to loss 1e-10 in {ours}, n=100, d=1000, alpha=1e-4, sparse y; error: max |beta - limit|",
            own("flow", f"flow/{ours}"), peers)
