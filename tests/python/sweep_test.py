"""Sweeps as a user's script sees them: resumed after a signal, sharded, refused when something is wrong."""
import json
import os
import re
import resource
import signal
import subprocess
import time
import unittest
from pathlib import Path

from program import DESCENT, ENVIRONMENT, NOT_COMPARED, PENCHANT, InFolder

BASE = DESCENT.replace("steps = 500", "steps = 2000")
GRID = BASE + """
[sweep]
"init.scale" = { log = [1e-3, 1.0, 7] }
"data.seed" = { range = [0, 5] }
keep = ["w", "curve"]
"""


def read_journals(store):
    """index -> everything that must not depend on who computed it, of the JSON in each line."""
    out = {}
    for path in sorted(Path(store).glob("journal/*.journal")):
        for line in path.read_text().splitlines():
            trial = json.loads(line[line.index("{"):])
            for key in NOT_COMPARED:
                del trial[key]
            if trial["index"] in out:
                raise AssertionError(f"trial {trial['index']} is there twice")
            out[trial["index"]] = trial
    return out


class Sweep(InFolder):
    def spec(self, text, name="grid.toml"):
        return super().spec(text, name)

    def penchant(self, *arguments, **more):
        return super().penchant(*arguments, environment={**ENVIRONMENT, **more})

    def sweep(self, *arguments, **more):
        result = self.penchant("sweep", *arguments, "--json", **more)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stderr, "", "quiet in a log")
        return json.loads(result.stdout)

    def refused(self, *arguments, needles, **more):
        before = sorted(self.path.rglob("*"))
        result = self.penchant("sweep", *arguments, **more)
        self.assertEqual(result.returncode, 2, result.stdout + result.stderr)
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        self.assertEqual(result.stdout, "")
        for needle in needles:
            self.assertIn(needle, result.stderr)
        self.assertEqual(sorted(self.path.rglob("*")), before)

    def test_a_sweep_runs_once(self):
        first = self.sweep(self.spec(GRID))
        self.assertEqual((first["trials"], first["run"], first["failed"], first["missing"]), (35, 35, 0, 0))
        again = self.sweep("grid.toml")
        self.assertEqual((again["existing"], again["run"]), (35, 0))

    def test_a_trial_is_what_run_computes(self):
        self.sweep(self.spec(GRID))
        trial = read_journals(self.path / "penchant-out/grid")[17]
        self.spec(BASE, "one.toml")
        settings = [f"--set={key}={value!r}" for key, value in trial["assignments"].items()]
        record = json.loads(self.penchant("run", "one.toml", "--json", *settings).stdout)
        self.assertEqual(record["provenance"]["spec_hash"], trial["key"])
        self.assertEqual(record["trajectory"]["log10_loss"], trial["values"]["log10_loss"])
        self.assertEqual(record["comparisons"][0]["distance"], trial["values"]["distance"])

    def test_threads_shards_and_slurm_tasks_give_the_same_trials(self):
        self.spec(GRID)
        self.sweep("grid.toml", "--threads", 1, "--out", "one")
        self.sweep("grid.toml", "--threads", 2, "--out", "two")
        for i in range(4):
            self.sweep("grid.toml", "--shard", f"{i}/4", "--out", "shards")
        for task in (5, 6, 7):
            self.sweep("grid.toml", "--out", "slurm", SLURM_ARRAY_TASK_ID=str(task), SLURM_ARRAY_TASK_COUNT="3",
                       SLURM_ARRAY_TASK_MIN="5")
        one = read_journals(self.path / "one")
        self.assertEqual(len(one), 35)
        for other in ("two", "shards", "slurm"):
            self.assertEqual(one, read_journals(self.path / other), other)
        self.assertEqual(len(list((self.path / "shards/journal").glob("*.journal"))), 4)

    def stopped(self, number):
        """A sweep of slow trials gets a signal in the middle; returns its exit code and what it kept."""
        self.spec(GRID.replace("steps = 2000", "steps = 2000000"))
        process = subprocess.Popen([PENCHANT, "sweep", "grid.toml", "--threads", "1"], cwd=self.path, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True,
                                   env=ENVIRONMENT)
        journal = self.path / "penchant-out/grid/journal/main.journal"
        deadline = time.time() + 60
        while time.time() < deadline and not (journal.exists() and journal.stat().st_size > 0):
            time.sleep(0.01)
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
        self.assertEqual(err, "")
        self.assertIn("the same command goes on", out)
        return process.returncode, read_journals(self.path / "penchant-out/grid")

    def test_a_signal_stops_a_sweep_and_the_same_command_goes_on(self):
        for number, code in ((signal.SIGTERM, 75), (signal.SIGUSR1, 75), (signal.SIGINT, 130)):
            with self.subTest(signal=number):
                returned, kept = self.stopped(number)
                self.assertEqual(returned, code)
                self.assertTrue(0 < len(kept) < 35, len(kept))
                rest = self.sweep("grid.toml")
                self.assertEqual((rest["existing"], rest["run"], rest["missing"]), (len(kept), 35 - len(kept), 0))
                resumed = read_journals(self.path / "penchant-out/grid")
                self.sweep("grid.toml", "--out", "whole")
                self.assertEqual(resumed, read_journals(self.path / "whole"))
                subprocess.run(["rm", "-r", self.path / "whole", self.path / "penchant-out"], check=True)

    def test_failures_are_recorded_and_retried_only_when_asked(self):
        self.spec(BASE.replace("step_size = 1e-3", "step_size = 1e-3\nforce = true"))
        failing = ("grid.toml", "--sweep", "dynamics.step_size=1e-3,1e3")
        result = self.penchant("sweep", *failing)
        self.assertEqual(result.returncode, 3, result.stderr)
        self.assertIn("1 failed", result.stdout)
        self.assertIn("the loss grew to 10^", result.stdout)
        again = self.penchant("sweep", *failing, "--json")
        self.assertEqual((again.returncode, json.loads(again.stdout)["run"]), (3, 0))
        retried = self.penchant("sweep", *failing, "--json", "--retry-failed")
        self.assertEqual((retried.returncode, json.loads(retried.stdout)["run"]), (3, 1))

    def test_a_dry_run_counts_and_estimates_and_writes_nothing(self):
        self.spec(GRID)
        before = sorted(self.path.rglob("*"))
        result = self.penchant("sweep", "grid.toml", "--dry-run")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertRegex(result.stdout, r"35 trials, 0 exist already, 35 to run")
        self.assertRegex(result.stdout, r"estimate +about .* from 5 trials spread over the grid")
        self.assertEqual(sorted(self.path.rglob("*")), before)
        self.sweep("grid.toml")
        counted = json.loads(self.penchant("sweep", "grid.toml", "--dry-run", "--json").stdout)
        self.assertEqual((counted["existing"], counted["missing"]), (35, 0))

    def test_a_sweep_of_runs_only_predicts_nothing(self):
        self.sweep(self.spec(GRID + 'verbs = ["simulate"]\n'))
        values = read_journals(self.path / "penchant-out/grid")[0]["values"]
        self.assertIsNone(values["prediction"])
        self.assertIsNotNone(values["log10_loss"])

    def test_threads_that_the_system_does_not_give_are_named(self):
        self.spec(GRID)

        def few_large_stacks():
            resource.setrlimit(resource.RLIMIT_STACK, (256 << 20, resource.getrlimit(resource.RLIMIT_STACK)[1]))
            resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))

        result = subprocess.run([PENCHANT, "sweep", "grid.toml", "--threads", "32"], cwd=self.path, capture_output=True, text=True,
                                timeout=120,
                                env={**ENVIRONMENT, "MALLOC_ARENA_MAX": "1"}, preexec_fn=few_large_stacks)
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertRegex(result.stderr, r"threads = 32: the system gave \d+; ask for fewer\n$")
        self.assertEqual(self.sweep("grid.toml")["missing"], 0, "what was kept is gone on with")

    def test_wrong_sweeps_are_refused_before_anything_runs(self):
        self.spec(GRID)
        self.spec('[sweep]\n"init.scale" = [1, 2]\n', "other.toml")
        self.spec("[init]\nscale = 2\n", "fixed.toml")
        start = time.time()
        self.refused("grid.toml", "--sweep", "data.nonzeros={ range = [1, 1000000000001] }",
                     needles=["35000000000000 trials (7 x 5 x 1000000000000)"])
        self.assertLess(time.time() - start, 5)
        self.refused("grid.toml", "other.toml", needles=["other.toml:2", "grid.toml:21", "init.scale"])
        self.refused("grid.toml", "fixed.toml", needles=["fixed.toml:2", "grid.toml:21", "init.scale"])
        self.refused("grid.toml", "--set", "init.scale=3", needles=["--set init.scale=3", "grid.toml:21"])
        self.refused("grid.toml", "--sweep", "init.scales=1,2", needles=["--sweep init.scales=1,2", 'did you mean "scale"'])
        self.refused("grid.toml", "--sweep", "stop.steps={ log = [0, 5, 3] }", needles=["ends > 0"])
        self.refused("grid.toml", "--shard", "4/4", needles=["expected i/n"])
        self.refused("grid.toml", "--threads", "0", needles=["--threads", "expected an integer >= 1"])
        self.refused("grid.toml", "--threads", "two", needles=["--threads"])
        self.refused("grid.toml", "--dry-runs", needles=['did you mean "--dry-run"'])
        self.refused("missing.toml", needles=["missing.toml"])
        self.refused("grid.toml", needles=["SLURM_ARRAY_TASK_ID"], SLURM_ARRAY_TASK_ID="9", SLURM_ARRAY_TASK_COUNT="4",
                     SLURM_ARRAY_TASK_MIN="0")
        result = self.penchant("run", "grid.toml")
        self.assertEqual(result.returncode, 2)
        self.assertIn("penchant sweep", result.stderr)

    def test_a_store_is_not_made_where_it_may_not_be(self):
        self.spec(GRID)
        (self.path / "file").write_text("")
        result = self.penchant("sweep", "grid.toml", "--out", "file/store")
        self.assertEqual(result.returncode, 2)
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        if os.geteuid() == 0:
            return  # root may write anywhere
        (self.path / "closed").mkdir(mode=0o500)
        self.refused("grid.toml", "--out", "closed/store", needles=["closed", "ermission"])

    def test_another_sweep_does_not_go_into_the_same_store(self):
        self.sweep(self.spec(GRID), "--out", "store")
        result = self.penchant("sweep", "grid.toml", "--sweep", "stop.steps=10,20", "--out", "store")
        self.assertEqual(result.returncode, 2, result.stdout)
        self.assertIsNone(re.search("Traceback|internal", result.stderr))


if __name__ == "__main__":
    unittest.main()
