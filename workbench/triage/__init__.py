"""The triage of targets as people see it: a figure and a self-contained page.

`page` is self-contained and holds the `figure`.
"""
