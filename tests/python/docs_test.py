"""Everything that README and docs/ show a reader to type is typed, page by page, in the order of the page and in a folder of its
own that has the repository's examples, and ends as the page says:

  ```toml      its first line is `# NAME.toml`: the file of that name
  ```console   `$ COMMAND`, and below it lines of what it prints, in their order, with … for what is left out. `# exit N` ends a
               command whose code is not 0. `# not run here: REASON` ends one that is not run
  ```sh        commands that build or install Penchant: scripts/test runs them elsewhere
  `penchant …` in a sentence: runs, prints nothing to worry about and ends with 0. One with a NAME in capitals, or with …, shows a
  form
"""
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path
from typing import NamedTuple

from program import ENVIRONMENT, PENCHANT, ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
GENERATED = {"docs/theory.md"}  # by `penchant atlas`, which cli tests hold
LANGUAGES = {"toml", "console", "sh", "text"}
SHOWN = 14  # lines of a command's output in a failure

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"(?<!`)`((?:source <\()?penchant [^`]+)`(?!`)")
EXIT = re.compile(r"\s+# exit (\d+)$")
LEFT_OUT = re.compile(r"\s+# not run here: .{10,}$")
FORM = re.compile(r"…|\b[A-Z]{2,}\b|\|")


class Step(NamedTuple):
    command: str
    code: int = 0
    printed: tuple = ()


def file_name(block):
    found = re.match(r"# ([\w-]+\.toml)\b", block)
    return found.group(1) if found else None


def console_steps(block):
    steps = []
    for line in block.splitlines():
        if line.startswith("$ "):
            command = line[2:]
            code = EXIT.search(command)
            steps.append(Step(EXIT.sub("", command), int(code.group(1)) if code else 0))
        else:
            steps[-1] = steps[-1]._replace(printed=(*steps[-1].printed, line))
    return [step for step in steps if not LEFT_OUT.search(step.command)]


def steps_of(page):
    """What a reader of the page does: (name, text) writes a file, a Step is a command."""
    text = page.read_text()
    found = [(match.start(), match) for match in FENCE.finditer(text)]
    prose = FENCE.sub(lambda match: " " * len(match.group()), text)
    found += [(match.start(), match.group(1)) for match in INLINE.finditer(prose)]
    for _, item in sorted(found, key=lambda pair: pair[0]):
        if isinstance(item, str):
            if not FORM.search(item):
                yield Step(item)
        elif item.group(1) == "toml":
            yield file_name(item.group(2)), item.group(2)
        elif item.group(1) == "console":
            yield from console_steps(item.group(2))


def missing(expected, output):
    """The first line that the page shows and the program does not print after the ones before it."""
    lines = [" ".join(line.split()) for line in output.splitlines()]
    at = 0
    for line in expected:
        words = " ".join(line.split())
        if words in ("", "…"):
            continue
        pattern = re.compile(".*".join(re.escape(part) for part in words.split("…")))
        hit = next((i for i in range(at, len(lines)) if pattern.fullmatch(lines[i])), None)
        if hit is None:
            return line
        at = hit + 1
    return None


class Pages(unittest.TestCase):
    def test_every_block_says_what_it_is(self):
        for page in PAGES:
            text = page.read_text()
            for language, block in FENCE.findall(text):
                with self.subTest(page=page.name, block=block[:60]):
                    self.assertIn(language, LANGUAGES)
                    if language == "toml":
                        self.assertIsNotNone(file_name(block), "its first line is not `# NAME.toml`")
            indented = [line for line in FENCE.sub("", text).splitlines() if line.startswith("    penchant ")]
            self.assertEqual(indented, [], f"{page.name}: commands stand in ```console blocks")

    def test_every_page_does_what_it_says(self):
        for page in PAGES:
            if str(page.relative_to(ROOT)) in GENERATED:
                continue
            with tempfile.TemporaryDirectory() as folder:
                self.follow(page, Path(folder))

    def follow(self, page, folder):
        (folder / "examples").symlink_to(ROOT / "examples")
        (folder / "bin").mkdir()
        (folder / "bin/penchant").symlink_to(Path(PENCHANT).resolve())
        variables = {**ENVIRONMENT, "PATH": f"{folder}/bin:{os.environ['PATH']}", "OMP_NUM_THREADS": "1"}
        for step in steps_of(page):
            if not isinstance(step, Step):
                name, text = step
                (folder / name).write_text(text)
                continue
            with self.subTest(page=page.name, command=step.command):
                done = subprocess.run(["bash", "-o", "pipefail", "-c", step.command], cwd=folder, env=variables,
                                      capture_output=True, text=True, timeout=120)
                end = "\n".join((done.stdout + done.stderr).splitlines()[-SHOWN:])
                self.assertEqual(done.returncode, step.code, end)
                self.assertIsNone(missing(step.printed, done.stdout + done.stderr), done.stdout + done.stderr)
                if not step.printed:
                    self.assertNotRegex(done.stdout, r"(?m)^\s*(refused|verdict\s+.*disagrees)", end)


if __name__ == "__main__":
    unittest.main()
