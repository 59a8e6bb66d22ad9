"""The command line: one command per file; heavy imports happen inside the commands."""
