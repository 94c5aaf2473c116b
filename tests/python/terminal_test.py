"""What a user at a terminal sees: one line of progress that is gone at the end, colour that can be turned off;
and none of it in a file."""
import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import time
import unittest

from program import PENCHANT, ROOT, InFolder

IRIS = str(ROOT / "examples/iris-margin.toml")

# Long enough to be watched: a step takes about a microsecond.
LONG = """
[data]
generate = "separable"
samples = 20
features = 12
seed = 1
[model]
kind = "linear"
[loss]
kind = "logistic"
[dynamics]
kind = "gradient_descent"
step_size = "auto"
[stop]
steps = 1000000
"""
ERASE = b"\r\x1b[K"


def on_terminal(*arguments, cwd, columns=80, environment=None, stdout=None):
    """Exit code and every byte that reached the terminal; with `stdout` only standard error is one."""
    main, side = pty.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    variables = {**os.environ, "TERM": "xterm", **(environment or {})}
    process = subprocess.Popen([PENCHANT, *map(str, arguments)], cwd=cwd, stdin=side, stdout=stdout or side, stderr=side,
                               env=variables)
    os.close(side)
    seen, ends = b"", time.monotonic() + 120
    while time.monotonic() < ends:
        try:
            piece = os.read(main, 65536)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        seen += piece
    os.close(main)
    if time.monotonic() >= ends:
        process.kill()
    return process.wait(timeout=60), seen


class Terminal(InFolder):
    def setUp(self):
        super().setUp()
        (self.path / "long.toml").write_text(LONG)

    def sweep(self, **more):
        return on_terminal("sweep", "long.toml", "--threads", "1", "--set", "stop.steps=100000", "--sweep",
                           "data.seed=0,1,2,3,4,5,6,7,8,9", "--out",
                           "store", cwd=self.path, **more)

    def test_progress_is_one_line_that_is_gone_at_the_end(self):
        for name, (code, seen) in {"run": on_terminal("run", "long.toml", cwd=self.path, columns=60),
                                   "sweep": self.sweep(columns=40)}.items():
            self.assertEqual(code, 0, seen)
            self.assertGreaterEqual(seen.count(ERASE), 2, (name, seen))
            progress, rest = seen[: seen.rindex(ERASE)], seen[seen.rindex(ERASE) + len(ERASE):]
            self.assertNotIn(b"\n", progress, name)
            lines = [line for line in progress.split(ERASE) if line]
            self.assertLess(max(len(line.decode()) for line in lines), 60 if name == "run" else 40, lines)
            self.assertTrue(any(b"/s" in line for line in lines), lines)
            self.assertTrue(rest.startswith(b"long:"), rest[:80])
            self.assertNotIn(b"\r\x1b", rest)

    def test_progress_is_drawn_at_most_five_times_a_second(self):
        start = time.monotonic()
        _, seen = self.sweep()
        self.assertLessEqual(seen.count(ERASE), 5 * (time.monotonic() - start) + 2)

    def test_nothing_of_it_in_a_log_under_quiet_or_on_a_dumb_terminal(self):
        log = subprocess.run([PENCHANT, "run", "long.toml"], cwd=self.path, capture_output=True, timeout=120,
                             env={**os.environ, "TERM": "xterm"})
        self.assertEqual(log.stderr, b"")
        self.assertIsNone(re.search(rb"[\x00-\x09\x0b-\x1f]", log.stdout))
        _, quiet = on_terminal("run", "long.toml", "--force", "--quiet", cwd=self.path)
        self.assertEqual(quiet, b"")
        _, dumb = on_terminal("run", "long.toml", "--force", cwd=self.path, environment={"TERM": "dumb"})
        self.assertNotIn(b"\x1b", dumb)
        self.assertTrue(dumb.startswith(b"long:"), dumb)

    def test_progress_stays_out_of_json(self):
        with open(self.path / "out.json", "wb") as out:
            _, seen = on_terminal("run", "long.toml", "--json", cwd=self.path, stdout=out)
        self.assertIn(ERASE, seen)
        self.assertNotIn(b"\x1b", (self.path / "out.json").read_bytes())

    def test_verdicts_have_colour_on_a_terminal_only(self):
        _, seen = on_terminal("run", IRIS, "--out", self.path / "a", cwd=self.path)
        self.assertIn(b"\x1b[32magrees\x1b[0m", seen)
        self.assertIn(b"\x1b[32mholds\x1b[0m ", seen)
        _, refused = on_terminal("predict", ROOT / "examples/inseparable.toml", cwd=self.path)
        self.assertIn(b"\x1b[33mrefused\x1b[0m ", refused)
        for environment in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
            _, plain = on_terminal("predict", IRIS, cwd=self.path, environment=environment)
            self.assertNotIn(b"\x1b", plain)
            self.assertIn(b"holds", plain)
        _, never = on_terminal("predict", IRIS, "--color", "never", cwd=self.path)
        self.assertNotIn(b"\x1b", never)
        # an empty NO_COLOR is not set, says no-color.org
        _, empty = on_terminal("predict", IRIS, cwd=self.path, environment={"NO_COLOR": ""})
        self.assertIn(b"\x1b[32mholds", empty)

    def test_colour_follows_standard_output(self):
        for arguments, wanted in (((), False), (("--color=always",), True), (("--color", "auto"), False)):
            result = subprocess.run([PENCHANT, "predict", IRIS, *arguments], capture_output=True, timeout=60, cwd=self.path,
                                    env={**os.environ, "TERM": "xterm"})
            self.assertEqual(b"\x1b" in result.stdout, wanted, arguments)
        wrong = subprocess.run([PENCHANT, "predict", IRIS, "--color", "nevr"], capture_output=True, timeout=60, text=True,
                               cwd=self.path)
        self.assertEqual((wrong.returncode, wrong.stderr.count("\n")), (2, 1), wrong.stderr)
        self.assertIn('did you mean "never"', wrong.stderr)


if __name__ == "__main__":
    unittest.main()
