"""Logistic flow to log t = 10^6 against 10^6 NumPy gradient steps (which get to log t = 14) and SciPy's LSODA in log time;
n=200, d=50."""
from paired import compare, own, peer
import numpy as np
from scipy.integrate import solve_ivp
from mixed import separable_data

X, y = separable_data(200, 50)
Z = y[:, None] * X
n, d = Z.shape
STEPS = 10**6


def descend():
    step = 4 * n / np.linalg.norm(Z, 2) ** 2
    ZT, w = np.ascontiguousarray(Z.T), np.zeros(d)
    for _ in range(STEPS):
        w = w + (step / n) * (ZT @ (1 / (1 + np.exp(Z @ w))))
    return w


def log_time(log_t=1e6):
    """dw/dx = e^x Z^T sigma(-Z w) / n in x = log t, without overflow."""
    weights = lambda x, w: np.exp(x - np.logaddexp(0, Z @ w)) / n
    velocity = lambda x, w: Z.T @ weights(x, w)
    jacobian = lambda x, w: -(Z.T * (weights(x, w) / (1 + np.exp(-np.clip(Z @ w, -700, 700))))) @ Z
    return solve_ivp(velocity, (-5, log_t), np.zeros(d), method="LSODA", jac=jacobian, rtol=1e-5, atol=1e-7).y[:, -1]


def gap(w):
    x = 1e6  # the optimum by the weights of a long flow: ‖Z^T q‖ is above it for every q
    far = log_time(x)
    q = np.exp(-(Z @ far) + (Z @ far).min())
    return 1 - (Z @ w).min() / np.linalg.norm(w) / np.linalg.norm(Z.T @ (q / q.sum()))


compare("logistic flow to log t = 1e6, n=200, d=50; error: margin gap", own("margin_flow", "margin_flow/log_time_1e6"),
        {"SciPy LSODA, log time": peer(log_time, error=gap)})
compare("  against 10^6 steps of gradient descent", own("margin_flow", "margin_flow/log_time_1e6"),
        {"NumPy descent": peer(descend, error=gap, warm_up=False)}, pairs=3)
