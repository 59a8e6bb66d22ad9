"""What makes the manual from the program itself: each file writes or checks one kind of page.

`sources` writes everything that is generated; `commands`, `interface`, `notebooks` and `fragments` make the text of it;
`docstrings` keeps plain text of docstrings plain; `mathml` sets equations without scripts or pictures; `links` checks
the built pages.
"""
