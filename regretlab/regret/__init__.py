"""Comparators in hindsight, and what is left when their loss is taken off."""
