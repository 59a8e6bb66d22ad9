"""Many structures judged and ranked: `survey` reads a folder in parallel, `ranking` ranks what it found."""
