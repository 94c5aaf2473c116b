"""Explicit penalties solved by other libraries: R_α by SciPy in the weights themselves,
weight decay by scikit-learn and the normal equations."""
import json
import unittest

import numpy as np
from scipy.optimize import minimize
from sklearn.linear_model import Lasso

from program import InFolder, solution_on


def nearest_weights(x, y, depth, alpha, start):
    """min |w - α1|² s.t. X(u^N - v^N) = y by sequential quadratic programming, from a given w."""
    d = x.shape[1]
    def fit(w): return x @ (w[:d] ** depth - w[d:] ** depth) - y
    def slope(w): return np.hstack([x * (depth * w[:d] ** (depth - 1)), -x * (depth * w[d:] ** (depth - 1))])
    out = minimize(lambda w: np.sum((w - alpha) ** 2), start, jac=lambda w: 2 * (w - alpha), method="SLSQP",
                   constraints={"type": "eq", "fun": fit, "jac": slope}, options={"maxiter": 2000, "ftol": 1e-15})
    return out.fun, out.x[:d] ** depth - out.x[d:] ** depth, np.abs(fit(out.x)).max()


class Explicit(InFolder):
    def trained_on(self, x, y, spec):
        """The record of all verbs on features x (n, d) and targets y (n)."""
        np.save(self.path / "x.npy", x)
        np.save(self.path / "y.npy", y)
        run = self.penchant("run", self.spec(f'[data]\nx = "x.npy"\ny = "y.npy"\n{spec}\n'), "--json", "--quiet")
        self.assertEqual(run.returncode, 0, run.stderr)
        return json.loads(run.stdout)

    def test_depth_two_is_the_nearest_weights_of_scipy(self):
        for seed, alpha in enumerate([0.1, 0.5, 2.0]):
            rng = np.random.default_rng(seed)
            x, y = rng.standard_normal((4, 9)), rng.standard_normal(4)
            s = solution_on(x, y, f'kind = "explicit_distance"\nscale = {alpha}')
            value, beta, miss = nearest_weights(x, y, 2, alpha, alpha + 0.1 * rng.random(18))
            self.assertLess(miss, 1e-9)
            self.assertAlmostEqual(s["objective"] / value, 1.0, delta=1e-7, msg="SLSQP")
            np.testing.assert_allclose(s["w"], beta, atol=1e-4, err_msg="the root of SLSQP's precision")
            self.assertEqual(s["certificate"]["kind"], "bracket")

    def test_deeper_is_no_worse_than_twenty_starts_of_scipy(self):
        for depth in (3, 4):
            rng = np.random.default_rng(depth)
            x, y = rng.standard_normal((3, 7)), rng.standard_normal(3)
            s = solution_on(x, y, f'kind = "explicit_distance"\ndepth = {depth}\nscale = 0.3')
            self.assertEqual(s["certificate"]["kind"], "first_order_only")
            self.assertIn("first order only", s["certificate"]["text"])
            ends = [nearest_weights(x, y, depth, 0.3, np.abs(rng.standard_normal(14))) for _ in range(20)]
            best = min(value for value, _, miss in ends if miss < 1e-8)
            self.assertLessEqual(s["objective"], best * (1 + 1e-6))

    def test_weight_decay_on_depth_two_is_scikit_learns_lasso(self):
        rng = np.random.default_rng(5)
        x, y = rng.standard_normal((12, 20)), rng.standard_normal(12)
        train = '[loss]\nkind = "squared"\n[dynamics]\nkind = "gradient_flow"\nweight_decay = 0.8\n'
        for model, price in (('kind = "diagonal"', 0.4), ('kind = "diagonal"\nfactors = "separate"', 0.8),
                             ('kind = "diagonal"\nform = "product"', 0.8)):
            r = self.trained_on(x, y, f"[model]\n{model}\n[init]\nscale = 0.1\n{train}")
            lasso = Lasso(alpha=price / 12, fit_intercept=False, tol=1e-14, max_iter=10**6).fit(x, y).coef_
            np.testing.assert_allclose(r["trajectory"]["w"], lasso, atol=1e-6)
            self.assertEqual(r["comparisons"][0]["verdict"], "agrees")

    def test_weight_decay_on_the_linear_model_is_ridge(self):
        rng = np.random.default_rng(6)
        x, y = rng.standard_normal((8, 15)), rng.standard_normal(8)
        r = self.trained_on(x, y, '[model]\nkind = "linear"\n[loss]\nkind = "squared"\nreduction = "mean"\n'
                            '[dynamics]\nkind = "gradient_descent"\nweight_decay = 0.2')
        ridge = np.linalg.solve(x.T @ x + 8 * 0.2 * np.eye(15), x.T @ y)
        np.testing.assert_allclose(r["trajectory"]["w"], ridge, atol=1e-8)
        self.assertEqual(r["comparisons"][0]["verdict"], "agrees")


if __name__ == "__main__":
    unittest.main()
