"""Two runs side by side.

- `compare_runs`: what differs in their plans, and what entered, left and moved in the ranking
"""
