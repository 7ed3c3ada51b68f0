"""How long a person waits for `--help` and `list`, against a Python that does nothing."""

import compileall
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import evidence_vault
from bench.ledger import now
from bench.measure import Line, interleaved
from evidence_vault import kinds
from evidence_vault.recording import Recorder
from evidence_vault.vault import VAULT_FORMAT, Settings, Vault


def startup(rounds: int = 21) -> list[Line]:
    """Wall time of whole processes of the installed command, on a case of twelve attempts."""
    # pip compiles what it installs; an editable checkout may never have been compiled.
    compileall.compile_dir(str(Path(evidence_vault.__file__).parent), quiet=1)
    program = str(Path(sys.executable).with_name("evidence-vault"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "vault"
        settings = Settings(format=VAULT_FORMAT, operator="Awa Diallo", capacity="applicant", network=False)
        case = Vault.create(folder, settings, None, now).open_case(
            kinds.CaseOpened(applicant="Awa Diallo"), lambda: None
        )
        Recorder(case, case.signer(lambda: None)).attempts([(kinds.Attempt(origin="log"), [])] * 12)

        def of(*command: str) -> None:
            subprocess.run(command, check=True, capture_output=True, env={**os.environ, "LANG": "fr_FR.UTF-8"})

        taken = interleaved(
            {
                "floor": lambda: of(sys.executable, "-c", "pass"),
                "help": lambda: of(program, "--help"),
                "list": lambda: of(program, "--vault", str(folder), "list"),
            },
            rounds,
        )
    floor = "python -c pass"
    return [
        Line("--help", floor, 7, taken["help"] / taken["floor"], f"{taken['help'] * 1e3:.0f} ms"),
        Line("list", floor, 20, taken["list"] / taken["floor"], f"{taken['list'] * 1e3:.0f} ms"),
    ]
