"""What compounds of a series have in common, and what their differences did to measured values.

- ``cuts``: a molecule cut at single bonds into fragments and their surroundings
"""
