"""C8 by other means: SciPy's linear programs for the limit, NumPy's own noise for the training, and what a wrong spec is told."""
import json
import os
import subprocess
import tempfile
import unittest

import numpy as np
from scipy.optimize import linprog

PENCHANT = os.environ["PENCHANT_BINARY"]
N, D = 12, 24
STEPS = ((0.01, 30000), (1e-3, 4000), (1e-4, 10000))
SPEC = """
[data]
x = "x.npy"
y = "y.npy"
[model]
kind = "diagonal"
[init]
scale = 0.8
[loss]
kind = "squared"
[dynamics]
kind = "stochastic"
batch = 0
label_noise = {{ kind = "{kind}", sigma = {sigma} }}
step_size = {{ kind = "piecewise", values = [{values}], steps = [{steps}] }}
measure = ["hessian_trace", "noise_regulariser"]
[stop]
steps = {total}
"""


def data():
    rng = np.random.default_rng(12)
    x = rng.standard_normal((N, D)) / 2
    beta = np.zeros(D)
    beta[[1, 5]] = [1.0, -1.5]
    return x, x @ beta


def run(folder, *more, **spec):
    ends = np.cumsum([count for _, count in STEPS])
    path = os.path.join(folder, "spec.toml")
    with open(path, "w") as out:
        out.write(SPEC.format(values=", ".join(str(eta) for eta, _ in STEPS), steps=", ".join(str(end) for end in ends[:-1]),
                              total=ends[-1],
                              **{"kind": "gaussian", "sigma": 1.0, **spec}))
    return subprocess.run([PENCHANT, "run", path, "--json", "--out", os.path.join(folder, "out"), "--force", *more],
                          capture_output=True, text=True)


class LabelNoise(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.x, cls.y = data()
        cls.weights = (cls.x ** 2).sum(axis=0)
        cls.folder = tempfile.TemporaryDirectory()
        np.save(os.path.join(cls.folder.name, "x.npy"), cls.x)
        np.save(os.path.join(cls.folder.name, "y.npy"), cls.y)
        cls.record = json.loads(run(cls.folder.name).stdout)
        best = linprog(np.r_[cls.weights, cls.weights], A_eq=np.c_[cls.x, -cls.x], b_eq=cls.y)
        cls.flattest, cls.least = best.x[:D] - best.x[D:], best.fun

    def test_the_limit_is_that_of_the_linear_program(self):
        solution = next(s for s in self.record["solutions"] if s["prediction"] == "C.label_noise")
        self.assertLess(np.abs(np.array(solution["w"]) - self.flattest).max(), 1e-9)

    def test_the_run_ends_where_it_names_and_the_trace_says_so(self):
        w = np.array(self.record["trajectory"]["w"])
        self.assertLess(abs(self.weights @ np.abs(w) / self.least - 1), 0.02)
        comparison = next(c for c in self.record["comparisons"] if c["prediction"] == "C.label_noise")
        self.assertLessEqual(comparison["distance"], sum(comparison["budget"].values()))
        # at the least, tr H = 4 Σ w_j |β_j|; what noise left of the smaller factors is extra
        trace = self.record["trajectory"]["snapshots"][-1]["hessian_trace"]
        self.assertGreater(trace, 4 * self.weights @ np.abs(w) * (1 - 1e-12))
        self.assertLess(trace, 4 * self.least * 1.02)
        self.assertAlmostEqual(self.record["trajectory"]["measured"]["noise_regulariser"]["values"][0], trace / 4,
                               delta=0.01 * trace)

    def test_numpys_own_noise_ends_there_too(self):
        rng = np.random.default_rng(5)
        u = np.full(D, 0.8)
        v = u.copy()
        for eta, count in STEPS:
            noise = rng.standard_normal((count, N))
            for eps in noise:
                g = 2 * eta * (self.x.T @ (self.x @ (u * u - v * v) - self.y - eps))
                u, v = u - u * g, v + v * g
        beta = u * u - v * v
        self.assertLess(abs(self.weights @ np.abs(beta) / self.least - 1), 0.02)
        w = np.array(self.record["trajectory"]["w"])
        self.assertLess(np.linalg.norm(beta - w) / np.linalg.norm(w), 0.05,
                        "two runs of different noise, each with what its last steps shake")

    def test_noise_on_classes_or_without_a_size_is_wrong_input(self):
        np.save(os.path.join(self.folder.name, "y.npy"), np.sign(self.y))
        try:
            logistic = run(self.folder.name, "--set", "loss.kind=logistic")
        finally:
            np.save(os.path.join(self.folder.name, "y.npy"), self.y)
        self.assertEqual(logistic.returncode, 2)
        self.assertIn("expected loss.kind squared or log_cosh", logistic.stderr)
        missing = run(self.folder.name, "--set", 'dynamics.label_noise={ kind = "sign" }')
        self.assertEqual(missing.returncode, 2)
        self.assertIn("sigma is missing", missing.stderr)
        unknown = run(self.folder.name, kind="gausian")
        self.assertEqual(unknown.returncode, 2)
        self.assertIn("gaussian", unknown.stderr)
        beyond = run(self.folder.name, "--set", "dynamics.step_size=5.0")
        self.assertEqual(beyond.returncode, 2)
        self.assertIn("stability bound 2/λ", beyond.stderr)


if __name__ == "__main__":
    unittest.main()
