"""The locks are complete: pip installs them without looking for what a package needs, on any day.

Each requirement of each pinned package, its extras included, is itself pinned at a version that serves,
for every Python and system that we name.
"""

import re
from importlib.metadata import PackageNotFoundError, distribution

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from spinecare.embedded import BASE_DIR

FOLDER = BASE_DIR / "requirements"
SOURCES = {
    "base": ["base"],
    "embedded": ["base", "embedded"],
    "dev": ["base", "embedded", "dev"],
}
SYSTEMS = {
    "linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    "darwin": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
}
PYTHONS = ("3.11", "3.12", "3.13", "3.14")


def lines_of(name):
    """The requirements of a file, one a line, without comments and hashes."""
    lines = (FOLDER / name).read_text().splitlines()
    return [line.removesuffix("\\").strip() for line in lines if line[:1].isalnum()]


def places():
    for python in PYTHONS:
        for system in SYSTEMS.values():
            ours = {"python_version": python, "python_full_version": f"{python}.9"}
            yield default_environment() | system | ours


def holds(requirement, place, extra=""):
    return requirement.marker is None or requirement.marker.evaluate({**place, "extra": extra})


def pinned(lock, place):
    pins = [Requirement(line) for line in lines_of(f"{lock}.txt")]
    return {canonicalize_name(pin.name): pin for pin in pins if holds(pin, place)}


def version_of(pin):
    (specifier,) = pin.specifier
    assert specifier.operator == "=="
    return specifier.version


def needs(pin, place):
    """What the pinned package asks for there; nothing is known of one that is for other machines."""
    try:
        package = distribution(pin.name)
    except PackageNotFoundError:
        return
    if package.version != version_of(pin):
        return
    for text in package.requires or ():
        need = Requirement(text)
        if any(holds(need, place, extra) for extra in ("", *pin.extras)):
            yield need


def unmet(need, pins):
    """Why this requirement is not met; None where it is."""
    pin = pins.get(canonicalize_name(need.name))
    if pin is None:
        return f"{need} is not pinned"
    if not need.specifier.contains(version_of(pin), prereleases=True):
        return f"{need} is not met by {pin}"
    if need.extras - pin.extras:
        return f"{pin} lacks an extra of {need}"
    return None


@pytest.mark.parametrize("lock", SOURCES)
def test_whatever_a_pinned_package_needs_is_pinned(lock):
    missing = {
        f"{pin.name} ({place['python_version']}, {place['sys_platform']}): {why}"
        for place in places()
        for pins in [pinned(lock, place)]
        for pin in pins.values()
        for need in needs(pin, place)
        if (why := unmet(need, pins))
    }
    assert missing == set()


@pytest.mark.parametrize("lock", SOURCES)
def test_whatever_we_ask_for_is_pinned(lock):
    asked = [Requirement(line) for name in SOURCES[lock] for line in lines_of(f"{name}.in")]
    missing = {
        why
        for place in places()
        for pins in [pinned(lock, place)]
        for need in asked
        if (why := unmet(need, pins))
    }
    assert missing == set()


def test_everything_pinned_for_this_machine_is_installed_at_that_version():
    pins = pinned("dev", default_environment())
    assert {name: distribution(name).version for name in pins} == {
        name: version_of(pin) for name, pin in pins.items()
    }


@pytest.mark.parametrize(("smaller", "larger"), [("base", "embedded"), ("embedded", "dev")])
def test_a_larger_lock_pins_the_same_versions(smaller, larger):
    for place in places():
        small, large = pinned(smaller, place), pinned(larger, place)
        assert {name: version_of(large[name]) for name in small} == {
            name: version_of(pin) for name, pin in small.items()
        }


@pytest.mark.parametrize("lock", SOURCES)
def test_every_pin_has_its_hashes_and_no_index_has_a_name(lock):
    text = (FOLDER / f"{lock}.txt").read_text()
    assert "://" not in text
    entries = text.replace("\\\n", " ").splitlines()
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_image_too_installs_the_pins_and_nothing_else():
    """Asked for dependencies, a pip of 2023 takes the newest release of what is named with an extra."""
    calls = re.findall("pip install.*", (BASE_DIR / "Dockerfile").read_text())
    assert calls == ["pip install --no-deps --require-hashes -r /tmp/base.txt"]
