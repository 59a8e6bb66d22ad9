"""The manual: pages written by hand, and in `manual` what makes the others from the program."""
