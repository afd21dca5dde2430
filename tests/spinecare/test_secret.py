import stat
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from accounts.sealing import seal
from spinecare.secret import Values, local_secret_key, throwaway_keys, with_password


def test_a_key_is_made_once_and_is_its_owners_alone(tmp_path):
    folder = tmp_path / ".local"
    key = local_secret_key(folder)
    assert len(key) >= 50
    assert local_secret_key(folder) == key
    assert stat.S_IMODE((folder / "secret-key").stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == ["secret-key"]


def test_processes_that_start_at_once_agree_on_one_key(tmp_path):
    folders = [tmp_path / f"local-{round}" for round in range(20) for _ in range(4)]
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as processes:
        keys = list(processes.map(local_secret_key, folders))
    assert all(len(key) >= 50 for key in keys)
    assert len(set(keys)) == 20


def test_a_part_without_keys_seals_nothing_that_nobody_could_open(settings):
    assert throwaway_keys("") == ("", [])
    own, settings.MFA_KEYS = throwaway_keys("migrate")
    assert len(own) >= 50
    with pytest.raises(ValueError, match="Fernet key"):
        seal("a code")


def test_a_value_may_stand_in_a_file(tmp_path):
    file = tmp_path / "redis_password"
    file.write_text("one line\n")
    given = Values({"REDIS_PASSWORD_FILE": str(file), "REDIS_URL": "redis://redis:6379/0"})
    assert given["REDIS_PASSWORD"] == "one line"
    said = with_password(given["REDIS_URL"], "a/b@c")
    assert said == "redis://:a%2Fb%40c@redis:6379/0"
    assert with_password("", "x") == ""
