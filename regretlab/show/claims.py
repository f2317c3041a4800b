"""Claims on a terminal: a table of all of them, or one in full."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

import typer

from regretlab.bounds.bound import known_by
from regretlab.show.tables import figure_line, sayable, table
from regretlab.theorems.check import KNOWN, TESTS
from regretlab.theorems.claim import Claim

HOLDS = {True: "yes", False: "NO", None: "?"}


def rows_of(claims: Iterable[Claim]) -> Iterator[dict[str, Any]]:
    """The row of every claim, with a bar on standard error if that is a terminal."""
    from tqdm import tqdm

    bar = tqdm(list(claims), unit=" claims", leave=False, disable=None)
    for claim in bar:
        bar.set_postfix_str(claim.name)
        yield claim.row()


def tell(value: Any, digits: int = 8) -> str:
    """A number as a table has it."""
    return f"{value:.{digits}g}" if isinstance(value, float) else str(value)


def certificate(row: dict[str, Any]) -> str:
    """What there is of a certificate, in two words."""
    document = row["certificate"]
    return "none" if document is None else str(document.get("status", "made"))


def decisive(row: dict[str, Any]) -> dict[str, Any]:
    """The check that tells most: the first that fails, or that nothing decides, else the first."""
    deciding = [c for c in row["checks"] if c["tests"] in ("statement", "detail")] or row["checks"]
    return next((c for c in deciding if c["holds"] is not True), deciding[0])


def list_claims(rows: list[dict[str, Any]]) -> None:
    """One line a claim, with the check that tells most."""
    lines = []
    for row in rows:
        check, held = decisive(row), sum(c["holds"] is True for c in row["checks"])
        said = [check["name"], tell(check["claimed"], 5), tell(check["measured"], 5)]
        count = f"{held} of {len(row['checks'])}"
        lines.append([row["id"], row["verdict"], *said, count, certificate(row)])
    columns = ["name", "verdict", "the check that tells most", "claimed", "measured", "hold"]
    table(f"{len(rows)} claims", [*columns, "certificate"], lines)
    typer.echo("'regretlab theorems NAME' prints a claim in full, with every check.")


def describe_claim(row: dict[str, Any]) -> None:
    """One claim in full."""
    known = known_by(row["label"])
    lines = [f"{row['id']}: {row['title']}", f"Verdict: {row['verdict']}", ""]
    lines += [*filled(row["statement"]), "", f"Source: {row['source']}", f"Known: {known}"]
    for word in ("erratum", "remark"):
        lines += filled(f"{word.capitalize()}: {row[word]}") if row[word] else []
    lines += [figure_line(row["figure"]), f"Certificate: {certificate(row)}"]
    typer.echo(sayable("\n".join(lines)))
    columns = ["check", "claimed", "measured", "holds", "known", "tests"]
    checks = [
        [c["name"], tell(c["claimed"]), tell(c["measured"]), HOLDS[c["holds"]], c["known"], c["tests"]]
        for c in row["checks"]
    ]  # fmt: skip
    table("checks", columns, checks)
    for meanings, key in ((KNOWN, "known"), (TESTS, "tests")):
        met = {c[key] for c in row["checks"]}
        used = [f"{word}: {meaning}." for word, meaning in meanings.items() if word in met]
        typer.echo(sayable("\n".join(used)))
    typer.echo("")


def filled(text: str) -> list[str]:
    return textwrap.wrap(text, width=110, break_on_hyphens=False)
