"""Learners that a counterexample needs, and nobody else."""
