"""What people touch: the notebook session, the command line, views, tables, exports and reports.

``import workbench as wb`` gives the notebook facade; see `workbench.session`.
"""
