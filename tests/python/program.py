"""The program as the tests run it: in a folder of their own, without what a cluster leaves in the environment."""
import csv
import io
import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

import numpy as np

PENCHANT = os.environ["PENCHANT_BINARY"]
ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {name: text for name, text in os.environ.items() if not name.startswith(("SLURM_", "OMPI_"))}
NOT_COMPARED = ("seconds", "host", "attempt")  # what may differ from run to run of a trial

SPARSE = """
[data]
generate = "sparse_regression"
samples = 10
features = 30
nonzeros = 2
[model]
kind = "diagonal"
depth = 2
[init]
scale = 0.1
[loss]
kind = "squared"
"""
LOGISTIC_FLOW = """[model]
kind = "linear"
[loss]
kind = "logistic"
[dynamics]
kind = "gradient_flow"
"""
DESCENT = SPARSE + """[dynamics]
kind = "gradient_descent"
step_size = 1e-3
[stop]
steps = 500
"""


class InFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name)

    def spec(self, text, name="case.toml"):
        (self.path / name).write_text(text)
        return name

    def penchant(self, *arguments, environment=ENVIRONMENT, **more):
        return subprocess.run([PENCHANT, *map(str, arguments)], cwd=self.path, capture_output=True, text=True, timeout=300,
                              env=environment, **more)

    def result_of(self, *command, code=0, environment=ENVIRONMENT):
        result = subprocess.run([*map(str, command)], cwd=self.path, capture_output=True, text=True, timeout=300, env=environment)
        self.assertEqual(result.returncode, code, result.stdout + result.stderr)
        return result

    def table(self, store, **more):
        """key -> the trial without what may differ from run to run."""
        result = self.penchant("store", "export", store, **more)
        self.assertEqual(result.returncode, 0, result.stderr)
        rows = list(csv.DictReader(io.StringIO(result.stdout)))
        table = {row["key"]: {name: text for name, text in row.items() if name not in NOT_COMPARED} for row in rows}
        self.assertEqual(len(table), len(rows), "a trial twice")
        return table


def solution_of(limit, **files):
    """The solution record of a spec (TOML lines) beside files: arrays become .npy, text is written as it is."""
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        for name, content in files.items():
            if isinstance(content, np.ndarray):
                np.save(folder / f"{name}.npy", content)
            else:
                (folder / f"{name}.csv").write_text(content)
        (folder / "spec.toml").write_text(limit)
        run = subprocess.run([PENCHANT, "solve", "spec.toml", "--json", "--quiet"], cwd=folder, capture_output=True, text=True,
                             timeout=120)
        if run.returncode not in (0, 3):
            raise AssertionError(run.stderr)
        return json.loads(run.stdout)["solutions"][0]


def solution_on(x, y, limit):
    """Of the [limit] table with these TOML lines on features x (n, d) and targets y (n)."""
    return solution_of(f'[data]\nx = "x.npy"\ny = "y.npy"\n[limit]\n{limit}\n', x=x, y=y)
