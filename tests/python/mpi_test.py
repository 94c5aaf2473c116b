"""`mpirun penchant sweep`: the table does not depend on the ranks, and a rank that is killed loses nothing. Not run where there is
no mpirun or the program was built without MPI."""
import json
import os
import shutil
import signal
import subprocess
import time
import unittest

from program import ENVIRONMENT, PENCHANT, InFolder
from store_test import SPEC, TRIALS

AS_ROOT = {**ENVIRONMENT, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
MPIRUN = ["mpirun", "--oversubscribe", "-n", "3", PENCHANT]


def ranks_of(pid):
    """The processes of the program that an mpirun has started."""
    children = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(pid)], capture_output=True, text=True).stdout.splitlines()
    return [int(line.split()[0]) for line in children if PENCHANT in line]


def without_mpi():
    result = subprocess.run([PENCHANT, "sweep", "none.toml"], capture_output=True, text=True, env={**AS_ROOT, "PMI_SIZE": "2"})
    return "this build has no MPI" in result.stderr


@unittest.skipUnless(shutil.which("mpirun"), "not run: no mpirun")
@unittest.skipIf(shutil.which("mpirun") and without_mpi(), "not run: built without MPI")
class Mpi(InFolder):
    def setUp(self):
        super().setUp()
        (self.path / "grid.toml").write_text(SPEC)
        (self.path / "slow.toml").write_text(SPEC.replace("steps = 500", "steps = 100000"))

    def run_it(self, *command, code=0):
        return self.result_of(*command, code=code, environment=AS_ROOT)

    def test_three_ranks_give_the_table_of_one_process(self):
        self.run_it(PENCHANT, "sweep", "grid.toml", "--out", "one", "--quiet")
        summary = json.loads(self.run_it(*MPIRUN, "sweep", "grid.toml", "--out", "three", "--json").stdout)
        self.assertEqual((summary["run"], summary["done"], summary["missing"]), (TRIALS, TRIALS, 0))
        self.assertEqual(len(list((self.path / "three/journal").glob("rank-*-of-3.journal"))), 3)
        self.assertEqual(len(self.table("one")), TRIALS)
        self.assertEqual(self.table("three"), self.table("one"))
        again = json.loads(self.run_it(*MPIRUN, "sweep", "grid.toml", "--out", "three", "--json").stdout)
        self.assertEqual((again["existing"], again["run"]), (TRIALS, 0))

    def test_a_killed_rank_loses_nothing_that_was_written(self):
        self.run_it(PENCHANT, "sweep", "slow.toml", "--out", "whole", "--quiet")
        for victim in (0, -1):
            with self.subTest(victim=victim):
                job = subprocess.Popen([*MPIRUN, "sweep", "slow.toml", "--out", "store", "--quiet"], cwd=self.path,
                                       stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL, env=AS_ROOT)
                deadline = time.time() + 60
                while time.time() < deadline and not any(path.stat().st_size for path in self.path.glob("store/journal/*.journal")):
                    time.sleep(0.02)
                os.kill(ranks_of(job.pid)[victim], signal.SIGKILL)
                self.assertNotEqual(job.wait(60), 0)
                kept = json.loads(self.run_it(PENCHANT, "store", "check", "store", "--json").stdout)
                self.assertEqual(kept["damage"], [])
                self.assertTrue(0 < kept["done"] < TRIALS, kept)
                rest = json.loads(self.run_it(*MPIRUN, "sweep", "slow.toml", "--out", "store", "--json").stdout)
                self.assertEqual((rest["existing"], rest["missing"]), (kept["done"], 0))
                self.assertEqual(self.table("store"), self.table("whole"))
                shutil.rmtree(self.path / "store")

    def test_wrong_input_is_said_once(self):
        errors = self.run_it(*MPIRUN, "sweep", "none.toml", code=2).stderr
        self.assertEqual(errors.count("penchant: none.toml: no such file in "), 1, errors)

    def test_a_dry_run_counts_once(self):
        out = self.run_it(*MPIRUN, "sweep", "grid.toml", "--dry-run").stdout
        self.assertEqual(out.count(f"{TRIALS} trials"), 1, out)

    def test_an_mpirun_of_another_kind_is_refused(self):
        result = subprocess.run([PENCHANT, "sweep", "grid.toml"], cwd=self.path, capture_output=True, text=True,
                                env={**AS_ROOT, "PMI_SIZE": "2"})
        self.assertEqual(result.returncode, 2)
        self.assertIn("belongs to another MPI than this build", result.stderr)


if __name__ == "__main__":
    unittest.main()
