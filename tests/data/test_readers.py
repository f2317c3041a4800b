"""Data sets read from files: against what was written, and every damage named in one line."""

from __future__ import annotations

import builtins
import gzip
import importlib.util
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from regretlab import InvalidInput
from regretlab.data import read
from regretlab.errors import BrokenFile

finite = st.floats(allow_nan=False, allow_infinity=False)
tables = arrays(np.float64, st.tuples(st.integers(1, 6), st.integers(2, 5)), elements=finite)


def complaint(path, *, kind: type[Exception] = BrokenFile, **options) -> str:
    with pytest.raises(kind) as caught:
        read(path, **options)
    said = str(caught.value)
    assert "\n" not in said
    return said


def file(folder, name: str, content: str | bytes):
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


# svmlight


@given(tables, st.integers(1, 8), st.booleans())
def test_svmlight_gives_back_what_was_written(tmp_path, M, rows, packed):
    A, b = M[:, 1:], M[:, 0]
    lines = [
        " ".join(
            [f"{y!r} qid:7", *(f"{k + 1}:{v!r}" for k, v in enumerate(map(float, a)) if v != 0)]
        )
        for y, a in zip(map(float, b), A, strict=True)
    ]
    text = "# a comment\n\n" + "\n".join(f"{line}  # {k}" for k, line in enumerate(lines)) + "\n"
    path = tmp_path / "a.svm"
    path.write_bytes(gzip.compress(text.encode(), mtime=0) if packed else text.encode())
    for n in (rows, None):
        found, labels = read(path, rows=n, width=A.shape[1])
        assert (found == A[:n]).all()
        assert (labels == b[:n]).all()
        assert found.dtype == labels.dtype == np.float64
    narrow, _ = read(path)
    used = np.flatnonzero((A != 0).any(axis=0))
    assert narrow.shape[1] == (used[-1] + 1 if used.size else 1)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("x 1:2", ("label 'x'", "finite")),
        ("nan 1:2", ("label 'nan'",)),
        ("1_0 1:2", ("label '1_0'",)),
        ("1,2 1:2", ("label '1,2'",)),
        ("1 1:inf", ("1:", "'inf'")),
        ("1 1:", ("1:", "''")),
        ("1 2", ("'2'", "index:value")),
        ("1 a:2", ("'a:2'", "index:value")),
        ("1 -1:2", ("'-1:2'",)),
        ("1 0:2", ("count from 1",)),
        ("1 2:2 2:3", ("index 2 after 2",)),
        ("1 2:2 1:3", ("index 1 after 2",)),
        ("1 99999999999999999999999:1", ("more than",)),
    ],
)
def test_a_bad_row_of_svmlight_is_named(tmp_path, row, words):
    path = file(tmp_path, "a.libsvm", f"1 1:1\n# nothing\n{row}\n1 1:1\n")
    said = complaint(path)
    assert [w for w in (f"{path}, line 3: ", *words) if w not in said] == []
    assert read(path, rows=1)[0].tolist() == [[1.0]]  # what is not asked for is not looked at


def test_the_width_of_svmlight(tmp_path):
    path = file(tmp_path, "a.svm", "1 2:5\n-1\n")
    assert read(path)[0].tolist() == [[0, 5], [0, 0]]
    assert read(path, width=3)[0].shape == (2, 3)
    assert "line 1: index 2 is beyond width=1" in complaint(path, width=1)
    assert "width=0" in complaint(path, kind=InvalidInput, width=0)


# csv


@given(tables, st.integers(1, 8), st.sampled_from([",", ";", "\t"]), st.booleans(), st.data())
def test_csv_gives_back_what_was_written(tmp_path, M, rows, delimiter, header, data):
    label = data.draw(st.integers(-M.shape[1], M.shape[1] - 1))
    names = [f"c {k}" for k in range(M.shape[1])]
    lines = [delimiter.join(f'"{n}"' for n in names)] if header else []
    lines += [delimiter.join(repr(float(v)) for v in row) for row in M]
    path = file(tmp_path, "a.csv", "\r\n\r\n".join(lines))
    for n in (rows, None):
        for key in [label] + [names[label]] * header:
            A, b = read(path, rows=n, label=key, delimiter=delimiter)
            assert (b == M[:n, label]).all()
            assert (np.delete(M[:n], label % M.shape[1], axis=1) == A).all()
    A, b = read(path, label=None, header=header, delimiter=delimiter)
    assert (A == M).all()
    assert (b == np.zeros(len(M))).all()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("1,2", ("2 fields", "3")),
        ("1,2,3,4", ("4 fields", "3")),
        ("1,x,3", ("field 2", "'x'")),
        ("1,,3", ("field 2", "''")),
        ("1,nan,3", ("field 2", "'nan'")),
        ("1,2,yes", ("label", "'yes'")),
        ('1,"2"3,4', ("expected",)),
    ],
)
def test_a_bad_row_of_csv_is_named(tmp_path, row, words):
    path = file(tmp_path, "a.csv", f"a,b,y\n1,2,3\n{row}\n1,2,3\n")
    said = complaint(path)
    assert [w for w in (f"{path}, line 3: ", *words) if w not in said] == []
    assert read(path, rows=1)[1].tolist() == [3.0]


def test_the_columns_and_options_of_csv(tmp_path):
    path = file(tmp_path, "a.tsv", "\ufeffy\tone\n1\t2\n")
    assert [v.tolist() for v in read(path, label="y")] == [[[2.0]], [1.0]]
    assert "did you mean 'one'" in complaint(path, kind=InvalidInput, label="ones")
    assert "label=2" in complaint(path, kind=InvalidInput, label=2)
    assert "delimiter=" in complaint(path, kind=InvalidInput, delimiter="::")
    plain = file(tmp_path, "b.csv", "1,2\n")
    assert "no header" in complaint(plain, kind=InvalidInput, label="y")
    assert "label=None" in complaint(file(tmp_path, "c.csv", "1\n2\n"), kind=InvalidInput)
    mixed = file(tmp_path, "d.csv", "150,4,setosa\n1,2,0\n")
    assert "line 1" in complaint(mixed)
    assert read(mixed, header=True)[0].tolist() == [[1.0, 2.0]]


# idx


def idx(values: np.ndarray, code: int = 8, kind: str = ">u1") -> bytes:
    return struct.pack(f">BBBB{values.ndim}I", 0, 0, code, values.ndim, *values.shape) + values.astype(kind).tobytes()  # fmt: skip # noqa: E501


IMAGES = np.arange(5 * 2 * 3).reshape(5, 2, 3)
CLASSES = np.array([3, 1, 4, 1, 5])


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(("code", "kind"), [(8, ">u1"), (11, ">i2"), (12, ">i4"), (14, ">f8")])
def test_idx(tmp_path, packed, code, kind):
    pack, end = (gzip.compress, ".gz") if packed else (bytes, "")
    images = file(tmp_path, f"t-images-idx3-ubyte{end}", pack(idx(IMAGES, code, kind)))
    labels = file(tmp_path, f"t-labels-idx1-ubyte{end}", pack(idx(CLASSES)))
    for n in (None, 2, 9):
        A, b = read(images, rows=n)
        assert (IMAGES.reshape(5, 6)[:n] == A).all()
        assert (b == CLASSES[:n]).all()
    elsewhere = labels.rename(tmp_path / "mine")
    assert (read(images, labels=elsewhere)[1] == CLASSES).all()


@pytest.mark.parametrize(
    ("images", "labels", "words"),
    [
        (idx(IMAGES)[:-1], idx(CLASSES), ("row 5 of 5", "ends")),
        (idx(IMAGES) + b"x", idx(CLASSES), ("goes on",)),
        (b"", idx(CLASSES), ("no IDX",)),
        (b"PNG\0....", idx(CLASSES), ("no IDX",)),
        (idx(IMAGES)[:9], idx(CLASSES), ("header",)),
        (idx(IMAGES), idx(CLASSES[:4]), ("4 labels", "5 images")),
        (idx(IMAGES), idx(IMAGES), ("one",)),
        (idx(IMAGES[:0]), idx(CLASSES[:0]), ("no rows",)),
        (idx(np.where(IMAGES == 13, np.nan, IMAGES), 14, ">f8"), idx(CLASSES), ("row 3", "finite")),
        (struct.pack(">BBBB3I", 0, 0, 8, 3, 2**31, 2**31, 2**31), idx(CLASSES), ("row 1 of",)),
        (gzip.compress(idx(IMAGES), mtime=0)[:-9], idx(CLASSES), ("cannot be read",)),
    ],
)
def test_a_bad_idx_file_is_named(tmp_path, images, labels, words):
    path = file(tmp_path, "t-images-idx3-ubyte", images)
    file(tmp_path, "t-labels-idx1-ubyte", labels)
    said = complaint(path)
    assert [w for w in ("ubyte", *words) if w not in said] == []


# CIFAR-10


def cifar(classes: list[int], seed: int = 0) -> tuple[np.ndarray, bytes]:
    pixels = np.random.default_rng(seed).integers(0, 256, (len(classes), 3072), dtype=np.uint8)
    return pixels, b"".join(
        bytes([c]) + row.tobytes() for c, row in zip(classes, pixels, strict=True)
    )


@pytest.mark.parametrize("packed", [False, True])
def test_cifar(tmp_path, packed):
    """A file, and the folder of them: rows in the files' order, no more than are asked for."""
    pack, end = (gzip.compress, ".gz") if packed else (bytes, "")
    folder = tmp_path / "cifar-10-batches-bin"
    folder.mkdir()
    first, second = cifar([3, 9, 0]), cifar([1, 1], 1)
    path = file(folder, f"data_batch_1.bin{end}", pack(first[1]))
    file(folder, f"data_batch_2.bin{end}", pack(second[1]))
    file(folder, f"test_batch.bin{end}", b"not read")
    A, b = read(path)
    assert (first[0] == A).all()
    assert b.tolist() == [3, 9, 0]
    whole = np.vstack([first[0], second[0]])
    for n in (None, 2, 3, 4, 9):
        A, b = read(folder, rows=n)
        assert (whole[:n] == A).all()
        assert b.tolist() == [3, 9, 0, 1, 1][:n]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (cifar([1, 2])[1][:-1], ("row 2", "3072 bytes of 3073")),
        (cifar([1, 10])[1], ("row 2", "class 10")),
        (b"", ("no rows",)),
        (gzip.compress(cifar([1])[1], mtime=0)[:-9], ("cannot be read",)),
    ],
)
def test_a_bad_cifar_file_is_named(tmp_path, content, words):
    said = complaint(file(tmp_path, "data_batch_1.bin", content))
    assert [w for w in ("data_batch_1.bin", *words) if w not in said] == []


def test_a_folder_without_batches(tmp_path):
    (tmp_path / "cifar-10-batches-bin").mkdir()
    assert "no rows" in complaint(tmp_path / "cifar-10-batches-bin")


# What they have in common


@pytest.mark.parametrize("name", ["a.svm", "a.csv", "a-images-idx3-ubyte"])
def test_a_file_that_is_not_there_or_empty(tmp_path, name):
    assert "cannot be read" in complaint(tmp_path / name)
    empty = file(tmp_path, name, "")
    assert str(empty) in complaint(empty)


def test_text_that_is_none(tmp_path):
    assert "UTF-8" in complaint(file(tmp_path, "a.csv", b"1,\xff\n"))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"rows": 0}, "rows=0"),
        ({"rows": 1.5}, "rows=1.5"),
        ({"format": "csw"}, "did you mean 'csv'"),
        ({"width": 3}, "width is not an option of the format csv"),
    ],
)
def test_bad_arguments(tmp_path, options, words):
    assert words in complaint(file(tmp_path, "a.csv", "1,2\n"), kind=InvalidInput, **options)


def test_a_name_that_tells_no_format(tmp_path):
    path = file(tmp_path, "a.txt", "1 1:2\n")
    assert "format=" in complaint(path, kind=InvalidInput)
    assert read(path, format="svmlight")[0].tolist() == [[2.0]]


def test_rows_that_are_not_asked_for_are_not_read(tmp_path):
    """A file of 200 MB in place of ten rows would take seconds; a pipe without end, for ever."""
    path = tmp_path / "a.csv"
    with path.open("w") as out:
        out.write("1,2\n" * 10)
        out.truncate(2**31)  # a hole, which reads as zeros
    A, b = read(path, rows=10)
    assert A.shape == (10, 1)
    assert (b == 2).all()


# Bundled


@pytest.mark.parametrize(
    ("name", "shape", "classes"),
    [("digits", (1797, 64), 10), ("breast_cancer", (569, 30), 2), ("wine", (178, 13), 3), ("diabetes", (442, 10), 0)],
)  # fmt: skip
def test_bundled(name, shape, classes):
    if importlib.util.find_spec("sklearn") is None:
        pytest.skip("scikit-learn is not installed")
    A, b = read(name)
    assert (A.shape, b.shape) == (shape, shape[:1])
    assert np.isfinite(A).all()
    assert not classes or set(b) == set(range(classes))
    assert (read(name, rows=7)[0] == A[:7]).all()


def test_without_scikit_learn(monkeypatch):
    known = builtins.__import__

    def without(name, *rest, **more):
        if name.startswith("sklearn"):
            raise ImportError(name)
        return known(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    assert "pip install 'regretlab[data]'" in complaint("digits", kind=InvalidInput)
