"""From a structure as drawn to its parent: what is registered, compared and screened.

`standardise` is the full protocol and `fast_path` the same for the commonest structures without it; `salts` takes
counter-ions and solvents off, those of `salt_list`; `charges` neutralises; `normalise_groups` draws functional groups
one way; `tautomer` makes canonical tautomers on request; `enhanced_stereo` names racemates, relative stereo and
atropisomers; `not_one_structure` finds polymers, attachment points and labels that hide a group.
"""
