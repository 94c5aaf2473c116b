"""min l1 by the program against LARS (scikit-learn) and the simplex method (HiGHS): random, degenerate, weighted,
positive, noisy."""
import json
import unittest
import warnings

import numpy as np
from scipy.optimize import linprog
from sklearn.linear_model import lars_path

from program import solution_on

# HiGHS stops at primal and dual infeasibilities of 1e-7 by default; asked for 1e-10 it gives objectives to about 1e-9.
LP_TOLERANCE = 1e-8
# LARS is exact up to rounding where features do not tie.
PATH_TOLERANCE = 1e-9


def solved(x, y, **limit):
    """The program's answer to the [limit] table `limit` with kind min_l1: (w, objective, status, certificate)."""
    lines = ['kind = "min_l1"']
    for key, value in limit.items():
        lines.append(f"{key} = {json.dumps(value.tolist() if isinstance(value, np.ndarray) else value)}")
    solution = solution_on(x, y, "\n".join(lines))
    return np.array(solution["w"], dtype=float), solution["objective"], solution["status"], solution["certificate"]


def simplex(x, y, up, down, positive):
    """(status, objective) of the linear program in the positive and negative parts."""
    parts = x if positive else np.hstack([x, -x])
    cost = up if positive else np.concatenate([up, down])
    options = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
    answer = linprog(cost, A_eq=parts, b_eq=y, method="highs-ds", options=options)
    return answer.status, answer.fun


def integers(generator, rows, cols):
    """Ties, duplicates and parallel features; consistent targets."""
    x = generator.integers(-1, 2, (rows, cols)).astype(float)
    beta = np.where(generator.random(cols) < 0.4, generator.integers(-2, 3, cols), 0).astype(float)
    return x, x @ beta


class SecondOpinion(unittest.TestCase):
    def check(self, x, y, up=None, down=None, positive=False):
        limit = {}
        if up is not None:
            limit["weights"] = up
        if down is not None:
            limit["negative_weights"] = down
        if positive:
            limit["positive"] = True
        ones = np.ones(x.shape[1])
        up = ones if up is None else up
        lp_status, best = simplex(x, y, up, up if down is None else down, positive)
        w, objective, status, certificate = solved(x, y, **limit)
        if lp_status == 2:
            self.assertEqual(status, "infeasible")
            return
        self.assertEqual((lp_status, status), (0, "solved"), certificate)
        self.assertLessEqual(np.linalg.norm(x @ w - y), 1e-12 * max(np.linalg.norm(y), 1e-300))
        self.assertLessEqual(abs(objective - best), LP_TOLERANCE * max(best, 1.0))

    def test_simplex_agrees_on_random_problems_with_prices(self):
        for seed in range(6):
            generator = np.random.default_rng(seed)
            rows, cols = [(5, 12), (20, 60), (30, 200)][seed % 3]
            x, y = generator.standard_normal((rows, cols)), generator.standard_normal(rows)
            self.check(x, y)
            self.check(x, y, up=generator.uniform(0.5, 2, cols), down=generator.uniform(0.5, 2, cols))

    def test_simplex_agrees_on_degenerate_problems(self):
        for seed in range(20):
            generator = np.random.default_rng(100 + seed)
            x, y = integers(generator, 2 + seed % 6, 4 + seed)
            self.check(x, y)
            self.check(x, y, positive=True)  # infeasible for some: both must say so

    def test_lars_ends_at_the_same_point(self):
        for seed in range(5):
            generator = np.random.default_rng(200 + seed)
            x, y = generator.standard_normal((25, 80)), generator.standard_normal(25)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                path = lars_path(x, y, method="lasso", eps=1e-15, alpha_min=0, max_iter=1000)[2][:, -1]
            w = solved(x, y)[0]
            self.assertLessEqual(np.abs(w - path).max(), PATH_TOLERANCE * np.abs(path).max())

    def test_lars_passes_through_the_noisy_solution(self):
        for seed in range(5):
            generator = np.random.default_rng(300 + seed)
            x, y = generator.standard_normal((25, 80)), generator.standard_normal(25)
            delta = 0.3 * np.linalg.norm(y)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                knots = lars_path(x, y, method="lasso", eps=1e-15, alpha_min=0, max_iter=1000)[2].T
            # Between knots the path is a segment: the point with residual delta solves a quadratic.
            k = next(i for i, beta in enumerate(knots) if np.linalg.norm(x @ beta - y) <= delta)
            start, step = y - x @ knots[k - 1], x @ (knots[k] - knots[k - 1])
            roots = np.roots([step @ step, -2 * start @ step, start @ start - delta**2])
            t = min(root.real for root in roots if root.real >= 0)
            expected = knots[k - 1] + t * (knots[k] - knots[k - 1])
            w = solved(x, y, delta=delta)[0]
            self.assertLessEqual(np.abs(w - expected).max(), PATH_TOLERANCE * np.abs(expected).max())


if __name__ == "__main__":
    unittest.main()
