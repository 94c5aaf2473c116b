"""What the program says: a subject, a verb, an object; what was expected, what was there, what to do next."""
import json
import unittest

from program import DESCENT, LOGISTIC_FLOW, PENCHANT, ROOT, SPARSE, InFolder

FLOW = SPARSE + '[dynamics]\nkind = "gradient_flow"\n'
LINEAR = SPARSE.replace('kind = "diagonal"\ndepth = 2', 'kind = "linear"').replace("[init]\nscale = 0.1\n", "")
MARGIN = """[data]
generate = "separable"
samples = 20
features = 5
margin = 0.3
""" + LOGISTIC_FLOW + """[stop]
log10_time = 2
"""


class Mistakes(InFolder):
    def said(self, *arguments):
        result = self.penchant(*arguments)
        self.assertEqual((result.returncode, result.stderr.count("\n"), result.stdout), (2, 1, ""), result.stderr)
        return result.stderr

    def test_a_command_without_its_argument_shows_how_it_is_used(self):
        self.assertEqual(self.said("run"), "penchant: run: SPEC.toml is missing; expected penchant run SPEC.toml, for example: "
                                           "penchant run examples/iris-margin.toml --json > record.json\n")
        said = self.said("certify", "a.toml")
        self.assertIn("certify: --solution FILE is missing; "
                      "expected penchant certify SPEC.toml --solution FILE, for example: ", said)

    def test_a_spec_where_a_record_is_wanted_says_to_run_it(self):
        name = self.spec(FLOW)
        for command in (("report", name), ("cite", name), ("apply", name, name)):
            self.assertIn("case.toml: is a spec, expected a record (record.json or the folder it is in) or the store of a sweep; "
                          "run it first: penchant run case.toml", self.said(*command))

    def test_a_file_that_is_no_json_says_where(self):
        (self.path / "record.json").write_text('{"a": 1,\n}')
        said = self.said("report", "record.json")
        self.assertIn("not JSON: line 2, column 1:", said)
        self.assertNotIn("exception", said)

    def test_a_missing_data_file_names_the_folder_that_was_searched(self):
        name = self.spec('[data]\nfile = "diabetes.csv"\ntarget = "y"\n' + FLOW[FLOW.index("[model]"):])
        self.assertIn(f"diabetes.csv: no such file in {self.path}", self.said("run", name))

    def test_an_open_string_is_called_open(self):
        self.assertIn("case.toml:2: string not closed", self.said("run", self.spec('[model]\nkind = "linear\n[loss]\n')))
        self.assertIn("case.toml:2: string not closed", self.said("run", self.spec("[model]\nkind = 'linear")))

    def test_a_limit_beside_a_training_names_both(self):
        said = self.said("run", self.spec(FLOW + '[limit]\nkind = "min_l1"\n'))
        self.assertIn("[limit] solves a problem without training; it cannot be combined with [model]", said)

    def test_a_sweep_that_is_run_says_what_runs_it(self):
        said = self.said("run", self.spec(FLOW + '[sweep]\n"init.scale" = [0.1, 0.2]\n'))
        self.assertIn("this spec has a [sweep] table: run it with penchant sweep", said)

    def test_the_learning_rate_is_the_step_size(self):
        text = DESCENT.replace("step_size", "learning_rate")
        record = json.loads(self.result_of(PENCHANT, "run", self.spec(text), "--json").stdout)
        self.assertEqual(record["spec"]["dynamics"]["step_size"], 1e-3)
        self.assertNotIn("learning_rate", record["spec"]["dynamics"])
        other = json.loads(self.result_of(PENCHANT, "run", self.spec(DESCENT), "--json").stdout)
        self.assertEqual(record["provenance"]["spec_hash"], other["provenance"]["spec_hash"])
        said = self.said("run", self.spec(text.replace("learning_rate", "step_size = 1e-3\nlearning_rate")))
        self.assertIn("expected one of the two", said)
        self.assertIn("must be", self.said("run", self.spec(text.replace("1e-3", "-1"))).replace("expected", "must be"))


class Verdicts(InFolder):
    def printed(self, text, *arguments):
        result = self.result_of(PENCHANT, "run", self.spec(text), "--out", "out", "--force", *arguments)
        return result.stdout

    def test_a_verdict_names_its_prediction_and_says_what_would_decide_it(self):
        out = self.printed(f"""[data]
file = "{ROOT}/examples/data/diabetes.csv"
target = "progression"
rows = "0:40"
polynomial = 2
standardise = true
centre_target = true
[model]
kind = "diagonal"
[init]
scale = 1e-4
[loss]
kind = "squared"
[dynamics]
kind = "gradient_flow"
""")
        self.assertIn("verdict    C.flow (The Bregman projection of the start): agrees: distance ", out)
        self.assertRegex(out, r"verdict    C\.rich \(Small start: near the least ℓ1 norm\): undecided: the run is 11 % away "
                              r"from the limit; no bound says how near the solver's point is to the limit")
        self.assertIn("Xβ = y is solvable (relative residual ", out)
        self.assertIn("all factors start above 0 (smallest 0.0001)", out)
        self.assertIn("(sufficient, not necessary) needs α <= 10^-", out)
        self.assertRegex(out, r"homotopy path, \d+ breakpoints, \d+ active features")

    def test_a_guarantee_too_loose_to_test_is_called_so(self):
        out = self.printed(FLOW)
        self.assertRegex(out, r"undecided: .*at init\.scale = 0\.1 the theorem allows any distance up to .*: too loose to test; "
                              r"sweep init\.scale to decide")

    def test_a_slow_direction_is_told_its_clock(self):
        out = self.printed(MARGIN)
        self.assertIn('convergence is like 1/log t: use clock = "normalised"', out)
        far = MARGIN.replace("log10_time = 2", "log10_time = 1e9")
        out = self.printed(far.replace('"gradient_flow"', '"gradient_flow"\nclock = "normalised"'))
        self.assertIn("t = 10^(10⁹)", out)
        self.assertNotIn("1e+09", out)

    def test_a_run_that_its_default_ends_says_so(self):
        out = self.printed(LINEAR + '[dynamics]\nkind = "gradient_descent"\nstep_size = 1e-7\n')
        self.assertRegex(out, r"stop\.steps is by default 1000000; the relative residual is \S+, its target 1e-10: raise it or use "
                              r"gradient_flow")

    def test_a_run_that_noise_keeps_up_is_not_told_to_go_on(self):
        out = self.printed(LINEAR + '[dynamics]\nkind = "stochastic"\nbatch = 1\nlabel_noise = { kind = "sign", sigma = 0.3 }\n')
        self.assertRegex(out, r"the relative residual is \S+, and noise in the steps keeps it above 0\n")
        self.assertIn("the noise on the targets keeps the run moving", out)


if __name__ == "__main__":
    unittest.main()
