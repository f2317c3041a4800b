"""From an interior-point solver's answer to the digits of a double: Newton's steps on what holds it.

An interior-point method stops where its duality gap is some 1e-13, so that its point is some 1e-7 off.
Which constraints hold the point is known by then, and their equations are solved by Newton's method.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from regretlab.sets.cones import Cones

STEPS, NOTHING, SOUND = 12, 1e-5, 1e-11


class Held(NamedTuple):
    """Rows that hold as equations, rows that may not, second-order blocks that hold, and that need not."""

    rows: list[int]
    free: list[int]
    blocks: list[tuple[int, int]]
    slack: list[tuple[int, int]]
    pointed: list[tuple[int, int]]  # blocks at their apex, all of whose rows hold


def held_by(cones: Cones, s: np.ndarray, m: np.ndarray) -> Held:
    """What holds a point with the slacks s = b - A z and multipliers m."""
    held = Held([], [], [], [], [])
    least, k = NOTHING * max(1.0, float(np.abs(m).max(initial=0.0))), 0
    for kind, size in cones.cones:
        end = k + (3 if kind in ("power", "exponent") else int(size))
        if kind == "second-order":
            if np.linalg.norm(m[k:end]) < least and s[k] - np.linalg.norm(s[k + 1 : end]) > m[k]:
                held.slack.append((k, end))
            elif np.linalg.norm(s[k:end]) < NOTHING:
                held.rows.extend(range(k, end))
                held.pointed.append((k, end))
            else:
                held.blocks.append((k, end))
        else:
            for i in range(k, end):
                (held.rows if kind == "zero" or m[i] > s[i] else held.free).append(i)
        k = end
    return held


def polished(
    P: np.ndarray, q: np.ndarray, cones: Cones, z: np.ndarray, m: np.ndarray
) -> tuple[np.ndarray, np.ndarray, bool]:
    """A point and its multipliers, nearer to those that are least, or as they are; and may they be
    trusted? Those of curved cones of other kinds are left as they are."""
    A, b, kinds = cones
    if any(kind in ("power", "exponent") for kind, _ in kinds):
        return z, m, True
    held, n = held_by(cones, b - A @ z, m), len(z)
    rows, blocks = held.rows, held.blocks
    x, many = np.concatenate([z, m[rows], [m[k] for k, _ in blocks]]), len(rows)
    for _ in range(STEPS):
        H, J = np.array(P), np.zeros((len(x), len(x)))
        F = np.concatenate([P @ x[:n] + q, A[rows] @ x[:n] - b[rows], np.zeros(len(blocks))])
        J[n : n + many, :n] = A[rows]
        for j, (k, end) in enumerate(blocks):
            s, own = (b - A @ x[:n])[k:end], n + many + j
            size = float(np.linalg.norm(s[1:]))
            if not size > 0.0:
                return z, m, False
            way, inside = s[1:] / size, A[k + 1 : end]
            J[own, :n] = A[k] - way @ inside
            across = inside - np.outer(way, way @ inside)
            H += x[own] / size * (across.T @ across)
            F[own] = size - s[0]
        J[:n, n:] = J[n:, :n].T
        F[:n] += J[:n, n:] @ x[n:]
        J[:n, :n] = H
        step = np.linalg.lstsq(J, -F, rcond=1e-14)[0]
        x = x + step
        if not np.isfinite(x).all():
            return z, m, False
        if np.abs(step).max(initial=0.0) <= 2.0**-52 * np.abs(x).max(initial=1.0):
            break
    found, better = x[:n], np.zeros(len(b))
    better[rows] = x[n : n + many]
    for j, (k, end) in enumerate(blocks):
        s, weight = (b - A @ found)[k:end], x[n + many + j]
        better[k], better[k + 1 : end] = weight, -weight * s[1:] / np.linalg.norm(s[1:])
    good = sound(P, q, cones, found, better, held)
    return (found, better, True) if good else (z, m, False)


def sound(
    P: np.ndarray, q: np.ndarray, cones: Cones, z: np.ndarray, m: np.ndarray, held: Held
) -> bool:
    """Are these the point and the multipliers of the program?"""
    A, b, kinds = cones
    s, k, equations = b - A @ z, 0, set()
    for kind, size in kinds:
        equations |= set(range(k, k + int(size))) if kind == "zero" else set()
        k += int(size)
    pointed = {i for k, end in held.pointed for i in range(k, end)}
    signed = [i for i in held.rows if i not in equations and i not in pointed]
    sizes = 1.0 + float(np.abs(z).max(initial=0.0)), 1.0 + float(np.abs(m).max(initial=0.0))
    off = [np.abs(P @ z + q + A.T @ m).max(initial=0.0) / sizes[1]]
    off += [-m[i] / sizes[1] for i in signed] + [-s[i] / sizes[0] for i in held.free]
    off += [abs(s[i]) / sizes[0] for i in held.rows]
    off += [(np.linalg.norm(s[k + 1 : e]) - s[k]) / sizes[0] for k, e in held.slack + held.blocks]
    off += [-m[k] / sizes[1] for k, _ in held.blocks]
    off += [(np.linalg.norm(m[k + 1 : e]) - m[k]) / sizes[1] for k, e in held.pointed]
    return max(off) <= SOUND
