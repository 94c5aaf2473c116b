"""The promises on real data, and the degenerate data that people really have."""
import json
import math
import subprocess
import tempfile
import unittest
from pathlib import Path

from program import LOGISTIC_FLOW, PENCHANT, ROOT



def record_of(spec, folder, *arguments):
    path = Path(folder) / "case.toml"
    path.write_text(spec)
    out = subprocess.run([PENCHANT, "run", str(path), "--json", *arguments], capture_output=True, text=True, timeout=300)
    if out.returncode not in (0, 3):
        raise AssertionError(out.stderr)
    return json.loads(out.stdout)


def example(name, *arguments):
    out = subprocess.run([PENCHANT, "run", str(ROOT / f"examples/{name}.toml"), "--json", *arguments], capture_output=True,
                         text=True, timeout=300, check=True)
    return json.loads(out.stdout)


def margin_spec(file, classes, extra="", log10_time="1e6"):
    return f"""
[data]
file = "{file}"
target = "{classes[0]}"
classes = {json.dumps(classes[1])}
intercept = true
{extra}
{LOGISTIC_FLOW}clock = "normalised"
[stop]
log10_time = {log10_time}
"""


class Demo(unittest.TestCase):
    def check(self, record):
        first = record["comparisons"][0]
        self.assertEqual(first["verdict"], "agrees", first["text"])
        self.assertTrue(first["independent"])
        certificate = record["solutions"][0]["certificate"]
        self.assertEqual(certificate["kind"], "bracket")
        self.assertLessEqual(certificate["relative_gap"], 1e-10)

    def test_setosa_against_the_rest_turns_to_the_maximum_margin(self):
        record = example("iris-margin")
        self.check(record)
        self.assertLess(record["comparisons"][0]["angle"], 1e-8)
        for rate in record["comparisons"][0]["rates"]:
            self.assertAlmostEqual(rate["exponent"], -1.0, delta=0.02, msg=rate["quantity"])

    def test_forty_patients_and_a_small_start_end_at_the_minimiser_of_q_alpha(self):
        record = example("diabetes-rich")
        self.check(record)
        self.assertEqual(record["trajectory"]["coordinates"], "log_weights")
        self.assertEqual((record["data"]["samples"], record["data"]["features"]), (40, 65))

    def test_inseparable_classes_are_refused(self):
        record = example("inseparable")
        self.assertEqual(record["predictions"], [])
        self.assertIn("no plane through the origin separates", record["refusal"]["reason"])


class BreastCancer(unittest.TestCase):
    file = ROOT / "examples/data/breast_cancer.csv"
    classes = ("diagnosis", ["benign", "malignant"])

    def test_raw_features_are_solved_exactly_and_never_judged_wrongly(self):
        with tempfile.TemporaryDirectory() as folder:
            record = record_of(margin_spec(self.file, self.classes, log10_time="100"), folder)
        self.assertTrue(record["data"]["separable"])
        self.assertLessEqual(record["solutions"][0]["certificate"]["relative_gap"], 1e-10)
        self.assertIn(record["comparisons"][0]["verdict"], ["agrees", "undecided"])

    def test_standardised_features_agree(self):
        with tempfile.TemporaryDirectory() as folder:
            record = record_of(margin_spec(self.file, self.classes, "standardise = true"), folder)
        self.assertEqual(record["comparisons"][0]["verdict"], "agrees", record["comparisons"][0]["text"])


class Degenerate(unittest.TestCase):
    """One line on stderr and exit 2, or an outcome that says what happened."""

    def regression(self, table, model='kind = "linear"', init="", dynamics='kind = "gradient_flow"'):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "t.csv").write_text(table)
            return record_of(f'[data]\nfile = "t.csv"\ntarget = "y"\n[model]\n{model}\n[init]\n{init}\n'
                             f'[loss]\nkind = "squared"\n[dynamics]\n{dynamics}\n', folder)

    def agrees(self, record):
        self.assertEqual(record["comparisons"][0]["verdict"], "agrees", record["comparisons"][0]["text"])

    diagonal = dict(model='kind = "diagonal"', init="scale = 0.01")

    def test_one_sample_one_feature_zero_columns_and_duplicate_rows(self):
        for table in ["a,b,y\n1,2,3\n", "a,y\n1,2\n2,4\n", "a,b,y\n1,0,2\n2,0,4\n", "a,b,c,y\n1,2,3,4\n1,2,3,4\n2,1,0,1\n",
                      "a,b,y\n1,2,0\n3,4,0\n"]:
            for case in [{}, self.diagonal, {"dynamics": 'kind = "gradient_descent"'}]:
                with self.subTest(table=table, **case):
                    self.agrees(self.regression(table, **case))

    def test_targets_out_of_range_end_at_least_squares_or_are_refused(self):
        table = "a,b,y\n1,1,1\n1,1,2\n2,0,3\n"
        self.agrees(self.regression(table))
        self.assertIn("Xβ = y is not solvable", self.regression(table, **self.diagonal)["refusal"]["reason"])

    def test_signs_that_the_model_cannot_reach_are_refused_with_a_proof(self):
        record = self.regression("a,b,y\n1,2,-3\n", model='kind = "diagonal"\nform = "power"', init="scale = 0.01")
        self.assertIn("keeps the signs of its start", record["refusal"]["reason"])
        (nu,) = record["facts"]["positive_proof"]
        self.assertGreaterEqual(min(nu * 1, nu * 2), 0.0)
        self.assertLess(nu * -3, 0.0)

    def test_a_duplicated_support_vector_agrees(self):
        rows = [(1, 1, "a"), (1, 1, "a"), (3, 2, "a"), (-1, -2, "b"), (-1, -2, "b"), (-4, 1, "b")]
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "t.csv").write_text("p,q,label\n" + "".join(f"{p},{q},{label}\n" for p, q, label in rows))
            record = record_of(margin_spec("t.csv", ("label", ["a", "b"])), folder)
        self.assertEqual(record["comparisons"][0]["verdict"], "agrees", record["comparisons"][0]["text"])
        self.assertFalse(math.isnan(record["comparisons"][0]["angle"]))


if __name__ == "__main__":
    unittest.main()
