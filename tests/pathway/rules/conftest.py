import pytest

from pathway.rules.courses import library


@pytest.fixture(scope="session", autouse=True)
def new_library():
    """The library is drawn anew in each run of the tests, also in one that was forked."""
    library.cache_clear()
