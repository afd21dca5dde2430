"""Marks in the product's code for `tests/covered.py`: which statements ran, and which conditions were false.

A tracer slows down every line of a process, Django's too. Here each statement of the product is compiled
with a mark before it, which costs next to nothing. Line numbers stay as they are.
"""

import ast
import sys
from importlib.machinery import PathFinder, SourceFileLoader
from itertools import takewhile
from pathlib import Path

NAME = "__reached__"
BRANCHES = (ast.If, ast.For, ast.AsyncFor, ast.While)
# By file: at a line's number, whether the statement that begins there ran; beyond the last line, whether
# what begins there went on past its body, where nothing is written for that.
REACHED = {}


def beyond(line, lines):
    """Where `REACHED` keeps, for a file of so many lines, that the condition of `line` was false."""
    return lines + 1 + line


def _mark(at, lineno):
    place = ast.Subscript(ast.Name(NAME, ast.Load()), ast.Constant(at), ast.Store())
    at_line = {"lineno": lineno, "end_lineno": lineno, "col_offset": 0, "end_col_offset": 0}
    return ast.fix_missing_locations(ast.Assign([place], ast.Constant(1), **at_line))


def _marks(lines):
    return [_mark(line, line) for line in lines]


def _is_first(statement):
    """What Python wants before everything else."""
    is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return is_text or (isinstance(statement, ast.ImportFrom) and statement.module == "__future__")


def _with_marks(statements):
    first = list(takewhile(_is_first, statements))
    marked = _marks(each.lineno for each in first)
    for statement in statements[len(first) :]:
        decorators = getattr(statement, "decorator_list", [])
        marked += _marks(each.lineno for each in [*decorators, statement])
        if isinstance(statement, ast.stmt):
            marked.append(statement)
    return first + marked


def mark_all(tree, lines):
    """Put the marks into the tree of a file of so many lines."""
    for node in list(ast.walk(tree)):
        for field in ("body", "orelse", "finalbody"):
            if isinstance(statements := getattr(node, field, None), list):
                setattr(node, field, _with_marks(statements))
        # An `except` was come to when it, or one after it, caught something.
        handlers = getattr(node, "handlers", [])
        for number, handler in enumerate(handlers, 1):
            handler.body[:0] = handlers[:number]
        if isinstance(node, BRANCHES) and not node.orelse:
            node.orelse = [_mark(beyond(node.lineno, lines), node.lineno)]


class _Loader(SourceFileLoader):
    def get_code(self, fullname):
        text = Path(self.path).read_text()
        tree = ast.parse(text, self.path)
        lines = len(text.splitlines())
        REACHED.setdefault(self.path, [0] * (2 * lines + 2))
        mark_all(tree, lines)
        return compile(tree, self.path, "exec", dont_inherit=True)

    def exec_module(self, module):
        code = self.get_code(module.__name__)
        setattr(module, NAME, REACHED[self.path])
        exec(code, module.__dict__)  # noqa: S102 (as every loader does)


class Finder:
    """Finds the modules of these packages, but for those of these folders."""

    def __init__(self, packages, without):
        self.packages, self.without = packages, without

    def find_spec(self, name, path=None, target=None):
        parts = name.split(".")
        if parts[0] not in self.packages or self.without & set(parts):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec


def watch(packages, without):
    """Everything of these packages that is imported from now on carries marks."""
    sys.meta_path.insert(0, Finder(packages, without))
