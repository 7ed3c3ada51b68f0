"""The entry point: `evidence-vault`, and `python -m evidence_vault`, which is the same program."""

import sys

INTERRUPTED = 130


def main() -> None:
    """Run the program and exit; Ctrl-C while it is still being loaded ends it as it does later, without a word."""
    try:
        # Loading takes a tenth of a second, in which nothing of ours could answer Ctrl-C yet.
        from evidence_vault.cli import main as program

        program()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
