"""A browser without a screen, for the tests that look at pages."""
import tempfile

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

QUIET = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-default-apps", "--hide-scrollbars"]


def open_browser(cleanup, *arguments):
    """A driver that `cleanup` (addCleanup or addClassCleanup) ends, with a profile of its own and its console recorded."""
    profile = tempfile.TemporaryDirectory()
    cleanup(profile.cleanup)
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in [*QUIET, f"--user-data-dir={profile.name}", *arguments]:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
    cleanup(driver.quit)
    return driver


def console_errors(driver):
    return [entry for entry in driver.get_log("browser") if entry["level"] == "SEVERE"]
