"""The codes a decision can give as its reason.

After what medicinal chemists name when they look at docked and predicted hits (Bender et al. 2021, Nat Protoc 16,
4799). A code is written into the log, so a code is never renamed or taken away; new ones may be added.
"""

from __future__ import annotations

#: Code to the words people see.
REASONS: dict[str, str] = {
    "affinity": "predicted affinity",
    "interactions": "makes the wanted contacts",
    "novelty": "new chemistry",
    "diversity": "adds a new scaffold",
    "learning": "would teach the model most",
    "series": "follows up a series",
    "broken": "broken structure or wrong tautomer",
    "strain": "strained pose",
    "contact_missing": "key contact missing",
    "unsatisfied": "unsatisfied donor or acceptor",
    "floating": "group without contact, in solvent",
    "known": "known chemistry",
    "liability": "toxic or reactive group",
    "properties": "properties outside the window",
    "out_of_domain": "outside the domain of the model",
    "not_available": "cannot be bought or made",
    "other": "other (say which in the text)",
}
