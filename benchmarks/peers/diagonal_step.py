"""Exact gradient steps of beta = u^2 - v^2 against NumPy and PyTorch: large (n=100, d=1000) and tiny (20 x 50), one thread."""
from paired import compare, own, peer
import numpy as np
import torch
from hashed import diagonal_data

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
STEP, SCALE, CHECKED = 0.01, 0.01, 2000


def numpy_steps(X, y, steps):
    n, d = X.shape
    XT = np.ascontiguousarray(X.T)
    u, v = np.full(d, SCALE), np.full(d, SCALE)
    for _ in range(steps):
        r = X @ (u * u - v * v) - y
        g = XT @ r
        g *= 2 * STEP / n
        u -= u * g
        v += v * g
    return u, v


def torch_steps(X, y, steps):
    n, d = X.shape
    X, y = torch.from_numpy(X), torch.from_numpy(y)
    u = torch.full((d,), SCALE, requires_grad=True)
    v = torch.full((d,), SCALE, requires_grad=True)
    descent = torch.optim.SGD([u, v], lr=STEP)
    for _ in range(steps):
        descent.zero_grad(set_to_none=True)
        loss = ((X @ (u * u - v * v) - y) ** 2).sum() / (2 * n)
        loss.backward()
        descent.step()
    return u.detach().numpy(), v.detach().numpy()


for n, d, block, steps in ((100, 1000, 20, 300), (20, 50, 1000, 2000)):
    X, y = diagonal_data(n, d)
    def residual(run):
        u, v = run(X, y, CHECKED)
        return np.linalg.norm(X @ (u * u - v * v) - y) / np.linalg.norm(y)
    peers = {name: peer(lambda run=run: run(X, y, steps), steps, error=lambda _, run=run: residual(run))
             for name, run in (("NumPy", numpy_steps), ("PyTorch autograd", torch_steps))}
    compare(f"one gradient step, n={n}, d={d}; error: residual after {CHECKED} steps",
            own("diagonal_step", f"fused_step/plain/{n}/{d}/{block}"), peers)
