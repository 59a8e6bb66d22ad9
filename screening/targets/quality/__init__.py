"""Can a structure be trusted: `quality` is the report, `site_quality` that of a site, the others find one kind of fault
each.
"""
