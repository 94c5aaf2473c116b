"""certify as a script of somebody else's sees it: what it takes, what it refuses, exit codes, and the record it prints."""
import json
import unittest

from program import ROOT, InFolder

DATA = "a,b,c,y\n1,2,3,4\n2,-1,0,1\n"
FIT = [24 / 35, 13 / 35, 6 / 7]  # of least norm, the rows being orthogonal: 4/14 (1, 2, 3) + 1/5 (2, -1, 0)
OPTIMUM = 47 / 70                # half its square
SPEC = '[data]\nfile = "data.csv"\ntarget = "y"\n[limit]\n'
KINDS = {"min_distance": "", "min_l1": "", "bregman_projection": 'potential = "hypentropy"\nc = 0.1\n',
         "penalised": 'norm = "l1"\nlambda = 0.3\n',
         "explicit_distance": "scale = 0.2\n", "min_lp": "p = 0.5\n"}
# On a line at 1, 4 and -2, -3: b = 1/2 gives a margin of 3/2, b = 0 of 1.
LINE = "a,b,y\n1,0,1\n4,1,1\n-2,0,-1\n-3,2,-1\n"


class Certify(InFolder):
    def certify(self, kind, point, *more, extra="", data=DATA, dual=None):
        (self.path / "data.csv").write_text(data)
        (self.path / "w.csv").write_text("\n".join(str(v) for v in point) + "\n")
        if dual is not None:
            (self.path / "nu.csv").write_text("\n".join(str(v) for v in dual) + "\n")
            more = ("--dual", "nu.csv", *more)
        name = self.spec(SPEC + f'kind = "{kind}"\n' + extra)
        return self.penchant("certify", name, "--solution", "w.csv", *more)

    def record(self, *arguments, code=0, **more):
        result = self.certify(*arguments, "--json", **more)
        self.assertEqual(result.returncode, code, result.stderr)
        return json.loads(result.stdout)

    def test_json_is_a_record_with_the_certificate_in_its_solution(self):
        import jsonschema
        schema = json.loads((ROOT / "src/penchant/lab/record.schema.json").read_text())
        for kind, extra in KINDS.items():
            code = 0 if kind == "penalised" else None
            result = self.certify(kind, FIT, "--json", extra=extra)
            self.assertIn(result.returncode, (0,) if code == 0 else (0, 3), result.stderr)
            record = json.loads(result.stdout)
            jsonschema.validate(record, schema)
            (solution,) = record["solutions"]
            self.assertEqual((solution["prediction"], solution["kind"], solution["w"]), ("limit", kind, FIT))
            self.assertIn(solution["certificate"]["kind"], ("bracket", "first_order_only"))
        certificate = self.record("min_distance", FIT)["solutions"][0]["certificate"]
        self.assertAlmostEqual(certificate["lower"], OPTIMUM, places=12)
        self.assertAlmostEqual(certificate["upper"], OPTIMUM, places=12)

    def test_a_point_that_does_not_fit_exits_3_unless_the_tolerance_allows_it(self):
        near = [FIT[0] + 1e-6, *FIT[1:]]
        for kind in ("min_distance", "min_l1", "bregman_projection", "explicit_distance", "min_lp"):
            self.assertEqual(self.certify(kind, FIT, extra=KINDS[kind]).returncode, 0, kind)
            result = self.certify(kind, near, extra=KINDS[kind])
            self.assertEqual(result.returncode, 3, kind)
            self.assertIn("does not fit", result.stdout)
            self.assertEqual(self.certify(kind, near, "--tolerance", "1e-5", extra=KINDS[kind]).returncode, 0, kind)
        self.assertEqual(self.record("min_distance", near, code=3)["solutions"][0]["status"], "not_converged")
        self.assertEqual(self.certify("penalised", near, extra=KINDS["penalised"]).returncode, 0)

    def test_a_direction_that_separates_nothing_exits_3(self):
        self.assertEqual(self.certify("max_margin", [-1, 0], data=LINE).returncode, 3)
        self.assertEqual(self.certify("max_margin", [1, 0], data=LINE).returncode, 0)

    def test_a_free_intercept_is_computed_or_taken_from_the_end_of_the_point(self):
        free = 'intercept = "free"\n'
        computed = self.record("max_margin", [2, 0], data=LINE, extra=free)["solutions"][0]
        self.assertAlmostEqual(computed["certificate"]["lower"], 1.5, places=12)
        self.assertAlmostEqual(computed["certificate"]["upper"], 1.5, places=9)
        self.assertEqual(computed["intercept"], 1.0)  # of w = (2, 0)
        given = self.record("max_margin", [2, 0, 0], data=LINE, extra=free)["solutions"][0]
        self.assertAlmostEqual(given["certificate"]["lower"], 1.0, places=12)
        result = self.certify("max_margin", [2, 0, 0, 0], data=LINE, extra=free)
        self.assertEqual((result.returncode, result.stderr.count("\n")), (2, 1), result.stderr)
        self.assertIn("intercept", result.stderr)

    def test_what_is_not_a_number_is_refused_by_its_place(self):
        for value in ("nan", "inf", "-inf"):
            for kind, extra in KINDS.items():
                result = self.certify(kind, [1, value, 2], extra=extra)
                self.assertEqual((result.returncode, result.stdout, result.stderr.count("\n")), (2, "", 1), result.stderr)
                self.assertIn("w.csv: entry 2", result.stderr)
                result = self.certify(kind, FIT, extra=extra, dual=[1, value])
                self.assertEqual((result.returncode, result.stdout, result.stderr.count("\n")), (2, "", 1), result.stderr)
                self.assertIn("nu.csv: entry 2", result.stderr)

    def test_a_tolerance_that_is_none_is_refused(self):
        for text in ("-1", "nan", "loose", "inf"):
            result = self.certify("min_distance", FIT, "--tolerance", text)
            self.assertEqual((result.returncode, result.stderr.count("\n")), (2, 1), result.stderr)

    # lower = upper - gap of a far point and a huge dual cancels to something above the optimum
    def test_no_lower_bound_is_above_the_optimum_for_a_huge_dual(self):
        for kind, extra in (("min_distance", ""), ("bregman_projection", 'potential = "euclidean"\n')):
            for far in (1.0, 1e6, 1e12, 1e150):
                for size in (1.0, 1e9, 1e150, 1e299):
                    null = [3.0, 6.0, -5.0]  # X null = 0
                    point = [w + far * z for w, z in zip(FIT, null)]
                    result = self.certify(kind, point, "--json", extra=extra, dual=[size, -size])
                    self.assertIn(result.returncode, (0, 3), result.stderr)
                    certificate = json.loads(result.stdout)["solutions"][0]["certificate"]
                    self.assertIsNotNone(certificate["lower"], (kind, far, size))
                    self.assertLessEqual(certificate["lower"], OPTIMUM, (kind, far, size))

    def test_the_exact_l1_optimum_is_certified_without_a_dual(self):
        data = "a,b,c,d,y\n1,-1,0.5,0.25,2.25\n3,2,1,0,3\n-2,5,0,1,-6.75\n0.5,1,2,4,0\n"
        solution = self.record("min_l1", [1.5, -0.75, 0, 0], data=data)["solutions"][0]
        self.assertEqual(solution["status"], "solved")
        self.assertLess(solution["certificate"]["relative_gap"], 1e-10)


if __name__ == "__main__":
    unittest.main()
