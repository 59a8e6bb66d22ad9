"""What is fitted: one estimator per file, a line each in `catalog`, and the kernels and similarities they share."""
