"""What every claim gives: its statement, its source, and the checks that decide it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from regretlab.pieces import Piece
from regretlab.theorems.check import Check, verdict_of

if TYPE_CHECKING:
    from regretlab.losses.sequence import Losses
    from regretlab.methods.method import Method


class Claim(Piece):
    """A published statement, or one derived here, with what can be run for and against it.

    A subclass is one file; its parameters are those of the instance that is tried. It states

        name        its id on the command line, such as "reddi-theorem-1"
        title       what it says, in a few words
        source      author, year, number
        label       how its text is known: keys of `regretlab.bounds.bound.LABELS`
        statement   the claim as printed (or as we know it), in plain text
        erratum     what is wrong with it, if anything; remark, anything else
        figure      the figure that shows it, as `regretlab reproduce` names it; "" if there is none

    and defines

        checks(self) -> list of Check
        certified(self) -> (method, losses) or None     what a certificate is made of
    """

    kind: ClassVar[str] = "theorem"
    title: ClassVar[str] = ""
    label: ClassVar[str] = ""
    statement: ClassVar[str] = ""
    erratum: ClassVar[str] = ""
    remark: ClassVar[str] = ""
    figure: ClassVar[str] = ""

    def checks(self) -> list[Check]:
        raise NotImplementedError

    def certified(self) -> tuple[Method, Losses] | None:
        return None

    def certificate(self) -> dict[str, Any] | None:
        """The document that `regretlab check` reads, or None if there is none to be had."""
        wanted = self.certified()
        if wanted is None:
            return None
        from regretlab.limits.certificates import certify

        return certify(*wanted)

    def row(self) -> dict[str, Any]:
        """The claim as `regretlab theorems --json` prints it."""
        checks = self.checks()
        return {
            "id": self.name,
            "title": self.title,
            "source": self.source,
            "label": self.label,
            "statement": self.statement,
            "erratum": self.erratum,
            "remark": self.remark,
            "figure": self.figure or None,
            "verdict": verdict_of(checks, self.label),
            "checks": [check.row() for check in checks],
            "certificate": self.certificate(),
        }
