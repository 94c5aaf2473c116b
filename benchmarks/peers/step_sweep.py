"""30 step sizes of a 20 x 30 diagonal network on shared data: NumPy one by one and batched, per step and member, one thread."""
from paired import compare, own, peer
import numpy as np
from hashed import diagonal_data

MEMBERS, SCALE, CHECKED, STEPS = 30, 0.1, 2000, 1000
X, y = diagonal_data(20, 30)
XT = np.ascontiguousarray(X.T)
RATES = 10.0 ** (-3 + 1.5 * np.arange(MEMBERS) / (MEMBERS - 1))


def one_by_one(steps, rates=RATES[-1:]):
    for rate in rates:
        u = np.full(X.shape[1], SCALE)
        v = u.copy()
        scale = 2 * rate / X.shape[0]
        for _ in range(steps):
            g = XT @ (X @ (u * u - v * v) - y) * scale
            u -= u * g
            v += v * g
    return u * u - v * v


def batched(steps):
    u = np.full((X.shape[1], MEMBERS), SCALE)
    v = u.copy()
    scale = 2 * RATES / X.shape[0]
    for _ in range(steps):
        g = XT @ (X @ (u * u - v * v) - y[:, None]) * scale
        u -= u * g
        v += v * g
    return (u * u - v * v)[:, -1]


def residual(beta):
    return np.linalg.norm(X @ beta - y) / np.linalg.norm(y)


compare(f"sweep of {MEMBERS} step sizes, 20 x 30, per step and member; error: residual of the largest step after {CHECKED} steps",
        own("tiny_step", "step_sizes"),
        {"NumPy one by one": peer(lambda: one_by_one(STEPS), STEPS, error=lambda _: residual(one_by_one(CHECKED))),
         "NumPy batched": peer(lambda: batched(STEPS), STEPS * MEMBERS, error=lambda _: residual(batched(CHECKED)))})
