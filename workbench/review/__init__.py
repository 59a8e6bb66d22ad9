"""The review of a run in a browser: hits, evidence, decisions of several people, shortlists, signatures.

Decisions themselves are kept by `screening.runs.decisions`: the evidence table joins them to the other layers of a
run, and the engine may not import this package.

- ``server``: where it listens, TLS, routes; ``access``: sessions, tokens, headers; ``pages``, ``api``: handlers
- ``people``, ``login_limit``: who may log in, and how often somebody may guess
- ``review``: a review in progress; ``writer``: one thread that writes for all
- ``hits``: the evidence as the page shows it; ``judging``: turns, agreement, shortlists, signatures
- ``run_review``: the same for Python and the command line
- ``routes``, ``schemas``, ``openapi``: the REST interface and its description
"""
