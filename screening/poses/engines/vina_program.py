"""AutoDock Vina as a program on the PATH, where the Python package has no wheel."""

from screening.poses.engines.command_line import CommandLineEngine

ENGINE = CommandLineEngine("vina-program", "vina", ("--exhaustiveness", "8", "--verbosity", "1"), "Vina score")
