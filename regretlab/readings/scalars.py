"""One coordinate in registers: a loop over coordinates, rewritten for d = 1.

`for i in range(d)` becomes its body with i = 0, and what is read and written at coordinate 0 (the
iterate, the memory, the sums) is held in local variables from the first round to the return. The
operations and their order stay the same, and so do the bits; what goes is the detour of every round
through memory, which a compiler must keep because arrays might overlap.
"""

from __future__ import annotations

import ast


def single(tree: ast.FunctionDef, held: tuple[str, ...]) -> ast.FunctionDef:
    """The function for d = 1; `held` names the arrays whose entries at constant places are held.

    The loop reads and writes its memory as `recall(memory, i)` and `keep(memory, i, s)`.
    """
    rewriter = _Single(held)
    tree = rewriter.visit(tree)
    begin = next(k for k, s in enumerate(tree.body) if isinstance(s, ast.For))
    fetched = [
        ast.Assign([ast.Name(n, ast.Store())], fetch) for n, (fetch, _) in rewriter.places.items()
    ]
    tree.body[begin:begin] = fetched
    return _Returning(rewriter.places).visit(tree)


class _Single(ast.NodeTransformer):
    def __init__(self, held: tuple[str, ...]) -> None:
        self.held = held
        # local name -> how it is fetched at the start, and stored at the end
        self.places: dict[str, tuple[ast.expr, ast.stmt]] = {}

    def visit_For(self, node: ast.For) -> ast.AST | list[ast.stmt]:
        if ast.unparse(node.iter) != "range(d)":
            return self.generic_visit(node)
        body: list[ast.stmt] = []
        for statement in node.body:
            new = self.visit(statement)
            body.extend(new if isinstance(new, list) else [new])
        return body

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Constant(0) if node.id == "i" else node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        node = self.generic_visit(node)  # type: ignore[assignment]
        array, place = ast.unparse(node.value), node.slice
        indices = place.elts if isinstance(place, ast.Tuple) else [place]
        if array not in self.held or not all(isinstance(index, ast.Constant) for index in indices):
            return node
        name = "_".join([array.replace(".", "_"), *(ast.unparse(index) for index in indices)])
        stored = ast.Assign(
            [ast.Subscript(node.value, place, ast.Store())], ast.Name(name, ast.Load())
        )
        self.places[name] = ast.Subscript(node.value, place, ast.Load()), stored
        return ast.Name(name, node.ctx)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        node = self.generic_visit(node)  # type: ignore[assignment]
        if ast.unparse(node) != "recall(memory, 0)":
            return node
        self.places["memory_0"] = node, ast.parse("keep(memory, 0, memory_0)").body[0]
        return ast.Name("memory_0", ast.Load())

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        node = self.generic_visit(node)  # type: ignore[assignment]
        call = node.value
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "keep":
            return ast.Assign([ast.Name("memory_0", ast.Store())], call.args[2])
        return node


class _Returning(ast.NodeTransformer):
    """Stores what was held before every return."""

    def __init__(self, places: dict[str, tuple[ast.expr, ast.stmt]]) -> None:
        self.places = places

    def visit_Return(self, node: ast.Return) -> list[ast.stmt]:
        return [*(stored for _, stored in self.places.values()), node]
