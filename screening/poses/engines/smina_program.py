"""smina on the PATH: a fork of Vina; Koes, Baumgartner, Camacho, J. Chem. Inf. Model. 53, 1893 (2013)."""

from screening.poses.engines.command_line import CommandLineEngine

ENGINE = CommandLineEngine("smina", "smina", ("--exhaustiveness", "8", "--quiet"), "Vina score")
