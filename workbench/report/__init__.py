"""The written dossier of a run, and drawings that need no browser."""
