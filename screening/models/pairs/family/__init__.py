"""Parts of a model of a protein family beside the fit itself.

`target_matcher` finds training targets by name and by sequence, `reported_affinity` calibrates what is reported.
`compound_kernel` compares compounds by counts of fragments and descriptors beside their fingerprint bits.
`variant_effect` says what a mutation of a target does to compounds and `change_interval` how wrong that can be;
`mutant_report` measures it on mutants left out, `drugs_left_out` where the targets of known drugs come among all.
"""
