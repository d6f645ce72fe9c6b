"""Benchmarks; imported by nothing else."""
