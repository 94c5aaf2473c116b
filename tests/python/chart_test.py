"""Every chart of the catalogue in a real browser, light and dark, wide and narrow, and what its buttons save."""
import csv
import os
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from browser import open_browser

# What must be there in each, as selectors inside the plot and how many at least.
MARKS = {
    "bands": [("[aria-label=area] path", 2), ("[aria-label=line] path", 2), ("[aria-label=dot] circle", 8),
              ("[aria-label=link] path", 8), ("[aria-label=rule] line", 2)],
    "powers": [("[aria-label=line] path", 2), ("[aria-label=rule] line", 1)],
    "beyond-doubles": [("[aria-label=line] path", 2)],
    "shades": [("[aria-label=line] path", 19)],
    "hues": [("[aria-label=line] path", 8)],
    "bars": [("[aria-label=rule] line", 12), ("[aria-label=dot] circle", 11)],
    "scatter": [("[aria-label=dot] circle", 300), ("[aria-label=line] path", 1)],
    "phase": [("[aria-label=rect] rect", 25 * 16 - 2), ("[aria-label=line] path", 4), ("[aria-label=text] text", 3)],
    "heat-log": [("[aria-label=rect] rect", 9 * 5 - 1), ("[aria-label=line] path", 2)],
    "heat-middle": [("[aria-label=rect] rect", 12 * 7), ("[aria-label=line] path", 1)],
    "long": [("[aria-label=line] path", 1)],
    "awkward": [("[aria-label=line] path", 1), ("[aria-label=rule] line", 1)],
    "nothing": [],
}


class Charts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.out = Path(cls.folder.name)
        subprocess.run([os.environ["PENCHANT_CHART_CATALOGUE"], cls.out], check=True, timeout=120)
        cls.driver = open_browser(cls.addClassCleanup)

    def open(self, width=1000, scheme="light"):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                    {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500})
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
        self.driver.get((self.out / "catalogue.html").as_uri())

    def saved(self, name, label):
        """What the button of that label hands to the browser as a file."""
        return self.driver.execute_async_script(
            """const [name, label, done] = arguments, make = URL.createObjectURL;
               URL.createObjectURL = (blob) => { URL.createObjectURL = make; blob.text().then(done); return "#"; };
               const button = [...document.querySelectorAll(`#chart-${name} button`)].find((b) => b.textContent === label);
               button.click();""", name, label)

    def test_every_chart_has_its_marks_and_nothing_is_logged(self):
        for width in [1000, 390]:
            self.open(width)
            self.assertEqual(self.driver.get_log("browser"), [])
            self.assertEqual({f.get_attribute("id") for f in self.driver.find_elements(By.TAG_NAME, "figure")},
                             {f"chart-{name}" for name in MARKS})
            for name, wanted in MARKS.items():
                plot = self.driver.find_element(By.CSS_SELECTOR, f"#chart-{name} .plot > svg[role=img][aria-label]")
                for selector, count in wanted:
                    self.assertGreaterEqual(len(plot.find_elements(By.CSS_SELECTOR, selector)), count,
                                            f"{name} at {width}: {selector}")
                drawn = plot.get_attribute("outerHTML")
                self.assertNotIn("NaN", drawn, name)
                self.assertNotIn("undefined", drawn, name)

    def test_no_horizontal_scroll_on_a_phone_and_no_tick_over_another(self):
        self.open(390)
        self.assertLessEqual(self.driver.execute_script("return document.documentElement.scrollWidth"), 390)
        overlapping = self.driver.execute_script(
            """const bad = [];
               const axes = ["x", "y"].map((axis) => `.plot svg [aria-label='${axis}-axis tick label']`).join(", ");
               for (const axis of document.querySelectorAll(axes)) {
                 const boxes = [...axis.querySelectorAll("text")].filter((t) => t.textContent)
                   .map((t) => [t.textContent, t.getBoundingClientRect()]);
                 for (let i = 1; i < boxes.length; ++i) {
                   const [a, b] = [boxes[i - 1][1], boxes[i][1]];
                   if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
                     bad.push(boxes[i - 1][0] + " over " + boxes[i][0]);
                 }
               }
               return bad;""")
        self.assertEqual(overlapping, [])

    def test_numbers_stand_at_both_axes(self):
        self.open()
        for name in MARKS:
            for axis in "xy":
                ticks = self.driver.find_elements(By.CSS_SELECTOR, f"#chart-{name} svg [aria-label='{axis}-axis tick label'] text")
                self.assertGreaterEqual(len([t for t in ticks if t.text]), 2, f"{name} {axis}")

    def test_dark_paper_changes_the_lines_when_it_is_turned_on(self):
        self.open()
        stroke = "return getComputedStyle(document.querySelector('#chart-bands [aria-label=line] path')).stroke"
        light = self.driver.execute_script(stroke)
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": "dark"}]})
        WebDriverWait(self.driver, 10).until(lambda driver: driver.execute_script(stroke) != light)

    def test_the_csv_button_saves_the_numbers_that_the_program_writes(self):
        self.open()
        for name in MARKS:
            ours = list(csv.reader((self.out / f"{name}.csv").read_text().splitlines()))
            theirs = list(csv.reader(self.saved(name, "CSV").splitlines()))
            self.assertEqual(len(theirs), len(ours), name)
            self.assertEqual(theirs[0], ours[0])
            for a, b in zip(theirs[1:], ours[1:]):
                self.assertEqual(a[0], b[0], name)
                self.assertEqual([x and float(x) for x in a[1:]], [x and float(x) for x in b[1:]], name)

    def test_the_svg_button_saves_a_picture_that_stands_alone(self):
        self.open(scheme="dark")
        for name in MARKS:
            picture = self.saved(name, "SVG")
            root = ElementTree.fromstring(picture.encode())
            self.assertEqual(root.tag, "{http://www.w3.org/2000/svg}svg")
            self.assertNotIn("var(--", picture, name)
            self.assertIn("#ffffff", picture, name)
            for outside in ["http://", "https://"]:
                self.assertNotIn(outside, picture.replace("http://www.w3.org/", ""), name)

    def test_the_page_carries_the_licences_of_what_it_copies(self):
        page = (self.out / "catalogue.html").read_text()
        self.assertIn("Copyright 2020-2025 Observable, Inc.", page)
        self.assertIn("Permission to use, copy, modify, and/or distribute this software", page)

    def test_gnuplot_draws_them_all_as_well_formed_pictures(self):
        for name in MARKS:
            texts = ["".join(t.itertext())
                     for t in ElementTree.parse(self.out / f"{name}.svg").iter("{http://www.w3.org/2000/svg}text")]
            self.assertGreaterEqual(len(texts), 5, name)
            self.assertTrue((self.out / f"{name}.pdf").read_bytes().startswith(b"%PDF-"), name)


if __name__ == "__main__":
    unittest.main()
