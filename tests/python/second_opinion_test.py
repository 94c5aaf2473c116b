"""Every limit solved by another library on the same data, and compared through the objective and the point."""
import unittest

import numpy as np
from scipy.optimize import linprog, nnls
from sklearn.linear_model import lars_path

from program import solution_of, solution_on


class SecondOpinion(unittest.TestCase):
    def test_min_distance_is_the_pseudo_inverse(self):
        for seed, (n, d) in enumerate([(5, 12), (12, 5), (8, 8), (1, 4), (4, 1)]):
            rng = np.random.default_rng(seed)
            x, y = rng.standard_normal((n, d)), rng.standard_normal(n)
            s = solution_on(x, y, 'kind = "min_distance"')
            np.testing.assert_allclose(s["w"], np.linalg.pinv(x) @ y, rtol=0, atol=1e-11 * np.linalg.cond(x))

    def test_min_l1_against_lars_and_linear_programming(self):
        for seed in range(4):
            rng = np.random.default_rng(seed)
            x = rng.standard_normal((20, 60)) / np.sqrt(20)
            y = x[:, :4] @ rng.standard_normal(4) if seed % 2 else rng.standard_normal(20)
            s = solution_on(x, y, 'kind = "min_l1"')
            lp = linprog(np.ones(120), A_eq=np.hstack([x, -x]), b_eq=y, method="highs")
            self.assertAlmostEqual(s["objective"], lp.fun, delta=1e-7 * lp.fun, msg="HiGHS stops at 1e-7")
            _, _, path = lars_path(x, y, method="lasso", eps=1e-15, alpha_min=0, max_iter=500)
            np.testing.assert_allclose(s["w"], path[:, -1], atol=1e-8)

    def test_weighted_and_positive_min_l1_against_linear_programming(self):
        rng = np.random.default_rng(7)
        x = rng.standard_normal((10, 30))
        y = x @ np.abs(rng.standard_normal(30))
        weights = rng.uniform(0.5, 2, 30)
        s = solution_on(x, y, f'kind = "min_l1"\npositive = true\nweights = {weights.tolist()}')
        lp = linprog(weights, A_eq=x, b_eq=y, method="highs")
        self.assertAlmostEqual(s["objective"], lp.fun, delta=1e-7 * lp.fun)

    def test_max_margin_against_nonnegative_least_squares(self):
        for seed, (n, d) in enumerate([(30, 5), (20, 40), (60, 10)]):
            rng = np.random.default_rng(seed)
            x, w = rng.standard_normal((n, d)), rng.standard_normal(d)
            y = np.sign(x @ w)
            x += 0.3 * y[:, None] * w / np.linalg.norm(w)
            z = y[:, None] * x
            u, _ = nnls(np.vstack([z.T, np.ones(n)]), np.append(np.zeros(d), 1.0), maxiter=100 * n)
            direction = z.T @ u / np.linalg.norm(z.T @ u)
            s = solved_classes(x, y)
            ours = np.array(s["w"]) / np.linalg.norm(s["w"])
            np.testing.assert_allclose(ours, direction, atol=1e-9)
            self.assertLessEqual(s["certificate"]["relative_gap"], 1e-12)


def solved_classes(x, y):
    """max_margin through a labelled table."""
    names = [f"f{j}" for j in range(x.shape[1])]
    rows = ["".join(f"{v!r}," for v in row.tolist()) + ("b" if t > 0 else "a") for row, t in zip(x, y)]
    return solution_of('[data]\nfile = "d.csv"\ntarget = "label"\nclasses = ["a", "b"]\n[limit]\nkind = "max_margin"\n',
                       d=",".join(names + ["label"]) + "\n" + "\n".join(rows) + "\n")


if __name__ == "__main__":
    unittest.main()
