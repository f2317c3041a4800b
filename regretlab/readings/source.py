"""The text of a function, as a tree, if it is the text of what runs."""

from __future__ import annotations

import ast
import inspect
import linecache
import textwrap
from collections.abc import Callable
from functools import lru_cache
from types import CodeType

from regretlab.errors import CannotCompile


def parsed(function: Callable) -> ast.FunctionDef:
    """The tree of a function, without docstring and annotations; CannotCompile if it is unknown.

    It is unknown where there is no file or notebook cell to read, where a decorator has put another
    function in its place, and where the file has been edited since it was imported.
    """
    return ast.parse(text_of(function)).body[0]  # type: ignore[return-value]


@lru_cache(maxsize=4096)
def text_of(function: Callable) -> str:
    """The text behind `parsed`: found once, since reading it takes longer than all that is done with it."""
    name = function.__qualname__
    if hasattr(function, "__wrapped__"):
        raise CannotCompile(
            f"{name} is wrapped by a decorator: write it as a plain 'def' without one."
        )
    try:
        text = textwrap.dedent(inspect.getsource(function))
        tree = ast.parse(text).body[0]
    except (OSError, TypeError, SyntaxError, IndexError):
        remedy = "write it in a file or a notebook cell."
        raise CannotCompile(f"the source of {name} cannot be read: {remedy}") from None
    if not isinstance(tree, ast.FunctionDef) or tree.name != function.__name__:
        raise CannotCompile(f"{name} cannot be read as it runs: write it as a plain 'def'.")
    if tree.decorator_list:
        raise CannotCompile(f"{name} has a decorator: write it as a plain 'def' without one.")
    if not unchanged(function.__code__, inspect.getsourcefile(function) or ""):
        raise CannotCompile(f"the file of {name} was edited after it was imported: start again.")
    if ast.get_docstring(tree) is not None:
        tree.body = tree.body[1:] or [ast.Pass()]
    tree.returns = None
    for argument in ast.walk(tree):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    return ast.unparse(tree)


@lru_cache(maxsize=4096)
def bound_in(function: Callable) -> frozenset[str]:
    """The names that a function binds: its arguments and what it assigns."""
    nodes = list(ast.walk(parsed(function)))
    arguments = {n.arg for n in nodes if isinstance(n, ast.arg)}
    return frozenset(
        arguments
        | {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    )


def unchanged(code: CodeType, file: str) -> bool:
    """Does the text that a function came from still compile to its code?

    The whole text is compiled, since the code of a call depends on the imports around it.
    """
    try:
        known = codes_of("".join(linecache.getlines(file)), file)
    except SyntaxError:  # a notebook cell with a magic in it, say: there is nothing to compare with
        return True
    return any(same_code(one, code) for one in known.get(code.co_qualname, ()))


@lru_cache(maxsize=256)
def codes_of(text: str, file: str) -> dict[str, list[CodeType]]:
    """Every function's code in a text, by its qualified name."""
    found: dict[str, list[CodeType]] = {}
    waiting = [compile(text, file, "exec", dont_inherit=True)]
    while waiting:
        code = waiting.pop()
        found.setdefault(code.co_qualname, []).append(code)
        waiting += [c for c in code.co_consts if isinstance(c, CodeType)]
    return found


def same_code(one: CodeType, other: CodeType) -> bool:
    """Do two code objects do the same, wherever their lines stand?"""
    if one.co_code != other.co_code or one.co_names != other.co_names:
        return False
    if one.co_varnames != other.co_varnames or len(one.co_consts) != len(other.co_consts):
        return False
    for a, b in zip(one.co_consts, other.co_consts, strict=True):
        if isinstance(a, CodeType) and isinstance(b, CodeType):
            if not same_code(a, b):
                return False
        elif repr(a) != repr(b):
            return False
    return True
