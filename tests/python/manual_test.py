"""--help, the manual page and the completion scripts: true, complete, and every printed example works when pasted."""
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from program import PENCHANT, ROOT

PENCHANT = Path(PENCHANT).resolve()
COLUMNS = 80  # of standard output that is no terminal


def penchant(*arguments, code=0):
    result = subprocess.run([PENCHANT, *arguments], capture_output=True, text=True, timeout=60)
    assert result.returncode == code, result.stderr
    return result.stdout


def commands():
    listing = penchant("--help").split("\nCommands", 1)[1].split("\n\n")[0]
    return re.findall(r"^  ([a-z]+) ", listing, re.MULTILINE)


def help_of(command):
    return penchant(*([command] if command else []), "--help")


def examples_of(command):
    return [line.strip() for line in help_of(command).split("\nExamples:\n")[1].splitlines()]


def options_of(command):
    return re.findall(r"^  (--[a-z-]+)", help_of(command), re.MULTILINE)


class Help(unittest.TestCase):
    def test_every_command_has_a_paragraph_options_and_examples(self):
        self.assertGreaterEqual(len(commands()), 12)
        for command in commands():
            text = help_of(command)
            usage = rf"Usage: penchant {command}[^\n]* \[OPTIONS\]"
            self.assertRegex(text, rf"^penchant {command}: [^\n]+(\n[^\n]+)?\n\n{usage}\n\n[A-Z]", command)
            self.assertIn("--help", options_of(command))
            self.assertGreaterEqual(len(examples_of(command)), 2, command)
            self.assertIn(f"penchant {command} " if command != "man" else "penchant man", " ".join(examples_of(command)) + " ")
            body = text.split("\nExamples:\n")[0].splitlines()
            self.assertLessEqual(max(len(line) for line in body), COLUMNS, command)

    def test_help_of_a_command_and_of_the_program_are_the_only_output(self):
        for arguments in (["--help"], ["run", "--help"]):
            result = subprocess.run([PENCHANT, *arguments], capture_output=True, text=True, timeout=60)
            self.assertEqual((result.returncode, result.stderr), (0, ""))
            self.assertTrue(result.stdout.endswith("\n") and not result.stdout.endswith("\n\n"))

    def test_every_example_works_when_pasted(self):
        """In the order of the page, in a folder that has the repository's examples; each command starts afresh."""
        for command in ["", *commands()]:
            with tempfile.TemporaryDirectory() as folder:
                (Path(folder) / "examples").symlink_to(ROOT / "examples")
                (Path(folder) / "bin").mkdir()
                (Path(folder) / "bin/penchant").symlink_to(PENCHANT)
                variables = {**os.environ, "PATH": f"{folder}/bin:{os.environ['PATH']}", "MANPAGER": "cat"}
                for example in examples_of(command):
                    if example.startswith("man ") and not shutil.which("man"):
                        print(f"not run: {example} (man is not installed)")
                        continue
                    with self.subTest(example):
                        done = subprocess.run(["bash", "-eo", "pipefail", "-c", example], cwd=folder, env=variables,
                                              capture_output=True, text=True, timeout=300)
                        self.assertEqual((done.returncode, done.stderr), (0, ""), example + "\n" + done.stdout[-500:])


class Manual(unittest.TestCase):
    def test_the_page_names_every_command_and_option(self):
        page = penchant("man").replace("\\-", "-")
        for command in commands():
            section = page.split(f".SS \\fBpenchant {command}\\fR", 1)[1].split("\n.S", 1)[0]
            for option in options_of(command):
                self.assertIn(f"\\fB{option}\\fR", section, command)
            for example in examples_of(command):
                self.assertIn(example.replace("\\", "\\e").replace("'", "\\(aq").replace('"', "\\(dq"), section)

    def test_groff_has_no_warning_and_shows_the_examples_as_they_are(self):
        if not shutil.which("groff"):
            self.skipTest("not run: groff is not installed")
        page = penchant("man")
        shown = subprocess.run(["groff", "-man", "-ww", "-Tascii", "-P-c", "-rLL=200n"], input=page, capture_output=True, text=True,
                               timeout=60)
        self.assertEqual((shown.returncode, shown.stderr), (0, ""))
        plain = re.sub(r".\x08", "", shown.stdout)
        for command in commands():
            for example in examples_of(command):
                self.assertIn(example, plain)

    def test_man_shows_it_without_a_warning(self):
        if not shutil.which("man"):
            self.skipTest("not run: man is not installed")
        with tempfile.NamedTemporaryFile("w", suffix=".1") as page:
            page.write(penchant("man"))
            page.flush()
            shown = subprocess.run(["man", "--warnings", "-l", page.name], capture_output=True, text=True, timeout=60,
                                   env={**os.environ, "MANPAGER": "cat", "LC_ALL": "C.UTF-8"})
        self.assertEqual((shown.returncode, shown.stderr), (0, ""))


class Completion(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name)
        (self.path / "a.toml").touch()
        (self.path / "b.csv").touch()
        (self.path / "folder").mkdir()

    def bash(self, line, breaks=None):
        """What bash would offer, and put in place of the word it sees, at the end of `line`."""
        (self.path / "script").write_text(penchant("completion", "bash"))
        prepare = f"COMP_WORDBREAKS='{breaks}'; " if breaks is not None else ""
        code = f"source ./script; {prepare}COMP_LINE={line!r}; COMP_POINT=${{#COMP_LINE}}; complete -p penchant >&2; "
        code += f"_penchant; printf '%s\\n' \"${{COMPREPLY[@]}}\""
        result = subprocess.run(["bash", "--norc", "-c", code], cwd=self.path, capture_output=True, text=True, timeout=60)
        self.assertEqual(result.stderr, "complete -F _penchant penchant\n")
        (self.path / "script").unlink()
        return set(result.stdout.split())

    def test_bash_completes_commands_options_and_their_values(self):
        self.assertEqual(self.bash("penchant "), set(commands()))
        self.assertEqual(self.bash("penchant sim"), {"simulate"})
        for command in commands():
            self.assertEqual(self.bash(f"penchant {command} --"), set(options_of(command)), command)
        self.assertEqual(self.bash("penchant run x.toml --f"), {"--force"})
        self.assertEqual(self.bash("penchant atlas --format "), {"text", "md", "json"})
        self.assertEqual(self.bash("penchant atlas --format=j"), {"json"})
        self.assertEqual(self.bash("penchant atlas --format=j", breaks=" \t\n"), {"--format=json"})
        self.assertEqual(self.bash("penchant completion "), {"bash", "zsh", "fish"})
        self.assertEqual(self.bash("penchant run --threads "), set())

    def test_bash_completes_files_by_what_they_are(self):
        self.assertEqual(self.bash("penchant run "), {"a.toml", "folder"})
        self.assertEqual(self.bash("penchant run --quiet --set init.scale=1 "), {"a.toml", "folder"})
        self.assertEqual(self.bash("penchant run a.toml --out "), {"folder"})
        self.assertEqual(self.bash("penchant sweep a.toml a"), {"a.toml"})
        self.assertEqual(self.bash("penchant certify a.toml --solution b"), {"b.csv"})
        self.assertEqual(self.bash("penchant --version"), {"--version"})

    def test_bash_completes_keys_and_kinds_of_set(self):
        self.assertEqual(self.bash("penchant run a.toml --set init.sc"), {"init.scale="})
        self.assertEqual(self.bash("penchant run a.toml --set model.kind=l"), {"linear"})
        self.assertEqual(self.bash("penchant run a.toml --set model.kind=l", breaks=" \t\n"), {"model.kind=linear"})
        self.assertIn("gradient_flow", self.bash("penchant run a.toml --set dynamics.kind="))

    def test_bash_completes_names_of_figures(self):
        (self.path / "penchant").symlink_to(PENCHANT)
        names = {line.split()[0] for line in penchant("figure", "--list").splitlines()}
        self.assertIn("kernel-to-rich", names)
        self.assertEqual(self.bash("./penchant figure "), names)

    def test_zsh_loads_its_script(self):
        if not shutil.which("zsh"):
            self.skipTest("not run: zsh is not installed")
        (self.path / "_penchant").write_text(penchant("completion", "zsh"))
        for arguments in (["-n", "_penchant"],
                          ["-fc", "autoload -U compinit && compinit -u -D && source ./_penchant && (( $+functions[_penchant] ))"]):
            result = subprocess.run(["zsh", *arguments], cwd=self.path, capture_output=True, text=True, timeout=60)
            self.assertEqual((result.returncode, result.stderr), (0, ""), arguments)

    def fish(self, line):
        (self.path / "penchant.fish").write_text(penchant("completion", "fish"))
        result = subprocess.run(["fish", "--no-config", "-c", f"source penchant.fish; complete -C {line!r}"], cwd=self.path,
                                capture_output=True, text=True,
                                timeout=60, env={**os.environ, "HOME": str(self.path)})
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return {answer.split("\t")[0] for answer in result.stdout.splitlines()}

    def test_fish_completes(self):
        if not shutil.which("fish"):
            self.skipTest("not run: fish is not installed")
        self.assertEqual(self.fish("penchant "), set(commands()))
        self.assertEqual(self.fish("penchant run --fo"), {"--force"})
        self.assertEqual(self.fish("penchant atlas --format "), {"text", "md", "json"})
        self.assertIn("a.toml", self.fish("penchant run "))
        self.assertIn("model.kind=linear", self.fish("penchant run a.toml --set model.k"))

    def test_an_unknown_shell_is_refused_with_the_nearest(self):
        result = subprocess.run([PENCHANT, "completion", "fishh"], capture_output=True, text=True, timeout=60)
        self.assertEqual((result.returncode, result.stderr.count("\n")), (2, 1), result.stderr)
        self.assertIn('"fish"', result.stderr)


if __name__ == "__main__":
    unittest.main()
