"""A run that is told to stop, or killed, goes on where it was and ends in the same bits."""
import json
import os
import resource
import signal
import subprocess
import time
import unittest
from pathlib import Path

from program import PENCHANT, InFolder


DATA = """
[data]
generate = "sparse_regression"
samples = 20
features = 60
nonzeros = 3
seed = 1
[model]
kind = "diagonal"
depth = 2
[init]
scale = 1e-2
[loss]
kind = "squared"
"""
# a second or two of steps
DESCENT = DATA + """
[dynamics]
kind = "stochastic"
batch = 4
step_size = 1e-6
[stop]
steps = 8000000
"""
# many short histories
FLOW = DATA + """
[dynamics]
kind = "gradient_flow"
coordinates = "weights"
rtol = 1e-12
checkpoint_steps = 100
[stop]
residual = 1e-9
"""
TIMES = {"seconds"}


def without_times(value):
    if isinstance(value, dict):
        return {key: without_times(item) for key, item in value.items() if key not in TIMES}
    if isinstance(value, list):
        return [without_times(item) for item in value]
    return value


def computing_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def seconds_of_children():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


class Resume(InFolder):
    def command(self, text, out, *more, verb="run"):
        (self.path / "case.toml").write_text(text)
        return [PENCHANT, verb, "case.toml", "--out", out, *map(str, more)]

    def run_whole(self, *arguments, **keywords):
        return subprocess.run(self.command(*arguments, **keywords), cwd=self.path, capture_output=True, text=True, timeout=300)

    def cut_off(self, after, number, *arguments, **keywords):
        """Starts, waits until `after(computing seconds)` or the run has ended, sends the signal; exit code and stderr."""
        process = subprocess.Popen(self.command(*arguments, **keywords), cwd=self.path, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        while process.poll() is None and not after(computing_seconds(process.pid)):
            time.sleep(0.005)
        process.send_signal(number)
        _, err = process.communicate(timeout=120)
        return process.returncode, err

    def record(self, out):
        return without_times(json.loads((self.path / out / "record.json").read_text()))

    def goes_on_to_the_same_record(self, text, out, whole, **keywords):
        result = self.run_whole(text, out, **keywords)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(self.record(out), self.record(whole))
        self.assertFalse((self.path / out / "checkpoint").exists())
        return result

    def test_sigterm_checkpoints_and_the_same_command_goes_on(self):
        self.assertEqual(self.run_whole(DESCENT, "whole").returncode, 0)
        for number in (signal.SIGTERM, signal.SIGUSR1):
            out = number.name
            code, err = self.cut_off(lambda seconds: seconds > 0.2, number, DESCENT, out)
            self.assertEqual(code, 75, err)
            self.assertIn("checkpointed in " + out + "/checkpoint", err)
            self.assertEqual(err.count("\n"), 1, err)
            self.assertEqual([p.name for p in (self.path / out).iterdir()], ["checkpoint"])
            result = self.goes_on_to_the_same_record(DESCENT, out, "whole")
            self.assertIn("going on from there", result.stderr)

    def test_a_killed_run_goes_on_from_its_last_checkpoint(self):
        self.assertEqual(self.run_whole(DESCENT, "whole", verb="simulate").returncode, 0)
        checkpoint = self.path / "out" / "checkpoint"
        code, err = self.cut_off(lambda seconds: checkpoint.exists() and seconds > 0.2, signal.SIGKILL, DESCENT, "out",
                                 "--checkpoint-every", 0.05,
                                 verb="simulate")
        self.assertEqual(code, -signal.SIGKILL, err)
        self.assertTrue(checkpoint.exists())
        self.goes_on_to_the_same_record(DESCENT, "out", "whole", verb="simulate")

    def test_a_flow_and_its_looser_runs_are_cut_off_at_any_moment(self):
        began = seconds_of_children()
        self.assertEqual(self.run_whole(FLOW, "whole").returncode, 0)
        whole_seconds = seconds_of_children() - began
        parts = 0
        for part in range(100):
            # longer and longer, since what follows the runs is computed again each time
            patience = (0.1 + 0.05 * part) * whole_seconds
            code, err = self.cut_off(lambda seconds: seconds > patience, (signal.SIGTERM, signal.SIGKILL)[part % 2], FLOW, "out",
                                     "--checkpoint-every", 0)
            parts += code != 0
            if code == 0:
                break
            self.assertIn(code, (75, -signal.SIGKILL), err)
        self.assertGreaterEqual(parts, 2)
        self.assertEqual(self.record("out"), self.record("whole"))
        self.assertFalse((self.path / "out" / "checkpoint").exists())

    def test_a_damaged_checkpoint_or_one_of_another_spec_is_refused_unless_forced(self):
        code, err = self.cut_off(lambda seconds: seconds > 0.2, signal.SIGTERM, DESCENT, "out")
        self.assertEqual(code, 75, err)
        checkpoint = self.path / "out" / "checkpoint"
        bytes_before = checkpoint.read_bytes()
        other = self.run_whole(DESCENT.replace("1e-2", "2e-2"), "out")
        self.assertEqual(other.returncode, 2)
        self.assertIn("is of another spec", other.stderr)
        self.assertEqual(checkpoint.read_bytes(), bytes_before)
        checkpoint.write_bytes(bytes_before[:100] + bytes([bytes_before[100] ^ 4]) + bytes_before[101:])
        damaged = self.run_whole(DESCENT, "out")
        self.assertEqual(damaged.returncode, 2)
        self.assertIn("is damaged", damaged.stderr)
        self.assertEqual(damaged.stderr.count("\n"), 1, damaged.stderr)
        short = DESCENT.replace("8000000", "1000")
        self.assertEqual(self.run_whole(short, "out", "--force").returncode, 0)
        self.assertFalse(checkpoint.exists())

    def test_ctrl_c_keeps_what_is_done_and_leaves_no_checkpoint(self):
        code, err = self.cut_off(lambda seconds: seconds > 0.2, signal.SIGINT, DESCENT, "out", "--checkpoint-every", 0.05,
                                 verb="simulate")
        self.assertEqual(code, 130, err)
        self.assertEqual(self.record("out")["trajectory"]["stop"]["reason"], "interrupted")
        self.assertFalse((self.path / "out" / "checkpoint").exists())

    def test_without_a_folder_sigterm_ends_the_program_as_ever(self):
        (self.path / "case.toml").write_text(DESCENT)
        process = subprocess.Popen([PENCHANT, "simulate", "case.toml"], cwd=self.path, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        while process.poll() is None and computing_seconds(process.pid) < 0.2:
            time.sleep(0.005)
        process.terminate()
        self.assertEqual(process.wait(timeout=60), -signal.SIGTERM)


if __name__ == "__main__":
    unittest.main()
