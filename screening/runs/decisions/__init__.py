"""Decisions of reviewers on the records of a run: an append-only log, and what follows from it.

The log lives here and not with the pages that write it, because the evidence table joins decisions to the other
layers of a run, and the engine may not import what people touch.

- ``event``: one line of the log, and what each action needs
- ``reasons``: the codes a decision can give as its reason
- ``log``: `DecisionLog`, reading and appending under a lock, one flush for everything appended together
- ``chain``: the hash of a line, and the count and head that exports carry
- ``snapshots``: the evidence rows that were on the screen, kept under their hash
- ``state``: what stands after all lines: verdicts, undone lines, comments, tags, lists, settings, signatures
- ``verify``: whether the history is whole, also against a count and head from elsewhere
- ``decide``: one call that appends a decision to a run, as Python, the command line and the server use it
"""
