"""Assay results beside the predictions as they were made, and what follows from them.

- `assay`: results read as training data are, joined to the scores of a run, kept in its folder
- `calibration`: how right the run was: error, bias, coverage, hit rate against the rate promised, by group
- `chosen_correction`: how far the best predicted are predicted too high, and how wide their intervals must be
- `promise`: how many of a batch will be active, before it is measured
- `next_batch`: what to measure next: the best, diverse, and a share to learn from
- `numbered_tables`: tables that a run collects one after another, each with its checksum
- `kept_batch`: batches that were proposed, kept with their promise, and what became of them
- `continued_data`: training data and results together, for the next model
"""
