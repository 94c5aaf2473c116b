"""The report as a person sees it: in a real browser, offline, wide and narrow, light and dark."""
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from selenium.webdriver.common.by import By

from browser import console_errors, open_browser
from program import PENCHANT, ROOT

WEB = ROOT / "web"


def report(*arguments):
    return subprocess.run([PENCHANT, "report", *map(str, arguments)], capture_output=True, text=True, timeout=120)


def axe_core(folder):
    """The accessibility checker's script from npm, or the reason why it cannot be had."""
    if not shutil.which("npm"):
        return None, "npm is not installed"
    for name in ["package.json", "package-lock.json"]:
        shutil.copy(WEB / name, folder)
    done = subprocess.run(["npm", "ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder,
                          capture_output=True, text=True, timeout=300)
    script = Path(folder) / "node_modules/axe-core/axe.min.js"
    return (script.read_text(), "") if done.returncode == 0 and script.exists() else (None, "the npm registry cannot be reached")


SWEEP = """
name = "a sweep for its report"
[data]
generate = "sparse_regression"
samples = 8
features = 16
nonzeros = 2
[model]
kind = "diagonal"
[init]
[loss]
kind = "squared"
[dynamics]
kind = "gradient_flow"
coordinates = "log_weights"
[stop]
residual = 1e-8
[sweep]
"init.scale" = { log = [1e-6, 1e-2, 9] }
"data.seed" = { range = [0, 3] }
"""


class Report(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.pages = []
        for name in ["iris-margin", "diabetes-rich", "inseparable"]:
            out = Path(cls.folder.name) / name
            subprocess.run([PENCHANT, "run", ROOT / f"examples/{name}.toml", "--out", out, "--quiet"], check=True, timeout=120)
            cls.pages.append(out / "report.html")
        (Path(cls.folder.name) / "sweep.toml").write_text(SWEEP)
        cls.stores = []
        for name, more in [("bands", []), ("phase", ["--sweep", "data.samples=6,8,10", "--set", "stop.residual=1e-5"])]:
            spec, store = Path(cls.folder.name) / "sweep.toml", Path(cls.folder.name) / name
            if more:  # an axis may not also be set to one value
                spec = Path(cls.folder.name) / "phase.toml"
                spec.write_text(SWEEP.replace("samples = 8\n", ""))
            subprocess.run([PENCHANT, "sweep", spec, "--out", store, "--quiet", *more], check=True, timeout=300)
            subprocess.run([PENCHANT, "report", store, "--quiet"], check=True, timeout=60)
            cls.stores.append(store)
            cls.pages.append(store / "report.html")

    def open(self, page, *arguments):
        driver = open_browser(self.addCleanup, *arguments)
        driver.get(page.as_uri())
        return driver

    def test_no_console_error_and_every_chart_has_marks(self):
        for page in self.pages:
            driver = self.open(page, "--window-size=1200,900")
            self.assertEqual(console_errors(driver), [], page)
            charts = driver.find_elements(By.CSS_SELECTOR, "figure svg")
            self.assertGreaterEqual(len(charts), 1, page)
            for chart in charts:
                drawn = chart.find_elements(By.CSS_SELECTOR, "[aria-label=line] path[d], [aria-label=dot] circle, "
                                                             "[aria-label=rule] line, [aria-label=rect] rect")
                self.assertGreaterEqual(len(drawn), 1, f"{page}: {chart.get_attribute('aria-label')}")
                self.assertNotIn("NaN", chart.get_attribute("outerHTML"))
            self.assertEqual(driver.find_elements(By.CSS_SELECTOR, "script.chart"), [], "a chart was left undrawn")

    def test_no_horizontal_scroll_on_a_phone(self):
        for page in self.pages:
            driver = self.open(page, "--window-size=500,844")
            driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                   {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True})
            driver.refresh()
            width = driver.execute_script("return document.documentElement.scrollWidth")
            self.assertLessEqual(width, 390, page)

    def test_dark_mode_changes_the_paper(self):
        driver = self.open(self.pages[0])
        paper = "return getComputedStyle(document.body).backgroundColor"
        seen = set()
        for scheme in ["light", "dark"]:
            driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
            seen.add(driver.execute_script(paper))
        self.assertEqual(len(seen), 2)

    def test_the_page_needs_nothing_from_outside(self):
        for page in self.pages:
            text = page.read_text()
            for outside in ["src=\"http", "href=\"http", "@import", "url(http"]:
                self.assertNotIn(outside, text)

    def test_report_renews_the_page_that_run_wrote(self):
        record = self.pages[1].parent
        written = self.pages[1].read_text()
        done = report(record)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(self.pages[1].read_text(), written)

    def test_tables_and_sentences_to_paste(self):
        for name, needle in [("md", "| D1 | agrees |"), ("tex", "\\midrule")]:
            done = report(self.pages[0].parent, "--format", name)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn(needle, done.stdout)
            self.assertIn("Training went where theory says (D1)", done.stdout)
        self.assertIn("The program predicts no end of this training", report(self.pages[2].parent, "--format", "md").stdout)

    def test_what_cannot_be_reported_is_refused_in_one_line(self):
        folder = Path(self.folder.name)
        (folder / "newer.json").write_text('{"schema": "penchant/record/2"}')
        (folder / "other.json").write_text('{"x": 1}')
        (folder / "empty").mkdir(exist_ok=True)
        record = self.pages[0].parent
        for arguments, words in [((folder / "newer.json",), "newer than this program"),
                                 ((folder / "other.json",), "is not a record"),
                                 ((ROOT / "README.md",), "not JSON"), ((folder / "empty",), "record.json"),
                                 ((folder / "absent",), "no such file"), ((record, "--format", "htm"), 'did you mean "html"'),
                                 ((record, "--out", "/proc/none/report.html"), "/proc/none/report.html")]:
            done = report(*arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertIn(words, done.stderr)
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)

    def test_axe_finds_nothing_to_complain_of(self):
        with tempfile.TemporaryDirectory() as folder:
            script, reason = axe_core(folder)
        if script is None:
            self.skipTest(f"not run: {reason}")
        for page in self.pages:
            driver = self.open(page, "--window-size=1000,900")
            for scheme in ["light", "dark"]:
                driver.execute_cdp_cmd("Emulation.setEmulatedMedia",
                                       {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
                driver.execute_script(script)
                found = driver.execute_async_script("const done = arguments[0]; "
                                                    "axe.run().then((r) => done(r.violations.map((v) => [v.id, v.nodes[0].html])))")
                self.assertEqual(found, [], f"{page}, {scheme}")

    def test_the_keyboard_reaches_every_button_and_table(self):
        driver = self.open(self.pages[-1])
        # what is folded away is not to be reached
        driver.execute_script("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        wanted = driver.execute_script("return document.querySelectorAll('button, summary, [tabindex=\"0\"]').length")
        self.assertGreater(wanted, 10)
        seen = driver.execute_script("return [...document.querySelectorAll('button, summary, [tabindex=\"0\"]')]"
                                     ".filter((e) => { e.focus(); return document.activeElement === e; }).length")
        self.assertEqual(seen, wanted)

    def test_a_store_is_summed_up_over_seeds_and_drawn_as_files(self):
        store = self.stores[0]
        text = report(store, "--format", "md").stdout
        for needle in ["complete · all 27 trials", "range of init.scale", "standard error", "C.rich",
                       "Slopes, with 95 % intervals"]:
            self.assertIn(needle, text)
        page = (store / "report.html").read_text()
        self.assertIn("Median over 3 values of data.seed", page)
        self.assertLess(len(page), 5_000_000)
        assets = Path(self.folder.name) / "assets"
        done = report(store, "--assets", assets, "--format", "tex", "--out", Path(self.folder.name) / "paper.tex")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("distance-against-init.scale.csv", [path.name for path in assets.iterdir()])

    def test_an_incomplete_sweep_says_how_far_it_is_and_sums_nothing_up(self):
        folder = Path(self.folder.name)
        done = subprocess.run([PENCHANT, "sweep", folder / "sweep.toml", "--out", folder / "part", "--quiet", "--shard", "0/3"],
                              capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        text = report(folder / "part", "--format", "md").stdout
        self.assertIn("9 of 27 trials: 18 missing", text)
        self.assertIn("No statistic is shown", text)
        self.assertNotIn("standard error", text)
        self.assertIn("standard error", report(folder / "part", "--format", "md", "--incomplete").stdout)

    def test_what_a_store_does_not_have_is_refused_with_the_nearest(self):
        for arguments, words in [(("--x", "init.scal"), 'did you mean "init.scale"'),
                                 (("--y", "test_eror"), "the trials have no such number"),
                                 (("--by", "nothing"), "is no axis"), (("--format", "pdf"), "html, md or tex")]:
            done = report(self.stores[0], *arguments)
            self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1), done.stderr)
            self.assertIn(words, done.stderr)


if __name__ == "__main__":
    unittest.main()
