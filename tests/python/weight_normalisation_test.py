"""Weight normalisation against SciPy: LSODA on the flow as it is written,
and the self-consistent projection by its own Newton method."""
import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

PENCHANT = os.environ["PENCHANT_BINARY"]


def record(x, y, depth, rate, r0):
    with tempfile.TemporaryDirectory() as folder:
        np.save(Path(folder) / "x.npy", x)
        np.save(Path(folder) / "y.npy", y)
        (Path(folder) / "s.toml").write_text(f"""
[data]
x = "x.npy"
y = "y.npy"
[model]
kind = "weight_normalised"
depth = {depth}
rate_r = {rate}
[init]
scale = {r0}
[loss]
kind = "squared"
[dynamics]
kind = "gradient_flow"
""")
        out = subprocess.run([PENCHANT, "run", "s.toml", "--json"], cwd=folder, capture_output=True, text=True, timeout=120)
        if out.returncode != 0:
            raise AssertionError(out.stderr)
        return json.loads(out.stdout)


def flow(x, y, depth, rate, r0):
    def velocity(_, state):
        r, v = state[0], state[1:]
        norm = np.linalg.norm(v)
        w = r * v / norm
        p = depth * w ** (depth - 1) * (x.T @ (x @ w**depth - y))
        along = p @ v / norm
        return np.r_[-rate * along, -(r / norm) * (p - along * v / norm)]

    d = x.shape[1]
    state = solve_ivp(velocity, [0, 1000], np.r_[r0, np.full(d, d**-0.5)], method="LSODA", rtol=1e-12, atol=1e-14).y[:, -1]
    return (state[0] * state[1:] / np.linalg.norm(state[1:])) ** depth


# The share of the dual's own terms below which a gain no longer shows beside their rounding.
VISIBLE = 1e-9


def projection(x, y, depth, w0):
    """From the uniform start w0 > 0: the concave dual by Newton's method with step halving. Once the gain that a
    step promises no longer shows in the dual's value, full steps square the error: three more end at rounding, whatever that
    is here."""
    def terms(s):
        """The dual is the first minus the second; both NaN outside the domain."""
        z = x.T @ s
        if depth == 2:
            return y @ s, (w0**2 * np.exp(np.minimum(z, 700))).sum()
        slack = w0 ** (2 - depth) - z
        return (y @ s, (depth - 2) / 2 * (slack ** (-2 / (depth - 2))).sum()) if (slack > 0).all() else (np.nan, np.nan)

    def newton(s):
        z = x.T @ s
        slack = w0 ** (2 - depth) - z
        beta = w0**2 * np.exp(z) if depth == 2 else slack ** (-depth / (depth - 2))
        slope = beta if depth == 2 else depth / (depth - 2) * beta / slack
        residual = y - x @ beta
        move = np.linalg.solve((x * slope) @ x.T, residual)
        return beta, move, residual @ move

    s = np.zeros(len(y))
    for _ in range(200):
        beta, move, gain = newton(s)
        here = terms(s)
        if gain <= VISIBLE * (np.abs(here[0]) + np.abs(here[1])):
            break
        length = 1.0
        while not np.subtract(*terms(s + length * move)) >= np.subtract(*here) + 1e-4 * length * gain:
            length /= 2
            if length == 0:
                raise AssertionError("the oracle's line search found no ascent")
        s = s + length * move
    else:
        raise AssertionError("the oracle did not converge")
    for _ in range(3):
        s = s + newton(s)[1]
    return newton(s)[0]


class WeightNormalisation(unittest.TestCase):
    def test_run_magnification_and_limit(self):
        rng = np.random.default_rng(3)
        x = rng.standard_normal((4, 9)) / 2
        y = x @ np.abs(rng.standard_normal(9))
        for depth in (2, 3, 4):
            rate, r0 = 0.5, 0.9
            ours = record(x, y, depth, rate, r0)
            trained, limit = np.array(ours["trajectory"]["w"]), np.array(ours["solutions"][0]["w"])
            np.testing.assert_allclose(trained, flow(x, y, depth, rate, r0), rtol=1e-6, atol=1e-9)

            def log_rho(r):
                return np.log(r0 / r) + (r**2 - r0**2) / (2 * rate)

            def end(r):
                return projection(x, y, depth, r0 / 3 * np.exp(-log_rho(r)))

            radius = brentq(lambda r: np.sqrt((end(r) ** (2 / depth)).sum()) - r, rate**0.5, 2.5, xtol=1e-13)
            np.testing.assert_allclose(limit, end(radius), rtol=1e-8, atol=1e-10)
            measured = ours["trajectory"]["measured"]
            for name in ("log_magnification", "log_magnification_of_weights"):
                self.assertAlmostEqual(measured[name]["values"][0], log_rho(radius), delta=1e-6, msg=name)
            self.assertEqual(ours["comparisons"][0]["verdict"], "agrees")
            self.assertTrue(ours["comparisons"][0]["independent"])


if __name__ == "__main__":
    unittest.main()
