"""Studies: one script each, written with regretlab's public names, as a user would.

python -m experiments.NAME [--out results] [--quick]
"""
