"""One number for several aims: desirability functions with weights, how sure it is, and which hits none beats in all.

- ``profile``: what is wanted of each column of evidence, and how much it counts; written as text
- ``score``: the score of each row with its interval and its parts, and the Pareto front
- ``best_hits``: the hits of a run by that score
"""
