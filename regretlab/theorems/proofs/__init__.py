"""Proofs of regret bounds, line by line along a play; one file each."""

from regretlab.theorems.proofs.chain import PROOFS, proof_lines

__all__ = ["PROOFS", "proof_lines"]
