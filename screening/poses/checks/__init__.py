"""Whether a pose is physically sensible. Passing says that a pose is possible, not that it is right.

- `check`: what a check is
- `check_pose`: all checks of a pose, and a pose with its checks and contacts
- `clashes`, `strain`, `burial`, `unsatisfied`, `stereochemistry`: one check a file
- `posebusters_validity`: the published PoseBusters tests, where that package is installed
"""
