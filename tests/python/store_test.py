"""The promises of the store, kept by the program as a user's script sees it: killed at random moments, out of space,
damaged, shared, merged.

Sizes are those of a test that runs in seconds; PENCHANT_STORE_KILLS=100 kills as often as is promised,
of a sweep and of the folding each."""
import csv
import io
import json
import os
import pwd
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import time
import unittest

from program import DESCENT, ENVIRONMENT, PENCHANT, InFolder

KILLS = int(os.environ.get("PENCHANT_STORE_KILLS", "8"))

SPEC = DESCENT + """[sweep]
"init.scale" = { log = [1e-3, 1.0, 10] }
"data.seed" = { range = [0, 12] }
keep = ["w"]
"""
TRIALS = 120
# Trials that take long enough to come in several batches.
SLOW = SPEC.replace("steps = 500", "steps = 100000")
# Trials that cost next to nothing: for folding.
MANY = SPEC.replace("range = [0, 12]", "range = [0, 300]").replace('keep = ["w"]', 'verbs = ["predict"]')


def nobody():
    """Gives up root's right to write everywhere."""
    if os.geteuid() == 0:
        user = pwd.getpwnam("nobody")
        os.setgroups([])
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)


class StoreTest(InFolder):
    def setUp(self):
        super().setUp()
        self.path.chmod(0o755)
        (self.path / "grid.toml").write_text(SPEC)
        (self.path / "many.toml").write_text(MANY)
        (self.path / "slow.toml").write_text(SLOW)

    def sweep(self, store, *arguments, spec="grid.toml", **more):
        result = self.penchant("sweep", spec, "--out", store, "--json", *arguments, **more)
        self.assertEqual(result.returncode, 0, result.stderr)
        return json.loads(result.stdout)

    def refused(self, *arguments, code=2, needles=(), **more):
        result = self.penchant(*arguments, **more)
        self.assertEqual(result.returncode, code, result.stdout + result.stderr)
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        for needle in needles:
            self.assertIn(needle, result.stderr)

    def arrays(self, store):
        return {path.name: path.read_bytes() for path in (self.path / store / "arrays").glob("*.npy")}

    def check(self, store, code=0, **more):
        result = self.penchant("store", "check", store, "--json", **more)
        self.assertEqual(result.returncode, code, result.stdout + result.stderr)
        return json.loads(result.stdout)

    def killed_after(self, seconds, *arguments):
        """True if the command was still running then."""
        process = subprocess.Popen([PENCHANT, *map(str, arguments)], cwd=self.path, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, text=True, env=ENVIRONMENT)
        try:
            process.wait(seconds)
            running = False
        except subprocess.TimeoutExpired:
            running = True
            process.send_signal(signal.SIGKILL)
        errors = process.communicate()[1]
        self.assertEqual(errors, "", "a store that was killed must open without a word")
        return running

    def test_a_sweep_killed_at_random_moments_ends_in_the_same_store(self):
        began = time.time()
        self.sweep("whole")
        duration = time.time() - began
        random.seed(0)
        stopped = round_number = 0
        while stopped < KILLS:
            self.assertLess(round_number, 20 * KILLS, "too fast to be hit")
            round_number += 1
            store = f"store-{round_number}"
            while self.killed_after(random.uniform(0, duration), "sweep", "grid.toml", "--out", store, "--quiet"):
                stopped += 1
                if random.random() < 0.3:  # a reader in between
                    self.penchant("store", "check", store)
            self.assertEqual(self.table(store), self.table("whole"))
            self.assertEqual(self.arrays(store), self.arrays("whole"))
            self.assertEqual(self.check(store)["missing"], 0)
            self.assertEqual(list((self.path / store).rglob("*.partial")), [])
            shutil.rmtree(self.path / store)
        print(f"sweep: killed {stopped} times in {round_number} stores")

    def test_folding_killed_at_random_moments_ends_in_the_same_store(self):
        self.sweep("many", "--threads", "2", spec="many.toml")
        whole = self.table("many")
        self.assertEqual(len(whole), 3000)
        (self.path / "many/store.sqlite").unlink()
        began = time.time()
        self.check("many")
        duration = time.time() - began
        random.seed(1)
        stopped = rounds = 0
        while stopped < KILLS:
            self.assertLess(rounds, 20 * KILLS, "too fast to be hit")
            rounds += 1
            for leftover in (self.path / "many").glob("store.sqlite*"):
                leftover.unlink()
            for _ in range(3):
                stopped += self.killed_after(random.uniform(0, duration), "store", "check", "many", "--quiet")
            self.assertEqual(self.table("many"), whole)
            self.assertEqual(self.check("many")["done"], 3000)
        print(f"folding: killed {stopped} times")

    def test_a_file_size_limit_is_said_and_every_trial_before_it_is_kept(self):
        def limited():
            resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        self.refused("sweep", "slow.toml", "--out", "store", "--threads", "1", needles=["File too large"], preexec_fn=limited)
        kept = self.check("store", preexec_fn=limited)  # not even the table fits: a private one
        self.assertGreater(kept["entries"], 5)
        self.assertEqual(kept["damage"], [])
        rest = self.sweep("store", spec="slow.toml")
        self.assertEqual(rest["existing"], kept["entries"])
        self.sweep("whole", spec="slow.toml")
        self.assertEqual(self.table("store"), self.table("whole"))

    def test_a_full_disk_is_said_and_every_trial_before_it_is_kept(self):
        disk = self.path / "disk"
        disk.mkdir()
        if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", disk],
                                               capture_output=True).returncode != 0:
            self.skipTest("needs the right to mount a small disk")
        try:
            self.refused("sweep", "slow.toml", "--out", "disk/store", needles=["No space left on device"])
            kept = self.check("disk/store")
            self.assertGreater(kept["entries"], 5)
            self.assertEqual(kept["damage"], [])
            shutil.copytree(disk / "store", self.path / "store")
        finally:
            subprocess.run(["umount", disk], check=True)
        self.assertEqual(self.sweep("store", spec="slow.toml")["existing"], kept["entries"])
        self.sweep("whole", spec="slow.toml")
        self.assertEqual(self.table("store"), self.table("whole"))

    def test_without_permission_nothing_is_written_and_everything_can_be_read(self):
        self.sweep("store")
        with_table = self.table("store")
        self.refused("sweep", "grid.toml", "--out", "store", needles=["Permission denied"], preexec_fn=nobody)
        self.refused("sweep", "grid.toml", "--out", "new", needles=["new", "Permission denied"], preexec_fn=nobody)
        self.assertEqual(self.table("store", preexec_fn=nobody), with_table)
        (self.path / "store/store.sqlite").unlink()
        self.assertEqual(self.table("store", preexec_fn=nobody), with_table, "from the journals alone")
        self.assertEqual(self.check("store", preexec_fn=nobody)["damage"], [])
        self.assertFalse((self.path / "store/store.sqlite").exists())
        self.refused("store", "export", "store", "--out", "table.csv", needles=["table.csv"], preexec_fn=nobody)

    def test_flipped_bits_cost_their_own_trials_only_and_are_told(self):
        self.sweep("store", "--threads", "1")
        whole = self.table("store")
        journal = self.path / "store/journal/main.journal"
        good = journal.read_bytes()
        (self.path / "store/store.sqlite").unlink()
        random.seed(2)
        bytes_ = bytearray(good)
        places = random.sample(range(len(good)), 5)
        for place in places:
            bytes_[place] ^= 1 << random.randrange(8)
        journal.write_bytes(bytes_)
        lines = {good[:place].count(b"\n") + 1 for place in places}
        found = self.check("store", code=3)
        self.assertEqual(found["entries"], TRIALS - len(lines))
        for line in lines:
            if line + 1 not in lines and line - 1 not in lines:
                self.assertTrue(any(f"main.journal, line {line} (byte" in text for text in found["damage"]), found["damage"])
        self.assertEqual(self.sweep("store")["run"], len(lines))
        self.assertEqual(self.table("store"), whole)

    def test_a_truncated_journal_keeps_every_complete_line(self):
        self.sweep("store", "--threads", "1")
        whole = self.table("store")
        journal = self.path / "store/journal/main.journal"
        os.truncate(journal, journal.stat().st_size * 2 // 3)
        lines = journal.read_bytes().count(b"\n")
        found = self.check("store")
        self.assertEqual((found["entries"], found["done"]), (lines, TRIALS), "the table had folded the rest before")
        self.assertIn("stopped in the middle of a line", found["notes"][0])
        (self.path / "store/store.sqlite").unlink()
        self.assertEqual(self.check("store")["missing"], TRIALS - lines)
        self.assertEqual(self.sweep("store")["run"], TRIALS - lines)
        self.assertEqual(self.table("store"), whole)

    def test_damage_in_the_table_and_in_arrays_is_found(self):
        self.sweep("store")
        arrays = sorted((self.path / "store/arrays").glob("*.npy"))
        arrays[0].unlink()
        content = bytearray(arrays[1].read_bytes())
        content[-1] ^= 1
        arrays[1].write_bytes(content)
        database = sqlite3.connect(self.path / "store/store.sqlite")
        with database:
            database.execute("UPDATE trials SET distance = 7 WHERE idx = 5")
            database.execute("DELETE FROM trials WHERE idx = 6")
        database.close()
        damage = " ".join(self.check("store", code=3)["damage"])
        self.assertIn(f"{arrays[0].name}: no such file", damage)
        self.assertIn(f"{arrays[1].name}: does not match the checksum", damage)
        self.assertIn("trial 5: distance differs in store/store.sqlite", damage)
        self.assertIn("trial 6: missing in store/store.sqlite", damage)
        table = self.path / "store/store.sqlite"
        table.write_bytes(b"x" * 9000)
        self.assertIn("file is not a database", " ".join(self.check("store", code=3)["damage"]))
        self.refused("sweep", "grid.toml", "--out", "store", needles=["remove this file and it is made again"])

    def test_two_processes_do_not_share_a_journal(self):
        command = ("sweep", "slow.toml", "--set", "stop.steps=1000000", "--out", "store")
        first = subprocess.Popen([PENCHANT, *command, "--quiet"], cwd=self.path, env=ENVIRONMENT)
        try:
            lock = self.path / "store/journal/main.journal.lock"
            deadline = time.time() + 30
            while time.time() < deadline and not (lock.exists() and lock.read_text()):
                time.sleep(0.01)
            self.refused(*command, needles=["store/journal/main.journal: is being written by process", str(first.pid)])
            self.assertEqual(self.check("store")["damage"], [], "readable while it runs")
        finally:
            first.kill()
            first.wait()

    def test_threads_shards_and_merged_stores_give_one_table(self):
        self.sweep("one", "--threads", "1")
        self.sweep("two", "--threads", "2")
        for i in range(4):
            self.sweep("together", "--shard", f"{i}/4")
            self.sweep(f"part-{i}", "--shard", f"{i}/4")
        merged = self.penchant("store", "merge", *(f"part-{i}" for i in range(4)), "part-2", "--out", "merged", "--json")
        self.assertEqual(merged.returncode, 0, merged.stderr)
        self.assertEqual((json.loads(merged.stdout)["trials"], json.loads(merged.stdout)["missing"]), (TRIALS, 0))
        one = self.table("one")
        self.assertEqual(len(one), TRIALS)
        for other in ("two", "together", "merged"):
            self.assertEqual(self.table(other), one, other)
            self.assertEqual(self.arrays(other), self.arrays("one"), other)
        self.assertEqual(self.check("merged")["arrays"], 5 * TRIALS // 4)
        self.assertEqual(self.sweep("merged")["run"], 0, "a merged store goes on like any other")

    def test_what_cannot_be_merged_is_refused(self):
        self.sweep("a", "--sweep", "model.depth=2")
        self.sweep("b")
        self.refused("store", "merge", "a", "b", "--out", "c",
                     needles=["b: another sweep than a: axes has 3 entries there, 2 here"])
        self.refused("store", "merge", "a", "--out", "b", needles=["b: is a store already"])
        self.refused("store", "merge", "a", needles=["--out"])
        self.assertFalse((self.path / "c").exists())
        array = next((self.path / "b/arrays").glob("*.npy"))
        array.write_bytes(b"x")
        self.refused("store", "merge", "b", "--out", "c", needles=[array.name, "does not match its checksum"])

    def test_exports_hold_every_trial(self):
        self.sweep("store")
        text = self.penchant("store", "export", "store", "--format", "csv").stdout
        result = self.penchant("store", "export", "store", "--out", "t.csv")
        self.assertEqual((result.returncode, result.stdout), (0, "t.csv\n"))
        self.assertEqual((self.path / "t.csv").read_text(), text)
        rows = list(csv.DictReader(io.StringIO(text)))
        self.assertEqual([int(row["index"]) for row in rows], list(range(TRIALS)))
        whole = json.loads(self.penchant("store", "export", "store", "--format", "json").stdout)
        self.assertEqual((whole["schema"], whole["trials"], len(whole["results"])), ("penchant/trials/1", TRIALS, TRIALS))
        for row, trial in zip(rows, whole["results"]):
            self.assertEqual(float(row["init.scale"]), trial["assignments"]["init.scale"])
            self.assertEqual(float(row["distance"]), trial["values"]["distance"])
            self.assertTrue((self.path / "store/arrays" / trial["arrays"][0]).exists())
        database = sqlite3.connect(self.path / "store/store.sqlite")
        groups = database.execute("""SELECT "init.scale", avg(distance), count(*) FROM trials
                                     WHERE outcome = 'done' GROUP BY 1""").fetchall()
        self.assertEqual((len(groups), sum(count for _, _, count in groups)), (10, TRIALS))
        self.refused("store", "export", "store", "--format", "cvs", needles=['did you mean "csv"'])

    def test_what_is_no_store_is_refused(self):
        (self.path / "thesis").mkdir()
        (self.path / "thesis/chapter.tex").write_text("x")
        self.refused("store", "check", "thesis", needles=["thesis: no store"])
        self.refused("store", "check", "none", needles=["none: no such folder"])
        self.refused("store", "check", "grid.toml", needles=["is a file"])
        self.refused("store", "chekc", "thesis", needles=['did you mean "check"'])
        self.refused("store", "check", "thesis", "none", needles=["2 stores, expected one"])
        self.refused("sweep", "grid.toml", "--out", "thesis", needles=["not empty", "chapter.tex"])

    def test_newer_schemas_are_refused(self):
        self.sweep("store")
        database = sqlite3.connect(self.path / "store/store.sqlite")
        database.execute("PRAGMA user_version = 2")
        database.close()
        newer = "written by a newer Penchant (schema 2); this one reads up to 1"
        self.refused("store", "check", "store", needles=[newer])
        self.refused("store", "export", "store", needles=[newer])
        self.refused("sweep", "grid.toml", "--out", "store", needles=[newer])
        sweep = json.loads((self.path / "store/sweep.json").read_text())
        (self.path / "store/sweep.json").write_text(json.dumps({**sweep, "schema": "penchant/sweep/2"}))
        self.refused("store", "check", "store", needles=["written by a newer Penchant (penchant/sweep/2)"])


if __name__ == "__main__":
    unittest.main()
