"""What the command line says about points of every kind, judged in exact arithmetic: never a bound on the wrong side of the
optimum, never more than a line about a mistake. PENCHANT_REFEREE_SEED and PENCHANT_REFEREE_TRIALS try others."""
import json
import os
import unittest
from fractions import Fraction

import numpy as np

from program import InFolder

SEED = int(os.environ.get("PENCHANT_REFEREE_SEED", "1"))
TRIALS = int(os.environ.get("PENCHANT_REFEREE_TRIALS", "60"))
SHARE = Fraction(1, 10**9)  # a point fits to 1e-9 where it is said to fit


def solve_exactly(a, b):
    """a x = b for a square invertible matrix of fractions."""
    rows = [list(row) + [rhs] for row, rhs in zip(a, b)]
    for c in range(len(rows)):
        pivot = next(i for i in range(c, len(rows)) if rows[i][c] != 0)
        rows[c], rows[pivot] = rows[pivot], rows[c]
        rows[c] = [v / rows[c][c] for v in rows[c]]
        for i, row in enumerate(rows):
            if i != c and row[c] != 0:
                rows[i] = [v - row[c] * w for v, w in zip(row, rows[c])]
    return [row[-1] for row in rows]


def least_norm(x, y):
    """min ½‖β‖² s.t. xβ = y and its β, for independent rows of floats."""
    rows = [[Fraction(v) for v in row] for row in x.tolist()]
    targets = [Fraction(v) for v in y.tolist()]
    dual = solve_exactly([[sum(a * b for a, b in zip(p, q)) for q in rows] for p in rows], targets)
    return sum(a * b for a, b in zip(dual, targets)) / 2, [sum(s * row[j] for s, row in zip(dual, rows)) for j in range(x.shape[1])]


class CommandLine(InFolder):
    def points(self, rng, best):
        """A name, the point, whether there is anything to judge."""
        d = len(best)
        size = np.abs(best).max()
        spoilt = best.copy()
        spoilt[rng.integers(d)] = rng.choice([np.nan, np.inf, -np.inf])
        return [("the optimum", best, True), ("0", 0 * best, True), ("negated", -best, True),
                ("noisy", best + size * 10.0 ** rng.uniform(-16, 0) * rng.standard_normal(d), True),
                ("elsewhere", rng.standard_normal(d), True), ("far away", 1e30 * rng.standard_normal(d), True),
                ("not finite", spoilt, False), ("too short", best[:-1], False), ("too long", np.append(best, 1.0), False)]

    def test_a_certificate_of_any_point_is_a_bracket_of_the_exact_optimum_or_an_error_of_one_line(self):
        rng = np.random.default_rng(SEED)
        for trial in range(TRIALS):
            n = int(rng.integers(1, 5))
            x = rng.integers(-3, 4, (n, int(rng.integers(n + 1, 9)))).astype(float) * 2.0 ** int(rng.integers(-20, 21))
            if np.linalg.matrix_rank(x) < n:
                continue
            y = x @ rng.integers(-2, 3, x.shape[1]).astype(float)
            if not y.any():
                continue
            optimum, best = least_norm(x, y)
            points = self.points(rng, np.array([float(v) for v in best]))
            name, point, judged = points[int(rng.integers(len(points)))]
            np.save(self.path / "x.npy", x)
            np.save(self.path / "y.npy", y)
            np.savetxt(self.path / "w.csv", point, fmt="%.17g")
            self.spec('[data]\nx = "x.npy"\ny = "y.npy"\n[limit]\nkind = "min_distance"\n')
            run = self.penchant("certify", "case.toml", "--solution", "w.csv", "--json")
            told = f"seed {SEED}, trial {trial}, {name}: x = {x.tolist()}, y = {y.tolist()}, w = {point.tolist()}: {run.stderr}"
            if not judged:
                self.assertEqual(run.returncode, 2, told)
                self.assertEqual(len(run.stderr.strip().splitlines()), 1, told)
                continue
            self.assertIn(run.returncode, (0, 3), told)
            answer = json.loads(run.stdout)
            certificate = answer["solutions"][0]["certificate"] if isinstance(answer, dict) else answer[0]
            if certificate["lower"] is not None:
                self.assertLessEqual(Fraction(certificate["lower"]), optimum * (1 + SHARE), told)
            if certificate["upper"] is not None and certificate["kind"] == "bracket":
                self.assertGreaterEqual(Fraction(certificate["upper"]), optimum * (1 - SHARE), told)


if __name__ == "__main__":
    unittest.main()
