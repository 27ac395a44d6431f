import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.engine.context import Store
from corpusmith.engine.errors import UserError
from corpusmith.memory.artifacts import FolderStore


@given(content=st.binary(max_size=2000))
def test_what_is_put_comes_back_by_its_hash(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    store: Store = FolderStore(tmp_path_factory.mktemp("store"))

    content_hash = store.put(content)

    assert content_hash == hashlib.sha256(content).hexdigest()
    assert store.get(content_hash) == content


@pytest.mark.parametrize("unknown", ["0" * 64, "", "../../etc/passwd", "A" * 64])
def test_what_was_never_kept_is_a_key_error(tmp_path: Path, unknown: str) -> None:
    with pytest.raises(KeyError):
        FolderStore(tmp_path).get(unknown)


def test_a_damaged_file_is_refused_and_mended_by_putting_again(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    content_hash = store.put(b"right")
    next(path for path in tmp_path.rglob("*") if path.is_file()).write_bytes(b"wrong")

    with pytest.raises(UserError, match="is damaged"):
        store.get(content_hash)
    assert store.get(store.put(b"right")) == b"right"


def test_putting_twice_keeps_one_file_and_leaves_no_temporary_file(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.put(b"same")
    store.put(b"same")

    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1
