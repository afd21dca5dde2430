"""What the marks of `tests/probes.py` say, in the words of coverage.py: steps from line to line."""

import ast
from pathlib import Path

from coverage.parser import PythonParser

from tests.probes import BRANCHES, REACHED, beyond


def hand_over(measure, files):
    """What was reached of these files becomes what `measure` reports."""
    data = measure.get_data()
    data.add_arcs({file: ran(file, REACHED[file]) for file in files if file in REACHED})
    data.touch_files(files)


def ran(file, reached):
    """The steps from line to line, of those that coverage.py's parser finds in the text, that were taken."""
    text = Path(file).read_text()
    parser = PythonParser(text=text, filename=file)
    parser.parse_source()
    lines, branches = len(text.splitlines()), branches_of(text)

    def was_taken(start, end):
        branch = branches.get(start)
        if branch and end != first_line(branch.body[0]) and not branch.orelse:
            return reached[beyond(start, lines)]
        return reached[start] and (end < 0 or reached[end])

    taken = {step for step in parser.arcs() if was_taken(*step)}
    return taken | {(-1, line) for line in parser.statements if reached[line]}


def branches_of(text):
    return {node.lineno: node for node in ast.walk(ast.parse(text)) if isinstance(node, BRANCHES)}


def first_line(statement):
    return min(each.lineno for each in [*getattr(statement, "decorator_list", []), statement])
