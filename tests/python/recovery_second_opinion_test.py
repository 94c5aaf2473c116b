"""Sparse recovery asked of others: stagewise against scikit-learn's Lasso path, the phase transition against SciPy's quadrature,
the statistics of recovery against NumPy."""
import csv
import json
import unittest

import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq, minimize_scalar
from scipy.stats import norm
from sklearn.linear_model import lars_path

from program import ROOT, InFolder

STAGEWISE = """
[model]
kind = "linear"
[loss]
kind = "squared"
[dynamics]
kind = "steepest"
norm = "l1"
rule = "greedy"
step_size = {step}
[stop]
residual = {residual}
steps = 100_000_000
"""


def lasso_at(x, y, residual):
    """The point of scikit-learn's path whose residual is this part of |y|, linear between its corners."""
    _, _, corners = lars_path(x, y, method="lasso", eps=1e-15)
    left = np.linalg.norm(y[:, None] - x @ corners, axis=0) / np.linalg.norm(y)
    k = int(np.argmax(left <= residual))
    share = brentq(lambda s: np.linalg.norm(y - x @ ((1 - s) * corners[:, k - 1] + s * corners[:, k]))
                   / np.linalg.norm(y) - residual, 0, 1, xtol=1e-14)
    return (1 - share) * corners[:, k - 1] + share * corners[:, k]


class Stagewise(InFolder):
    def stopped(self, data, residual, step):
        self.spec(data + STAGEWISE.format(step=step, residual=residual))
        run = self.penchant("run", "case.toml", "--json", "--quiet")
        self.assertEqual(run.returncode, 0, run.stderr)
        record = json.loads(run.stdout)
        solution = next(s for s in record["solutions"] if s["prediction"] == "A3.path")
        prediction = next(p for p in record["predictions"] if p["id"] == "A3.path")
        run = record["trajectory"]
        return np.array(run["w"]), run["snapshots"][-1]["residual"], np.array(solution["w"]), prediction["strength"]

    def test_diabetes_follows_scikit_learns_path_until_it_turns_back(self):
        table = np.loadtxt(ROOT / "examples/data/diabetes.csv", delimiter=",", skiprows=1)
        x, y = table[:, :-1], table[:, -1]
        x, y = (x - x.mean(0)) / x.std(0), y - y.mean()
        data = f'[data]\nfile = "{ROOT}/examples/data/diabetes.csv"\ntarget = "progression"\n'
        data += "standardise = true\ncentre_target = true\n"
        for residual, strength, least, most in ((0.8, "theorem-limit", 0, 1e-3), (0.71, "theorem-limit", 0, 1e-3),
                                                (0.696, "conjecture", 2e-2, 1)):
            w, reached, limit, said = self.stopped(data, residual, 1e-6)
            lasso = lasso_at(x, y, reached)
            np.testing.assert_allclose(limit, lasso, atol=1e-6 * np.linalg.norm(lasso))
            self.assertEqual(said, strength)
            distance = np.linalg.norm(w - lasso) / np.linalg.norm(lasso)
            self.assertTrue(least <= distance <= most, (residual, distance))

    def test_two_samples_of_four_features_leave_it_half_of_the_way(self):
        x, y = np.array([[1, .5, .7, 0], [.5, 1, .1, .7]]), np.array([1.0, 0.0])
        data = f'[data]\nfile = "{ROOT}/examples/data/saddle-path.csv"\ntarget = "y"\n'
        w, reached, limit, _ = self.stopped(data, 0.3, 1e-4)
        lasso = lasso_at(x, y, reached)
        np.testing.assert_allclose(limit, lasso, atol=1e-9)
        self.assertGreater(np.linalg.norm(w - lasso), 0.5 * np.linalg.norm(lasso))
        self.assertAlmostEqual(w[0], 0.6, delta=1e-3, msg="never taken back")


class Recovery(InFolder):
    def test_statistics_are_numpys(self):
        self.spec("""
[data]
generate = "sparse_regression"
samples = 20
features = 40
nonzeros = 4
law = "normal"
noise_variance = 0.01
[limit]
kind = "min_l1"
[sweep]
"data.seed" = [0, 1, 2]
keep = ["limit_w", "truth", "best_terms"]
""")
        self.assertEqual(self.penchant("sweep", "case.toml", "--out", "store", "--quiet").returncode, 0)
        table = self.table("store")
        self.assertEqual(len(table), 3)
        for key, row in table.items():
            w, truth, terms = (np.load(self.path / "store/arrays" / f"{key}.{name}.npy")
                               for name in ("limit_w", "truth", "best_terms"))
            support, found = truth != 0, abs(w) > 0.01 * abs(w).max()
            expected = {"truth_error": np.sum((w - truth) ** 2),
                        "relative_error": np.linalg.norm(w - truth) / np.linalg.norm(truth),
                        "error_l1": abs(w - truth).sum(), "support_precision": (support & found).sum() / found.sum(),
                        "support_recall": (support & found).sum() / support.sum()}
            for name, value in expected.items():
                self.assertAlmostEqual(float(row["limit_" + name]), value, delta=1e-12 * max(1, value), msg=name)
            largest = np.sort(np.argsort(-abs(w))[:4])
            self.assertEqual(row["limit_support_exact"] == "true", np.array_equal(largest, np.flatnonzero(support)))
            np.testing.assert_allclose(terms, abs(truth).sum() - np.cumsum(np.sort(abs(truth))[::-1]), atol=1e-14)

    def test_the_transition_is_where_scipy_finds_the_statistical_dimension(self):
        def dimension(share, signs):
            inner = lambda t: share * (1 + t * t) + (1 - share) * signs * quad(lambda g: (g - t) ** 2 * norm.pdf(g), t, t + 12)[0]
            return minimize_scalar(inner, bounds=(0, 12), method="bounded", options={"xatol": 1e-10}).fun

        self.assertEqual(self.penchant("figure", "compressed-sensing", "--quick", "--out", "figures", "--quiet").returncode, 0)
        for name, signs in (("compressed-sensing", 2), ("compressed-sensing-positive", 1)):
            with (self.path / f"figures/compressed-sensing/{name}.csv").open(newline="") as file:
                curve = [(float(r["x"]), float(r["y"])) for r in csv.DictReader(file) if r["series"] == "Donoho–Tanner"]
            self.assertEqual(len(curve), 400)
            for samples, nonzeros in curve[::57]:
                self.assertAlmostEqual(dimension(samples * nonzeros, signs), samples, delta=1e-7)


if __name__ == "__main__":
    unittest.main()
