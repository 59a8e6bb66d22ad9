"""Can a structure be trusted: `quality_report` is the whole, `site_quality` that of a site, the others find one kind of
fault each.
"""
