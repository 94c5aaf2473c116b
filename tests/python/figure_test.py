"""All figures: what must hold in them holds, and their pages show them. PENCHANT_FIGURE_SIZE is quick (the default) or full."""
import csv
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from browser import console_errors, open_browser
from program import PENCHANT

SIZE = "--" + os.environ.get("PENCHANT_FIGURE_SIZE", "quick")
MARKS = "[aria-label=line] path[d], [aria-label=dot] circle, [aria-label=rule] line, [aria-label=rect] rect"


def figure(*arguments):
    return subprocess.run([PENCHANT, "figure", *map(str, arguments)], capture_output=True, text=True, timeout=3600)


class Figures(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.out = Path(folder.name)
        cls.made = figure("--all", SIZE, "--out", cls.out)
        cls.names = [line.split()[0] for line in figure("--list").stdout.splitlines()]
        cls.driver = open_browser(cls.addClassCleanup)

    def test_every_check_holds(self):
        self.assertEqual(self.made.returncode, 0, self.made.stdout + self.made.stderr)
        self.assertNotIn("DOES NOT HOLD", self.made.stdout)
        self.assertGreaterEqual(self.made.stdout.count("holds in"), len(self.names))
        self.assertEqual(self.made.stderr, "")
        if SIZE == "--full":
            print("\n".join(line for line in self.made.stdout.splitlines() if "  page  " not in line))

    def test_every_figure_has_a_page_whose_charts_have_marks(self):
        self.assertGreaterEqual(len(self.names), 7)
        for page in [self.out / "index.html", *(self.out / name / "index.html" for name in self.names)]:
            self.driver.set_window_size(1000, 800)
            self.driver.get(page.as_uri())
            WebDriverWait(self.driver, 20).until(lambda d: not d.find_elements(By.CSS_SELECTOR, "script.chart"))
            self.assertEqual(console_errors(self.driver), [], page)
            charts = self.driver.find_elements(By.CSS_SELECTOR, "figure svg[role=img], figure svg")
            self.assertGreaterEqual(len(charts), 1, page)
            markup = self.driver.find_element(By.TAG_NAME, "main").get_attribute("outerHTML")
            self.assertNotIn("NaN", markup, page)
            for block in self.driver.find_elements(By.CSS_SELECTOR, "figure"):
                self.assertGreaterEqual(len(block.find_elements(By.CSS_SELECTOR, MARKS)), 1, f"{page}: {block.text[:80]}")
            self.driver.set_window_size(390, 800)
            wide = self.driver.execute_script("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
            self.assertLessEqual(wide, 0, page)

    def test_charts_lie_beside_the_page_with_their_numbers(self):
        for name in self.names:
            tables = list((self.out / name).glob("*.csv"))
            self.assertGreaterEqual(len(tables), 1, name)
            for table in tables:
                self.assertTrue(table.with_suffix(".svg").exists() and table.with_suffix(".pdf").exists(), table)
                with table.open(newline="") as file:
                    rows = [row for row in csv.DictReader(file) if row["y"] not in ("", None)]
                self.assertGreaterEqual(len(rows), 4, table)

    def test_an_unknown_figure_names_the_nearest(self):
        result = figure("kernel-to-rish")
        self.assertEqual(result.returncode, 2)
        self.assertIn('unknown figure "kernel-to-rish" (did you mean "kernel-to-rich"?)', result.stderr)
        self.assertEqual(result.stderr.count("\n"), 1)

    def test_what_was_run_is_not_run_again(self):
        journals = sorted(self.out.glob("double-descent/parts/*/journal/*.journal"))
        before = [path.read_bytes() for path in journals]
        self.assertNotEqual(before, [])
        self.assertEqual(figure("double-descent", SIZE, "--quiet", "--out", self.out).returncode, 0)
        self.assertEqual([path.read_bytes() for path in journals], before)

    def test_without_gnuplot_the_numbers_are_still_written(self):
        with tempfile.TemporaryDirectory() as out:
            result = subprocess.run([PENCHANT, "figure", "double-descent", "--quick", "--out", out], capture_output=True, text=True,
                                    timeout=300,
                                    env={**os.environ, "PATH": out})
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertIn("gnuplot", result.stdout)
            self.assertTrue((Path(out) / "double-descent/double-descent.csv").exists())
            self.assertFalse((Path(out) / "double-descent/double-descent.svg").exists())


if __name__ == "__main__":
    unittest.main()
