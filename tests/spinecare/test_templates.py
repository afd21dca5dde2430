"""Templates can be read without scrolling sideways."""

from pathlib import Path

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
LONGEST = 120


def test_no_line_of_a_template_is_longer_than_120_characters() -> None:
    long = [
        f"{file.relative_to(TEMPLATES)}:{number} has {len(line)}"
        for file in sorted(TEMPLATES.rglob("*.*"))
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > LONGEST
    ]
    assert long == []
