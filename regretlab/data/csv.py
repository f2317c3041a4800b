"""Comma- or tab-separated values."""

from __future__ import annotations

import csv
from array import array
from pathlib import Path

import numpy as np

from regretlab.data.reading import nothing_in, number, text, wrong
from regretlab.errors import InvalidInput, nearest

ENDINGS = (".csv", ".tsv", ".csv.gz", ".tsv.gz")


def reads(name: str) -> bool:
    return name.lower().endswith(ENDINGS)


def read(
    path: str | Path,
    rows: int | None = None,
    label: str | int | None = -1,
    header: bool | None = None,
    delimiter: str | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """(A, b) of a table of numbers, quoted or not; empty lines are passed over.

    label : the column of the labels, by name (with a header) or index, from the end if negative;
        None is a table without labels, b = 0.
    header : is the first row one of names? None: it is, if no field of it is a number.
    delimiter : one character; None is a tab for .tsv, else a comma.
    """
    if delimiter is None:
        delimiter = "\t" if ".tsv" in Path(path).name.lower() else ","
    if not isinstance(delimiter, str) or len(delimiter) != 1 or delimiter in '"\r\n':
        raise InvalidInput(f"delimiter={delimiter!r} is not one character: give ',' or ';'.")
    features, labels, names, width, column = array("d"), array("d"), None, 0, None
    with text(path) as lines:
        table = csv.reader(lines, delimiter=delimiter, strict=True)
        while rows is None or len(labels) < rows:
            try:
                row = next(table, None)
            except csv.Error as error:
                raise wrong(path, table.line_num, f"{error}; mend or drop the row.") from None
            if row is None:
                break
            if not any(field.strip() for field in row) and len(row) < 2:
                continue
            if not width:
                width = len(row)
                if header or (header is None and not any(map(is_number, row))):
                    names = [field.strip() for field in row]
                column = column_of(label, names, width)
                if names is not None:
                    continue
            if len(row) != width:
                said = f"{len(row)} fields where the first row has {width}; mend or drop the row."
                raise wrong(path, table.line_num, said)
            labels.append(0.0)
            for k, field in enumerate(row):
                value = number(
                    field, path, table.line_num, "label" if k == column else f"field {k + 1}"
                )
                if k == column:
                    labels[-1] = value
                else:
                    features.append(value)
    if not labels:
        raise nothing_in(path)
    return np.array(features).reshape(len(labels), -1), np.array(labels)


def is_number(field: str) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    return True


def column_of(label: str | int | None, names: list[str] | None, width: int) -> int | None:
    """The index of the labels' column, or InvalidInput."""
    if label is None:
        return None
    if isinstance(label, str):
        if names is None:
            raise InvalidInput(
                f"label={label} is a name and the table has no header: give an index."
            )
        if label not in names:
            raise InvalidInput(f"label={label} is not a column: {nearest(label, names)}")
        return names.index(label)
    if isinstance(label, bool) or not isinstance(label, int) or not -width <= label < width:
        raise InvalidInput(f"label={label} is not one of {width} columns: give a name or an index.")
    if width < 2:
        remedy = "give label=None, or the delimiter= of the file"
        raise InvalidInput(f"label={label} leaves no column for the samples: {remedy}.")
    return label % width
