"""A table of compounds by targets with gaps: read, filled, and what to measure next.

- ``affinity_table``: the table, and reading it from a file
- ``target_columns``: which columns of a file hold values of targets
- ``fillers``: what fills gaps, and the baselines beside it
- ``fill``: fill a table, with intervals and a test
- ``next_measurements``: which gaps to measure first
- ``filled_table``: the result, and writing it; ``summary``: the result in words
"""
