"""Two runs, or two compounds, side by side.

- `compare_runs`: what differs in their plans, and what entered, left and moved in the ranking
- `compare_compounds`: all that is known of a compound and of an analogue of it
- `difference_findings`: what explains that one of them is weaker, in sentences
"""
