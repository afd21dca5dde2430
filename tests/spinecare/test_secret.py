import stat
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from spinecare.secret import local_secret_key


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
