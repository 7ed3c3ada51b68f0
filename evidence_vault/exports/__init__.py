"""What leaves the vault: the bundle for machines, the dossier for people."""
