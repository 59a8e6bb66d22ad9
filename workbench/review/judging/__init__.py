"""How people judge together.

- ``turns``, ``visible``: who sees which hit next, and what of the others' decisions
- ``agreement``: how far people agree with each other and with themselves
- ``shortlist``, ``signing``: which hits to buy and why, and who stands for a list
"""
