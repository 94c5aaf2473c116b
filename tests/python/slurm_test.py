"""A real Slurm array on this one machine: its tasks share a sweep. Starts its own slurmctld and slurmd in a folder of its own; not
run where slurm-wlm is not installed or where we are not root, who alone may start them."""
import json
import os
import shutil
import socket
import subprocess
import time
import unittest

from program import PENCHANT, InFolder
from store_test import SPEC, TRIALS

PROGRAMS = ("slurmctld", "slurmd", "sbatch", "sinfo")
TASKS = 4

CONFIGURATION = """
ClusterName=one
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
AuthType=auth/none
CredType=cred/none
SlurmctldPort={controller}
SlurmdPort={node}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
ReturnToService=2
NodeName={host} NodeAddr=127.0.0.1 CPUs={processors} State=UNKNOWN
PartitionName=all Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@unittest.skipUnless(all(map(shutil.which, PROGRAMS)), "not run: no slurm-wlm")
@unittest.skipUnless(os.geteuid() == 0, "not run: only root may start Slurm's daemons")
class Slurm(InFolder):
    def setUp(self):
        super().setUp()
        for name in ("state", "spool"):
            (self.path / name).mkdir()
        (self.path / "grid.toml").write_text(SPEC)
        configuration = self.path / "slurm.conf"
        configuration.write_text(CONFIGURATION.format(host=socket.gethostname().split(".")[0], controller=free_port(),
                                                      node=free_port(), folder=self.path,
                                                      processors=os.cpu_count()))
        self.environment = {**os.environ, "SLURM_CONF": str(configuration)}
        for daemon in ("slurmctld", "slurmd"):
            process = subprocess.Popen([daemon, "-D", "-f", str(configuration)], env=self.environment, stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
            self.addCleanup(process.wait)
            self.addCleanup(process.terminate)
        deadline = time.time() + 60
        while "idle" not in self.run_it("sinfo", "-h", "-o", "%T", check=False):
            if time.time() > deadline:
                self.skipTest(f"not run: Slurm does not start here\n{self.logs()}")
            time.sleep(0.2)

    def logs(self):
        return "".join(f"{path.name}:\n{path.read_text()[-2000:]}" for path in sorted(self.path.glob("*.log")))

    def run_it(self, *command, check=True):
        result = subprocess.run([*map(str, command)], cwd=self.path, capture_output=True, text=True, timeout=200,
                                env=self.environment)
        if check:
            self.assertEqual(result.returncode, 0, result.stdout + result.stderr + self.logs())
        return result.stdout

    def test_the_tasks_of_an_array_share_one_sweep(self):
        self.run_it("sbatch", "--wait", f"--array=3-{2 + TASKS}", "--output=task-%a.log", "--wrap",
                    f"{PENCHANT} sweep grid.toml --out array --threads 1")
        self.assertEqual(len(list((self.path / "array/journal").glob(f"shard-*-of-{TASKS}.journal"))), TASKS)
        found = json.loads(self.run_it(PENCHANT, "store", "check", "array", "--json"))
        self.assertEqual((found["done"], found["missing"], found["damage"]), (TRIALS, 0, []))
        self.run_it(PENCHANT, "sweep", "grid.toml", "--out", "one", "--quiet")
        self.assertEqual(self.table("array"), self.table("one"))


if __name__ == "__main__":
    unittest.main()
