"""What the documents name is there: files, folders, modules, and the tests that hold a hazard."""

import re
from pathlib import Path

import pytest

DOCS = [Path("README.md"), Path("CONTRIBUTING.md"), *sorted(Path("docs").glob("**/*.md"))]
PATH = re.compile(r"([\w.-]+/[\w./*-]*)(?:::(\w+))?")
MODULE = re.compile(r"(?:accounts|pathway|patients|scheduling|spinecare|bench)(?:\.\w+)+")
# Made by the commands, or by whoever adds a language.
NOT_IN_THE_PROJECT = {".local/elsewhere", ".local/log/packages.log", ".local/uploads", "locale/fr/"}


def named_in(file):
    return {span.strip() for span in re.findall(r"`([^`\n]+)`", file.read_text())}


def is_there(path):
    """From the top, or a page as a template names it, or a part of an app that has rooms."""
    tops = (".", "templates", "patients", "scheduling")
    return any(any(Path(top).glob(path.rstrip("/"))) for top in tops)


def is_importable(name):
    """A module, or something that a module holds."""
    module, last = name.rsplit(".", 1)
    parent = Path(*module.split("."))
    files = [parent.with_suffix(".py"), parent / "__init__.py"]
    if Path(*name.split(".")).with_suffix(".py").exists() or Path(*name.split(".")).is_dir():
        return True
    return any(re.search(rf"\b{last}\b", each.read_text()) for each in files if each.exists())


@pytest.mark.parametrize("file", DOCS, ids=str)
def test_every_path_that_is_named_exists(file):
    spans = [PATH.fullmatch(each) for each in named_in(file)]
    paths = {found[1]: found for found in spans if found}
    gone = {each for each in paths if not each.startswith("/") and not is_there(each)}
    assert gone <= NOT_IN_THE_PROJECT


@pytest.mark.parametrize("file", DOCS, ids=str)
def test_every_test_that_is_named_exists(file):
    for each in named_in(file):
        found = PATH.fullmatch(each)
        if found and found[2]:
            assert f"def {found[2]}(" in Path(found[1]).read_text(), each


@pytest.mark.parametrize("file", DOCS, ids=str)
def test_every_module_that_is_named_exists(file):
    names = {each.split("(")[0] for each in named_in(file)}
    assert [each for each in names if MODULE.fullmatch(each) and not is_importable(each)] == []
