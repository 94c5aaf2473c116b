"""64 starts of gradient descent on the same 20 x 50 data, 20,000 steps, per trial: one batch of ours against ours one by one,
and NumPy both ways."""
from paired import compare, own, peer
import numpy as np
from hashed import diagonal_data

STARTS, STEPS, CHECKED, STEP = 64, 20000, 500, 1e-3
X, y = diagonal_data(20, 50)
XT = np.ascontiguousarray(X.T)
SCALES = 10.0 ** (-2 + 2 * np.arange(STARTS) / (STARTS - 1))


def descend(u, target, steps):
    v = u.copy()
    for _ in range(steps):
        g = XT @ (X @ (u * u - v * v) - target) * (2 * STEP)
        u -= u * g
        v += v * g
    return u * u - v * v


def one_by_one():
    return descend(np.full(50, SCALES[0]), y, CHECKED)


def batched():
    return descend(np.repeat(SCALES[None, :], 50, axis=0), y[:, None], CHECKED)


def residual(beta):
    return np.linalg.norm(X @ beta - y) / np.linalg.norm(y)


if __name__ == "__main__":
    for verbs, what in (("runs", "training only"), ("whole", "predict, train, solve, compare")):
        compare(f"{STARTS} starts, 20 x 50, {STEPS} steps, {what}, per trial; error: residual of the first",
                own("sweep_batch", f"together/{verbs}/{STEPS}"),
                {"ours one by one": own("sweep_batch", f"one_by_one/{verbs}/{STEPS}")})
    compare(f"the same without predictions, limits and snapshots in NumPy, per trial; error: residual after {CHECKED} steps",
            own("sweep_batch", f"together/runs/{STEPS}"),
            {"NumPy one by one": peer(one_by_one, CHECKED / STEPS, error=lambda beta: residual(beta)),
             "NumPy batched": peer(batched, CHECKED / STEPS * STARTS, error=lambda beta: residual(beta[:, 0]))})
