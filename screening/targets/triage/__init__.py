"""Many structures judged and ranked: `survey` reads a folder in parallel, `triage` ranks what it found."""
