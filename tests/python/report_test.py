"""The report as a person sees it: in a real browser, offline, wide and narrow, light and dark."""
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

PENCHANT = os.environ["PENCHANT_BINARY"]
ROOT = Path(__file__).resolve().parents[2]
QUIET = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-default-apps", "--hide-scrollbars"]


def browser(folder, *arguments):
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in [*QUIET, f"--user-data-dir={folder}", *arguments]:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)


def report(*arguments):
    return subprocess.run([PENCHANT, "report", *map(str, arguments)], capture_output=True, text=True, timeout=120)


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

    def open(self, page, *arguments):
        profile = tempfile.TemporaryDirectory()
        self.addCleanup(profile.cleanup)
        driver = browser(profile.name, *arguments)
        self.addCleanup(driver.quit)
        driver.get(page.as_uri())
        return driver

    def test_no_console_error_and_every_chart_has_marks(self):
        for page in self.pages:
            driver = self.open(page, "--window-size=1200,900")
            self.assertEqual([entry for entry in driver.get_log("browser") if entry["level"] == "SEVERE"], [], page)
            charts = driver.find_elements(By.CSS_SELECTOR, "figure svg")
            self.assertGreaterEqual(len(charts), 1, page)
            for chart in charts:
                drawn = chart.find_elements(By.CSS_SELECTOR, "[aria-label=line] path[d], [aria-label=dot] circle, [aria-label=rule] line")
                self.assertGreaterEqual(len(drawn), 1, f"{page}: {chart.get_attribute('aria-label')}")
                self.assertNotIn("NaN", chart.get_attribute("outerHTML"))
            self.assertEqual(driver.find_elements(By.CSS_SELECTOR, "script.chart"), [], "a chart was left undrawn")

    def test_no_horizontal_scroll_on_a_phone(self):
        for page in self.pages:
            driver = self.open(page, "--window-size=500,844")
            driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True})
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
        self.assertIn("No known theorem names the end of this training", report(self.pages[2].parent, "--format", "md").stdout)

    def test_what_cannot_be_reported_is_refused_in_one_line(self):
        folder = Path(self.folder.name)
        (folder / "newer.json").write_text('{"schema": "penchant/record/2"}')
        (folder / "other.json").write_text('{"x": 1}')
        (folder / "empty").mkdir(exist_ok=True)
        record = self.pages[0].parent
        for arguments, words in [((folder / "newer.json",), "newer than this program"), ((folder / "other.json",), "is not a record"),
                                 ((ROOT / "README.md",), "not JSON"), ((folder / "empty",), "record.json"),
                                 ((folder / "absent",), "no such file"), ((record, "--format", "htm"), 'did you mean "html"'),
                                 ((record, "--out", "/proc/none/report.html"), "/proc/none/report.html")]:
            done = report(*arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertIn(words, done.stderr)
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)


if __name__ == "__main__":
    unittest.main()
