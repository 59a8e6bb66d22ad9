"""gnina on the PATH: smina with convolutional networks; McNutt et al., J. Cheminform. 13, 43 (2021)."""

from screening.poses.engines.command_line import CommandLineEngine

ENGINE = CommandLineEngine(
    "gnina", "gnina", ("--exhaustiveness", "8", "--quiet", "--no_gpu"), "CNN score", ("--cnn_scoring", "none")
)
