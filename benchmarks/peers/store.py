"""Trials with 2 axes and 28 values: folding a journal into SQLite beside Python's json and sqlite3 (both in C) on the same lines,
into the same columns. Then the promised size: 10^6 trials appended, folded and read once,
with the largest memory of the process."""
from paired import COMMON, OPTIONS, compare, own, peer
import argparse
import json
import os
import sqlite3
import subprocess
import tempfile

SMALL, LARGE = 20_000, 1_000_000
ARGUMENTS = argparse.ArgumentParser(parents=[COMMON])
ARGUMENTS.add_argument("--small", action="store_true", help="without the 10^6 trials")
FOLDER = tempfile.TemporaryDirectory()
JOURNAL = os.path.join(FOLDER.name, "lines")


def write_lines():
    import math
    with open(JOURNAL, "w") as out:
        for i in range(SMALL):
            number = lambda k: math.exp(math.sin(i * 31 + k))
            values = {f"value_{k}": number(k) for k in range(1, 22)}
            values |= {f"word_{k}": "diagonal_flow" for k in range(5)} | {f"truth_{k}": i % 2 == 0 for k in range(2)}
            out.write(json.dumps({"key": f"{i:032x}", "index": i, "outcome": "done",
                                  "text": "agrees: the distance is within the budget",
                                  "assignments": {"init.scale": number(0), "data.seed": i % 100}, "values": values, "arrays": {},
                                  "seconds": number(40), "host": "node-17", "attempt": 1}) + "\n")


def fold():
    path = os.path.join(FOLDER.name, "peer.sqlite")
    if os.path.exists(path):
        os.unlink(path)
    database = sqlite3.connect(path)
    database.execute("PRAGMA synchronous = FULL")
    rows, names = [], None
    with open(JOURNAL) as lines:
        for line in lines:
            trial = json.loads(line)
            if names is None:
                names = [*trial["assignments"], *trial["values"]]
                columns = ", ".join(f'"{name}" ANY' for name in names)
                database.execute("CREATE TABLE trials (idx INTEGER NOT NULL UNIQUE, key BLOB, outcome TEXT, text TEXT, "
                                 f"seconds REAL, host TEXT, attempt INTEGER, {columns}) STRICT")
            rows.append((trial["index"], bytes.fromhex(trial["key"]), trial["outcome"], trial["text"], trial["seconds"],
                         trial["host"], trial["attempt"],
                         *trial["assignments"].values(), *trial["values"].values()))
    with database:
        database.executemany(f"INSERT INTO trials VALUES ({', '.join('?' * len(rows[0]))})", rows)
    count = database.execute("SELECT count(*) FROM trials").fetchone()[0]
    database.close()
    return count


arguments = ARGUMENTS.parse_args()
write_lines()
os.environ["STORE_BENCHMARK_TRIALS"] = str(SMALL)
compare(f"fold {SMALL} trials into SQLite, per trial; error: trials in the table",
        own("store", "fold/iterations:1", error=lambda row: row["rows"]),
        {"Python json + sqlite3": peer(fold, SMALL, error=lambda count: count)})
if not arguments.small:
    out = subprocess.run([os.path.join(OPTIONS.benchmarks, "store_benchmark"), "--benchmark_format=json"], check=True,
                         stderr=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         env=dict(os.environ, STORE_BENCHMARK_TRIALS=str(LARGE))).stdout
    print(f"{LARGE} trials, once")
    for row in json.loads(out)["benchmarks"]:
        print(f"  {row['name'].split('/')[0]:24s} {row['real_time'] / 1000:8.2f} s wall"
              f" {row['cpu_time'] / 1000:8.2f} s processor, peak {row['peak_mb']:.0f} MB"
              + (f", {row['sqlite_mb']:.0f} MB of SQLite from {row['journal_mb']:.0f} MB of journal" if "sqlite_mb" in row else ""))
