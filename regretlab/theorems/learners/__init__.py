"""Learners, steps and losses that a counterexample needs, and nobody else."""
