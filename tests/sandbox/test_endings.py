"""The name of an end, from the exit code and the last words."""

from __future__ import annotations

import pytest

from corpusmith.sandbox.supervision.endings import ending_of_code


@pytest.mark.parametrize(
    ("code", "stderr", "outcome", "detail"),
    [
        (0, b"MemoryError", "ok", "code 0"),
        (1, b"", "error", "code 1"),
        (-9, b"", "error", "signal 9"),
        (137, b"", "error", "signal 9"),
        (-31, b"", "policy", "system call"),
        (159, b"", "policy", "system call"),
        (152, b"", "timeout", "processor time"),
        (135, b"", "disk", "mapped file"),
        (1, b"a\nMemoryError\n", "out_of_memory", "refused"),
        (1, b"numpy._core._exceptions._ArrayMemoryError: Unable to allocate", "out_of_memory", "refused"),
        (1, b"MemoryError\nValueError: x", "error", "code 1"),
        (1, b"OSError: [Errno 28] No space left on device", "disk", "no space"),
        (1, b"OSError: [Errno 27] File too large: 'out/x'", "disk", "no space"),
        (1, b"OSError: [Errno 2] No such file", "error", "code 1"),
    ],
)
def test_an_end_has_a_name(code: int, stderr: bytes, outcome: str, detail: str) -> None:
    found = ending_of_code(code, stderr, machine_killed=False)
    assert found[0] == outcome
    assert detail in found[1]


def test_a_machine_without_memory_is_no_fault_of_the_code() -> None:
    assert ending_of_code(137, b"", machine_killed=True)[0] == "infrastructure"
    assert ending_of_code(1, b"", machine_killed=True)[0] == "error"
