import pytest

from pathway.rules.courses import library


@pytest.fixture(autouse=True)
def new_library():
    """Every test draws the library itself, so that none leans on what another left behind."""
    library.cache_clear()
