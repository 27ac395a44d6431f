"""Attacks on the kernel's other doors: privileges, namespaces, tracing, keys, foreign system calls."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from corpusmith.sandbox.outcome import Ending

CALLS = {
    "trace a process": (101, 16, "T['victim']", 0, 0),
    "read another process's memory": (310, "T['parent']", 0, 0, 0, 0, 0),
    "write another process's memory": (311, "T['parent']", 0, 0, 0, 0, 0),
    "make a user namespace": (272, 0x10000000),
    "make a mount namespace": (272, 0x00020000),
    "enter a namespace": (308, 0, 0),
    "mount": (165, "b'none'", "b'/tmp'", "b'tmpfs'", 0, 0),
    "unmount": (166, "b'/tmp'", 2),
    "open a tree to mount": (428, -100, "b'/'", 1),
    "make a file system": (430, "b'tmpfs'", 0),
    "change the root": (161, "b'/tmp'"),
    "turn the root": (155, "b'/'", "b'/'"),
    "load BPF": (321, 0, "b'0' * 128", 128),
    "watch the processor": (298, "b'0' * 128", 0, -1, -1, 0),
    "ask for a key": (249, "b'user'", "b'a'", 0, 0),
    "add a key": (248, "b'user'", "b'a'", "b'b'", 1, -2),
    "read the keyring": (250, 0, -3, 1),
    "make a ring": (425, 8, "b'0' * 120"),
    "handle page faults": (323, 0),
    "load a module": (175, "b''", 0, "b''"),
    "load a module from a file": (313, 0, "b''", 0),
    "load a kernel": (246, 0, 0, 0, 0),
    "restart the machine": (169, 0, 0, 0, 0),
    "swap": (167, "b'/tmp/s'", 0),
    "count processes into a file": (163, 0),
    "open by a handle": (304, 0, "b'0' * 128", 0),
    "read the kernel's log": (103, 3, "b'0' * 128", 128),
    "set the clock": (227, 0, "b'0' * 16"),
    "name the host": (170, "b'x'", 1),
    "open the ports": (172, 3),
    "take a descriptor of another": (438, 0, 0, 0),
    "compare with another": (312, "T['parent']", "os.getpid()", 0, 0, 0),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_call_that_only_an_attack_makes_ends_the_code(name: str, assault: Callable[[str], Ending]) -> None:
    ending = assault(f"call({', '.join(map(str, CALLS[name]))})")
    assert (ending.outcome, ending.stdout) == ("policy", b"")


REFUSED = {
    "become root": "os.setuid(0); breach()",
    "become another group": "os.setgroups([0]); breach()",
    "have a capability": "[breach(l) for l in open('/proc/self/status') if l[:4] == 'CapE' and int(l[7:], 16)]",
    "gain a capability": "call(126, (ctypes.c_uint * 2)(0x20080522, 0), (ctypes.c_uint * 6)(*[0xffffffff] * 6))",
    "have no filter": "[breach(l) for l in open('/proc/self/status') if l[:8] == 'Seccomp:' and int(l[8:]) != 2]",
    "make a namespace in a child": "call(56, 0x10000000 | 17, 0, 0, 0, 0)",
    "make a namespace with clone3": "call(435, (ctypes.c_ulong * 11)(0x10000000, 0, 0, 0, 17), 88)",
    "keep a file in memory": "call(319, b'x', 0)",
    "keep a secret in memory": "call(447, 0)",
    "lock memory": "C.mlock(ctypes.create_string_buffer(1 << 16), 1 << 16) == 0 and breach()",
    "use shared memory of System V": "call(29, 0, 4096, 0o1600)",
    "use a queue of messages": "call(240, b'q', 0o102, 0o600, 0)",
    "use a semaphore of System V": "call(64, 0, 1, 0o1600)",
    "change its personality": "call(135, 0x0040000)",
    "change a segment": "call(154, 1, b'0' * 16, 16)",
    "type into the terminal": "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSTI, b'x'); breach()",
    "take a terminal": "os.openpty(); breach()",
    "take signals of a file": "import fcntl; fcntl.fcntl(1, fcntl.F_SETOWN, T['parent']); breach()",
    "add a filter": "call(317, 1, 0, (ctypes.c_ushort * 8)(1))",
    "be real time": "os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)); breach()",
    "be more important": "os.nice(-1); breach()",
    "call what is newer than the filter": "call(1000)",
    "run a setuid program": "import subprocess; breach(subprocess.check_output(['/usr/bin/su', '-c', 'id']))",
    "open a raw disk": "breach(os.open('/dev/vda', os.O_RDONLY))",
    "open the memory": "breach(os.open('/dev/mem', os.O_RDONLY))",
    "use virtualization": "breach(os.open('/dev/kvm', os.O_RDONLY))",
    "use a file system of its own": "breach(os.open('/dev/fuse', os.O_RDONLY))",
    "make a tunnel": "breach(os.open('/dev/net/tun', os.O_RDWR))",
    "press the magic key": "breach(os.open('/proc/sysrq-trigger', os.O_WRONLY))",
    "see the kernel's symbols": "breach(os.open('/sys/kernel/btf/vmlinux', os.O_RDONLY))",
}


@pytest.fixture(scope="module")
def succeeded(breaches: Callable[[dict[str, str]], set[str]]) -> set[str]:
    return breaches(REFUSED)


@pytest.mark.parametrize("name", REFUSED)
def test_code_cannot_get_more_than_it_has(name: str, succeeded: set[str]) -> None:
    assert name not in succeeded


MACHINE_CODE = """
    import mmap
    memory = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    memory.write(bytes.fromhex({code!r}))
    ctypes.CFUNCTYPE(ctypes.c_long)(ctypes.addressof(ctypes.c_char.from_buffer(memory)))()
    breach()"""


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("b814000000cd80c3", id="the 32-bit call that asks for the process"),
        pytest.param("b827000040 0f05c3".replace(" ", ""), id="the x32 call that asks for the process"),
    ],
)
def test_calls_of_another_abi_end_the_code(code: str, assault: Callable[[str], Ending]) -> None:
    assert assault(MACHINE_CODE.format(code=code)).outcome == "policy"
