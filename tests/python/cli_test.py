"""The command line as a script of somebody else's sees it: exit codes, one line on stderr, nothing half-written."""
import json
import os
import subprocess
import unittest

from program import LOGISTIC_FLOW, PENCHANT, ROOT, SPARSE, InFolder

IRIS = ROOT / "examples/data/iris.csv"

REGRESSION = SPARSE.replace("[model]", "seed = 1\n[model]") + """[dynamics]
kind = "gradient_flow"
"""


def penchant(*arguments, cwd):
    return subprocess.run([PENCHANT, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, timeout=120)


class CommandLine(InFolder):
    def refused(self, text, *needles, arguments=("run",)):
        """The spec is refused: exit 2, one line that says `needles`, and nothing on disk."""
        name = self.spec(text)
        before = sorted(self.path.rglob("*"))
        result = penchant(arguments[0], name, *arguments[1:], cwd=self.path)
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        self.assertEqual(result.stdout, "")
        for needle in needles:
            self.assertIn(needle, result.stderr)
        self.assertEqual(sorted(self.path.rglob("*")), before)

    def test_a_run_writes_record_and_report_and_agrees(self):
        result = penchant("run", self.spec(REGRESSION), cwd=self.path)
        self.assertEqual(result.returncode, 0, result.stderr)
        record = json.loads((self.path / "penchant-out/case/record.json").read_text())
        self.assertEqual([c["verdict"] for c in record["comparisons"]][:1], ["agrees"], result.stdout)
        self.assertTrue(record["comparisons"][0]["independent"])
        self.assertIn("<!doctype html>", (self.path / "penchant-out/case/report.html").read_text())

    def test_a_second_run_does_not_overwrite_unless_forced(self):
        name = self.spec(REGRESSION)
        self.assertEqual(penchant("run", name, cwd=self.path).returncode, 0)
        again = penchant("run", name, cwd=self.path)
        self.assertEqual(again.returncode, 2)
        self.assertIn("--force", again.stderr)
        self.assertEqual(penchant("run", name, "--force", cwd=self.path).returncode, 0)

    def test_json_is_all_there_is_on_stdout_and_fits_the_schema(self):
        result = penchant("run", self.spec(REGRESSION), "--json", cwd=self.path)
        record = json.loads(result.stdout)
        try:
            import jsonschema
        except ImportError:
            self.fail("python3-jsonschema is missing: scripts/install-dependencies")
        jsonschema.validate(record, json.loads((ROOT / "src/penchant/lab/record.schema.json").read_text()))
        self.assertFalse((self.path / "penchant-out").exists())

    def test_predict_never_simulates(self):
        result = penchant("predict", self.spec(REGRESSION), "--json", cwd=self.path)
        record = json.loads(result.stdout)
        self.assertIsNone(record["trajectory"])
        self.assertTrue(record["predictions"])

    def test_the_same_spec_gives_the_same_numbers(self):
        name = self.spec(REGRESSION)
        first, second = (json.loads(penchant("run", name, "--json", cwd=self.path).stdout) for _ in range(2))
        self.assertEqual(first["trajectory"]["w"], second["trajectory"]["w"])
        self.assertEqual(first["provenance"]["spec_hash"], second["provenance"]["spec_hash"])

    def test_set_lays_a_value_over_the_spec(self):
        record = json.loads(penchant("predict", self.spec(REGRESSION), "--json", "--set", "init.scale=1e-3", cwd=self.path).stdout)
        self.assertEqual(record["spec"]["init"]["scale"], 1e-3)

    def test_apply_predicts_in_original_units(self):
        (self.path / "train.csv").write_text("a,b,y\n" + "".join(f"{i},{i * i},{100 + 3 * i - i * i}\n" for i in range(8)))
        spec = """
[data]
file = "train.csv"
target = "y"
standardise = true
centre_target = true
[model]
kind = "linear"
[loss]
kind = "squared"
[dynamics]
kind = "gradient_flow"
"""
        self.assertEqual(penchant("run", self.spec(spec), cwd=self.path).returncode, 0)
        (self.path / "new.csv").write_text("b,extra,a\n100,7,10\n")
        result = penchant("apply", "penchant-out/case", "new.csv", cwd=self.path)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertAlmostEqual(float(result.stdout.split("\n")[1]), 100 + 30 - 100, places=6)

    def test_a_test_part_is_kept_apart_and_measured(self):
        (self.path / "train.csv").write_text("a,y\n" + "".join(f"{i},{2 * i}\n" for i in range(1, 11)))
        spec = """
[data]
file = "train.csv"
target = "y"
test = 0.3
[model]
kind = "linear"
[loss]
kind = "squared"
[dynamics]
kind = "gradient_flow"
"""
        record = json.loads(penchant("run", self.spec(spec), "--json", cwd=self.path).stdout)
        self.assertEqual((record["data"]["samples"], record["data"]["test_samples"]), (7, 3))
        self.assertLess(record["solutions"][0]["test_error"], 1e-20)
        self.assertLess(record["trajectory"]["test_error"], 1e-12)

    def test_certify_judges_a_foreign_point(self):
        (self.path / "w.csv").write_text("\n".join(["0"] * 30) + "\n")
        spec = REGRESSION.split("[model]")[0] + '[limit]\nkind = "min_l1"\n'
        result = penchant("certify", self.spec(spec), "--solution", "w.csv", "--json", cwd=self.path)
        self.assertEqual(result.returncode, 3, result.stderr)  # 0 does not fit
        certificate = json.loads(result.stdout)["solutions"][0]["certificate"]
        optimum = json.loads(penchant("solve", self.spec(spec), "--json", cwd=self.path).stdout)["solutions"][0]["objective"]
        if certificate["kind"] == "bracket":
            self.assertLessEqual(certificate["lower"], optimum * (1 + 1e-12))
            self.assertGreaterEqual(certificate["upper"], optimum * (1 - 1e-12))

    def test_cite_prints_the_sources_of_the_run(self):
        self.assertEqual(penchant("run", self.spec(REGRESSION), cwd=self.path).returncode, 0)
        result = penchant("cite", "penchant-out/case", cwd=self.path)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("@", result.stdout)

    def test_inseparable_data_are_refused_with_a_proof(self):
        spec = f"""
[data]
file = "{IRIS}"
target = "species"
classes = ["versicolor", "virginica"]
intercept = true
{LOGISTIC_FLOW}[stop]
log10_time = 3
"""
        result = penchant("run", self.spec(spec), "--json", cwd=self.path)
        self.assertEqual(result.returncode, 0, result.stderr)
        record = json.loads(result.stdout)
        self.assertIn("no plane through the origin separates", record["refusal"]["reason"])
        weights = record["facts"]["inseparable_weights"]
        self.assertAlmostEqual(sum(weights), 1.0, places=12)
        self.assertGreaterEqual(min(weights), 0.0)

    # ---- bad input: one line, exit 2, nothing written

    def test_unknown_key_suggests_the_nearest(self):
        self.refused(REGRESSION.replace("scale", "scal"), "init.scal", "scale")

    def test_key_of_another_kind_says_whose_it_is(self):
        self.refused(REGRESSION.replace('kind = "squared"', 'kind = "squared"\nmomentum = 0.5'), "loss.momentum")

    def test_unknown_kind_suggests_the_nearest(self):
        self.refused(REGRESSION.replace("gradient_flow", "gradient_flw"), "gradient_flw", "gradient_flow")

    def test_missing_table_is_named(self):
        self.refused(REGRESSION.split("[loss]")[0], "[loss]")

    def test_scale_must_be_positive(self):
        self.refused(REGRESSION.replace("scale = 0.1", "scale = 0.0"), "scale")
        self.refused(REGRESSION.replace("scale = 0.1", "scale = -1"), "scale")

    def test_depth_must_be_at_least_two(self):
        self.refused(REGRESSION.replace("depth = 2", "depth = 1"), "model.depth", "2")

    def test_target_not_found_suggests(self):
        spec = REGRESSION.replace('generate = "sparse_regression"\nsamples = 10\nfeatures = 30\nnonzeros = 2\nseed = 1',
                                  f'file = "{IRIS}"\ntarget = "specie"')
        self.refused(spec, "specie", "species")

    def test_missing_spec_and_missing_file(self):
        result = penchant("run", "nowhere.toml", cwd=self.path)
        self.assertEqual((result.returncode, result.stderr.count("\n")), (2, 1), result.stderr)
        self.refused(REGRESSION.replace('generate = "sparse_regression"\nsamples = 10\nfeatures = 30\nnonzeros = 2\nseed = 1',
                                        'file = "no.csv"\ntarget = "y"'), "no.csv")

    def test_a_step_beyond_stability_says_the_bound(self):
        spec = REGRESSION.replace('kind = "diagonal"\ndepth = 2', 'kind = "linear"').replace("scale = 0.1", "")
        spec = spec.replace('"gradient_flow"', '"gradient_descent"\nstep_size = 100.0')
        self.refused(spec, "step_size", "bound")
        name = self.spec(spec.replace("step_size = 100.0", "step_size = 100.0\nforce = true"))
        forced = penchant("run", name, "--json", cwd=self.path)
        self.assertEqual(forced.returncode, 3, forced.stderr)
        self.assertEqual(json.loads(forced.stdout)["trajectory"]["stop"]["reason"], "diverged")

    def test_unknown_command_and_option_suggest(self):
        for arguments, needle in [(("rn",), "run"), (("run", "x.toml", "--sett", "a=1"), "--set"), ((), "known")]:
            result = penchant(*arguments, cwd=self.path)
            self.assertEqual(result.returncode, 2)
            self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
            self.assertIn(needle, result.stderr)

    def test_a_spec_that_is_not_text_is_refused(self):
        (self.path / "bad.toml").write_bytes(b"name = \"\xff\"\n")
        result = penchant("run", "bad.toml", cwd=self.path)
        self.assertEqual((result.returncode, result.stderr.count("\n")), (2, 1), result.stderr)
        self.assertIn("UTF-8", result.stderr)

    def test_a_seed_outside_its_range_is_refused(self):
        for seed in ("-1", "99999999999999999999", "1.5", ""):
            self.refused(REGRESSION, "--seed", arguments=("run", "--seed", seed))

    def test_a_setting_is_one_value(self):
        self.refused(REGRESSION, "expected one line", arguments=("run", "--set", "init.scale=1\nloss.kind='logistic'"))

    def test_a_name_is_that_of_a_folder(self):
        for name in ("../../evil", "/tmp/evil", "", "..", "x" * 400, "a\\u0000b", "a\\nb"):
            self.refused(f'name = "{name}"\n' + REGRESSION, "expected a name that a folder can have")

    def test_an_output_folder_that_cannot_be_is_refused_before_the_run(self):
        (self.path / "taken").mkdir()
        (self.path / "taken/report.html").mkdir()
        for out, needle in (("x" * 300, "too long"), ("", "--out"), ("taken", "report.html is a folder"),
                            ("case.toml", "not a folder")):
            self.refused(REGRESSION, needle, arguments=("run", "--out", out))

    def test_a_pipe_is_not_waited_for(self):
        os.mkfifo(self.path / "data.csv")
        text = '[data]\nfile = "data.csv"\ntarget = "y"\n' + REGRESSION[REGRESSION.index("[model]"):]
        self.refused(text, "is a pipe")

    def test_sizes_whose_squares_are_no_numbers_are_refused(self):
        for value in ("1e300", "1e-300"):
            self.refused(REGRESSION.replace("nonzeros = 2", f"nonzeros = 2\nvalue = {value}"), "the largest target is")
        self.refused(REGRESSION.replace("scale = 0.1", "scale = 1e300"), "beyond 1e70")

    def test_one_class_only_is_refused_for_a_classification_loss(self):
        (self.path / "one.csv").write_text("a,b,y\n1,2,1\n2,1,1\n")
        self.refused('[data]\nfile = "one.csv"\ntarget = "y"\n[model]\nkind = "linear"\n[loss]\nkind = "logistic"\n'
                     '[dynamics]\nkind = "gradient_flow"\n',
                     "one class only")

    def test_a_shape_without_a_scale_is_not_dropped(self):
        text = REGRESSION.replace('kind = "diagonal"\ndepth = 2', 'kind = "linear"').replace("scale = 0.1", f"shape = {[1.0] * 30}")
        self.refused(text, "init.scale, which is missing")

    def test_waits_beyond_a_double_are_refused(self):
        for depth, scale in ((1000, 0.1), (3, 1e-307)):
            self.refused(REGRESSION.replace("depth = 2", f"depth = {depth}").replace("scale = 0.1", f"scale = {scale}"),
                         "beyond the range of a double")
        self.refused(REGRESSION.replace("depth = 2", "depth = 100000"), "from 2 to 1000")

    def test_targets_that_a_positive_model_cannot_fit_end_in_a_clean_sentence(self):
        (self.path / "neg.csv").write_text("a,b,y\n1,0.5,-1\n0.3,1,-2\n")
        for depth in (2, 3, 4):
            for coordinates in ("weights", "log_weights", "dual"):
                text = ('[data]\nfile = "neg.csv"\ntarget = "y"\n[model]\nkind = "diagonal"\nform = "power"\n'
                        f'depth = {depth}\n[init]\nscale = 0.1\n[loss]\nkind = "squared"\n[dynamics]\nkind = "gradient_flow"\n'
                        f'coordinates = "{coordinates}"\n')
                result = penchant("run", self.spec(text), "--json", cwd=self.path)
                self.assertEqual(result.returncode, 0, result.stderr)
                record = json.loads(result.stdout)
                self.assertIn("proves it", record["refusal"]["reason"])
                self.assertEqual(record["trajectory"]["stop"]["reason"], "stationary")
                self.assertIn("held at 0", record["trajectory"]["stop"]["text"])

    def test_a_full_disk_under_standard_output_is_told(self):
        with open("/dev/full", "w") as full:
            for arguments in (("atlas",), ("predict", self.spec(REGRESSION))):
                result = subprocess.run([PENCHANT, *arguments], cwd=self.path, stdout=full, stderr=subprocess.PIPE, text=True,
                                        timeout=60)
                self.assertEqual(result.returncode, 2, result.stderr)
                self.assertEqual(result.stderr.count("\n"), 1, result.stderr)

    def test_mirror_far_from_its_end_is_not_called_a_disagreement(self):
        spec = """
[data]
generate = "gaussian_regression"
samples = 5
features = 12
seed = 1
[model]
kind = "linear"
[loss]
kind = "squared"
[dynamics]
kind = "mirror"
potential = { kind = "p_norm", p = 1.0001 }
step_size = 0.001
[stop]
steps = 3000
"""
        record = json.loads(penchant("run", self.spec(spec), "--json", cwd=self.path).stdout)
        self.assertEqual([c["verdict"] for c in record["comparisons"]], ["undecided"])
        self.assertGreater(record["comparisons"][0]["budget"]["run"], 0.5)

    def test_raw_features_with_an_intercept_are_trained_in_seconds(self):
        """Units that differ by 1e5: rounding of the margins must not set the steps (without the floor:
        more than 30,000 of them)."""
        spec = f"""
[data]
file = "{ROOT}/examples/data/breast_cancer.csv"
target = "diagnosis"
classes = ["benign", "malignant"]
intercept = true
{LOGISTIC_FLOW}clock = "normalised"
[stop]
log10_time = 5000
"""
        record = json.loads(penchant("run", self.spec(spec), "--json", cwd=self.path).stdout)
        self.assertLess(record["trajectory"]["steps"], 30000)
        self.assertEqual(record["comparisons"][0]["verdict"], "undecided")  # the bracket is still 1.1e-2 wide
        self.assertLess(record["comparisons"][0]["distance"], 1e-4)


if __name__ == "__main__":
    unittest.main()
