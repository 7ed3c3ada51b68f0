"""`python -m evidence_vault` is the same program as `evidence-vault`."""

from evidence_vault.cli import main

main()
