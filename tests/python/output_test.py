"""What is written: one run to a folder, and no foreign name that becomes a tag, a link or a formula."""
import json
import signal
import subprocess
import time
import unittest

from program import DESCENT, ENVIRONMENT, LOGISTIC_FLOW, PENCHANT, InFolder

LONG = DESCENT.replace("steps = 500", "steps = 2000000000")
TAG, FORMULA = "<img src=x onerror=alert(1)>", "=cmd|' /C calc'!A0"


class Folders(InFolder):
    def start(self, *arguments):
        process = subprocess.Popen([PENCHANT, *map(str, arguments)], cwd=self.path, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   text=True, env=ENVIRONMENT)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def wait_for(self, name):
        for _ in range(600):
            if (self.path / name).exists():
                return
            time.sleep(0.02)
        self.fail(f"{name} was not made")

    def test_a_second_run_into_one_folder_is_refused_in_one_line_and_a_killed_one_keeps_nobody_out(self):
        first = self.start("run", self.spec(LONG), "--out", "out")
        self.wait_for("out/.lock")
        second = self.penchant("run", self.spec(DESCENT, "short.toml"), "--out", "out")
        self.assertEqual((second.returncode, second.stderr.count("\n"), second.stdout), (2, 1, ""), second.stderr)
        self.assertIn(f"out: is being written by process {first.pid} on ", second.stderr)
        self.assertIn("--out", second.stderr)
        first.send_signal(signal.SIGKILL)
        first.wait()
        (self.path / "out/report.html.partial-1-0").write_text("half")
        third = self.penchant("run", "short.toml", "--out", "out")
        self.assertEqual(third.returncode, 0, third.stderr)
        self.assertEqual(sorted(p.name for p in (self.path / "out").iterdir()), ["record.json", "report.html"])

    def test_runs_at_once_leave_record_and_report_of_one_of_them(self):
        for turn in range(3):
            runs = []
            for k in range(4):
                text = DESCENT.replace("scale = 0.1", f"scale = 0.{turn + 1}{k + 1}")
                runs.append(self.start("run", self.spec(text, f"{k}.toml"), "--out", "out", "--force", "--quiet"))
            ends = [(run.wait(), run.stderr.read()) for run in runs]
            for code, text in ends:
                self.assertIn(code, (0, 2), text)
                self.assertEqual(text.count("\n"), 1 if code == 2 else 0, text)
            self.assertIn(0, [code for code, _ in ends])
            scale = json.loads((self.path / "out/record.json").read_text())["spec"]["init"]["scale"]
            self.assertIn(f"every factor starting at {scale}", (self.path / "out/report.html").read_text())
            self.assertEqual(sorted(p.name for p in (self.path / "out").iterdir()), ["record.json", "report.html"])

    def test_a_refused_run_leaves_no_folder(self):
        result = self.penchant("run", self.spec(DESCENT.replace("nonzeros = 2", "nonzeros = 200")), "--out", "new/er")
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertFalse((self.path / "new").exists())


class ForeignNames(InFolder):
    def record(self):
        rows = "".join(f"{a},{b},{label}\n" for a, b, label in
                       [(1, 2, FORMULA), (2, 3, FORMULA), (-1, -2, "b"), (-2, -1.5, "b")])
        (self.path / f"{TAG}.csv").write_text(f"a|{TAG},{FORMULA},label\n".replace(FORMULA, f'"{FORMULA}"') + rows)
        self.spec(f"""name = "a {TAG}"
[data]
file = "{TAG}.csv"
target = "label"
classes = ["b", "{FORMULA}"]
{LOGISTIC_FLOW}clock = "normalised"
[stop]
log10_time = 4
""")
        self.result_of(PENCHANT, "run", "case.toml", "--out", "out")

    def test_a_page_and_a_text_to_paste_show_them_as_words(self):
        self.record()
        page = (self.path / "out/report.html").read_text()
        self.assertNotIn("<img", page.split("<script>")[0])
        text = self.result_of(PENCHANT, "report", "out", "--format", "md").stdout
        outside_code = "".join(text.split("```")[::2])
        self.assertNotRegex(outside_code, r"(?<!\\)<img")
        self.assertIn("\\<img", outside_code)

    def test_a_class_that_a_spreadsheet_would_run_is_led_by_an_apostrophe(self):
        self.record()
        rows = self.result_of(PENCHANT, "apply", "out", f"{TAG}.csv").stdout.splitlines()[1:]
        self.assertEqual({row.split(",", 1)[1] for row in rows}, {"b", "'" + FORMULA})

    def test_an_exported_sweep_holds_no_formula(self):
        (self.path / "x.csv").write_text("a,b,y\n1,2,3\n2,1,0\n")
        (self.path / "=1+1.csv").write_text("a,b,y\n1,2,3\n2,1,1\n")
        spec = DESCENT[DESCENT.index("[model]"):]
        self.spec('[data]\nfile = "x.csv"\ntarget = "y"\n' + spec)
        self.spec('[sweep]\n"data.file" = ["=1+1.csv", "no.csv"]\n'.replace("no.csv", "./x.csv"), "grid.toml")
        self.spec('[data]\ntarget = "y"\n' + spec)
        self.result_of(PENCHANT, "sweep", "case.toml", "grid.toml", "--out", "store")
        table = self.result_of(PENCHANT, "store", "export", "store").stdout
        self.assertIn(",'=1+1.csv,", table)
        self.assertNotRegex(table, r"(?m)(^|,)\"?[=@+]")


class Sweeps(InFolder):
    def refused(self, *arguments, **more):
        result = self.penchant("sweep", *arguments, "--out", "store", **more)
        self.assertEqual((result.returncode, result.stderr.count("\n")), (2, 1), result.stderr + result.stdout)
        self.assertFalse((self.path / "store").exists())
        return result.stderr

    def test_a_value_that_no_trial_can_use_is_refused_before_anything_runs(self):
        name = self.spec(DESCENT)
        said = self.refused(name, "--sweep", "data.nonzeros=1,2,300")
        self.assertIn("--sweep data.nonzeros=1,2,300: case.toml:2: data.nonzeros: got 300, expected at most features = 30", said)
        said = self.refused(name, "--sweep", "dynamics.step_size=1e-3,50", "--sweep", "init.scale=0.1,0.2")
        self.assertIn("no trial can use dynamics.step_size = 50", said)
        self.assertIn("dynamics.step_size=1e-3,50", said)

    def test_a_grid_that_cannot_run_at_all_says_why(self):
        name = self.spec('[data]\nfile = "no.csv"\ntarget = "y"\n' + DESCENT[DESCENT.index("[model]"):])
        self.assertIn("no.csv: no such file in ", self.refused(name, "--sweep", "init.scale=0.1,0.2"))

    def test_a_value_that_one_trial_can_use_is_run(self):
        name = self.spec(DESCENT)
        result = self.penchant("sweep", name, "--sweep", "data.features=30,5", "--sweep", "data.nonzeros=2,9", "--out", "store")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("3 done, 1 refused", result.stdout)


if __name__ == "__main__":
    unittest.main()
