"""Attacks that read, write, talk or signal to the world outside. Each says so when it succeeds, and succeeds outside."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

READING = {
    "a secret by its path": "breach(open(T['secret']).read())",
    "a secret by a path through the inputs": "breach(open('in/' + '../' * 20 + T['secret']).read())",
    "a secret by the root of the first process": "breach(open('/proc/1/root' + T['secret']).read())",
    "a secret by the root of the parent": "breach(open(f'/proc/{T[\"parent\"]}/root' + T['secret']).read())",
    "a secret by a link in the results": "os.symlink(T['secret'], 'out/l'); breach(open('out/l').read())",
    "a secret by a second name": "os.link(T['secret'], 'out/h'); breach(open('out/h').read())",
    "a secret with pandas": "import pandas; breach(pandas.read_csv(T['secret']).columns)",
    "a secret by an address for pandas": "import pandas; breach(pandas.read_csv('file://' + T['secret']).columns)",
    "a secret through pandas' modules": "import pandas.io.common as c; breach(c.os.popen('cat ' + T['secret']).read()[4])",
    "a secret through a pickle": """
        import pandas, pickle
        class Evil:
            def __reduce__(self): return (exec, (f"import os; os.write(1, b'BREACH' + open({T['secret']!r}, 'rb').read())",))
        open('out/p', 'wb').write(pickle.dumps(Evil())); pandas.read_pickle('out/p')""",
    "a secret with a query of pandas": """
        import pandas
        f = lambda: breach(open(T['secret']).read())
        pandas.DataFrame({'a': [1]}).query('a == @f()')""",
    "a secret in another program": "import subprocess; breach(subprocess.check_output(['/bin/cat', T['secret']]))",
    "the folder of the secret": "breach(os.listdir(T['folder']))",
    "the environment of the victim": "breach(open(f'/proc/{T[\"victim\"]}/environ').read()[0])",
    "the environment of the parent": "breach(open(f'/proc/{T[\"parent\"]}/environ').read()[0])",
    "the memory map of the parent": "breach(open(f'/proc/{T[\"parent\"]}/maps').readline())",
    "the memory of the parent": "breach(open(f'/proc/{T[\"parent\"]}/mem', 'rb').fileno())",
    "the descriptors of the parent": "breach(os.listdir(f'/proc/{T[\"parent\"]}/fd')[0])",
    "all environments for a secret": """
        for p in filter(str.isdigit, os.listdir('/proc')):
            try:
                if 'S3CRET' in open(f'/proc/{p}/environ').read(): breach(p)
            except OSError: pass""",
    "shared memory of others": "breach(open(T['shared']).read())",
    "the shadow file": "breach(open('/etc/shadow').readline()[:4])",
    "the list of users": "breach(open('/etc/passwd').readline())",
    "the repository": "breach(os.listdir(T['repository'] + '/tests')[0])",
    "the kernel's log": "breach(os.open('/dev/kmsg', os.O_RDONLY))",
    "the disks": "breach(os.listdir('/sys/block')[0])",
    "the routes": "r = open('/proc/net/route').read().split('\\n'); breach(r[1]) if len(r) > 2 else None",
}
WRITING = {
    "a new file": "open(T['folder'] + '/planted', 'w'); breach(); os.unlink(T['folder'] + '/planted')",
    "over the secret": "open(T['secret'], 'r+').write('S3CRET'); breach()",
    "by cutting the secret": "os.truncate(T['secret'], 6); breach()",
    "its mode": "os.chmod(T['secret'], 0o666); breach()",
    "its times": "os.utime(T['secret']); breach()",
    "its owner": "os.chown(T['secret'], -1, -1); breach()",
    "its attributes": "os.setxattr(T['secret'], 'user.a', b'b'); breach()",
    "its name": "os.rename(T['secret'], T['secret']); breach()",
    "shared memory of others": "open(T['shared'], 'r+').write('S3CRET'); breach()",
    "the libraries": "open(T['package'] + '/planted', 'w'); os.unlink(T['package'] + '/planted'); breach()",
    "the inputs": "open('in/more', 'w'); breach()",
    "an input": "open('in/targets.json', 'a'); breach()",
    "a FIFO": "os.mkfifo('out/fifo'); breach()",
    "a device": "os.mknod('out/null', 0o20666, os.makedev(1, 3)); breach()",
    "a lock on the secret": "import fcntl; fcntl.flock(open(T['secret']), fcntl.LOCK_SH); breach()",
    "a watch on the folder": "call(253) ; call(254, 3, T['folder'].encode(), 0xfff)",
    "the kernel's pattern of dumps": "open('/proc/sys/kernel/core_pattern', 'r+'); breach()",
    "the kernel's host name": "open('/proc/sys/kernel/hostname', 'r+'); breach()",
    "its own score for the killer": "open('/proc/self/oom_score_adj', 'w').write('1'); breach()",
    "a control group": "os.mkdir('/sys/fs/cgroup/planted'); os.rmdir('/sys/fs/cgroup/planted'); breach()",
}
TALKING = {
    "TCP": "import socket; socket.create_connection(('127.0.0.1', T['tcp']), 2); breach()",
    "UDP": """
        import socket
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', T['udp'])); breach()""",
    "a port of its own": "import socket; socket.create_server(('127.0.0.1', 0)); breach()",
    "a web address": "import urllib.request as u; u.urlopen(f'data:,x'); u.socket.socket(); breach()",
    "raw packets": "import socket; socket.socket(socket.AF_INET, socket.SOCK_RAW, 1); breach()",
    "frames of the link": "import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW); breach()",
    "netlink": "import socket; socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0); breach()",
    "the hypervisor": "import socket; socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM); breach()",
    "an abstract socket": "import socket; socket.socket(socket.AF_UNIX).connect('\\0' + T['abstract']); breach()",
    "a socket in a folder": "import socket; socket.socket(socket.AF_UNIX).connect(T['pathname']); breach()",
    "an abstract socket of its own": "import socket; socket.socket(socket.AF_UNIX).bind('\\0mine'); breach()",
    "a pair that is not of Unix": "call(53, 16, 3, 0, b'0' * 8)  if 0 else call(41, 2, 1, 0)",
    "the kernel's ciphers": "import socket; socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET, 0); breach()",
    "a pair's end, connected anew": """
        import socket
        a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        a.connect('\\0' + T['abstract']) if sys.argv[0] != '-c' else socket.socket(); breach()""",
}
SIGNALLING = {
    "the victim": "os.kill(T['victim'], 0); breach()",
    "the parent": "os.kill(T['parent'], 0); breach()",
    "the parent by a descriptor": "import signal; signal.pidfd_send_signal(os.pidfd_open(T['parent']), 0); breach()",
    "the parent by its own group": "os.killpg(os.getpgid(T['parent']), 0); breach()",
    "the parent's limits": "import resource; resource.prlimit(T['parent'], resource.RLIMIT_CORE); breach()",
    "the parent's priority": "os.setpriority(os.PRIO_PROCESS, T['parent'], os.getpriority(0, T['parent'])); breach()",
    "the parent's processors": "os.sched_setaffinity(T['parent'], os.sched_getaffinity(T['parent'])); breach()",
    "its own limits": "import resource as r; r.setrlimit(r.RLIMIT_CORE, r.getrlimit(r.RLIMIT_CORE)); breach()",
    "the time of its death": "C.prctl(1, 0, 0, 0, 0) == 0 and breach()",
    "whether it can be looked at": "C.prctl(4, 0, 0, 0, 0) == 0 and breach()",
}
ATTACKS = {
    f"{verb} {name}": script
    for verb, group in (("read", READING), ("write", WRITING), ("talk by", TALKING), ("touch", SIGNALLING))
    for name, script in group.items()
}


NOT_EVERYWHERE = ("first process", "hypervisor", "disks", "group", "routes", "ciphers")
"""Words in the names of attacks on what some machines do not have."""
Breaches = Callable[[dict[str, str]], set[str]]


@pytest.fixture(scope="module")
def succeeded(breaches: Breaches) -> set[str]:
    return breaches(ATTACKS)


@pytest.fixture(scope="module")
def succeeded_outside(breaches_outside: Breaches) -> set[str]:
    return breaches_outside(ATTACKS)


@pytest.mark.parametrize("name", ATTACKS)
def test_nothing_outside_is_reached(name: str, succeeded: set[str]) -> None:
    assert name not in succeeded


def test_nothing_outside_has_changed(succeeded: set[str], doors: dict[str, Any]) -> None:
    assert succeeded == set()
    assert Path(doors["secret"]).read_text() == "S3CRET"
    assert not Path(doors["folder"], "planted").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="without root some of the attacks fail outside too")
@pytest.mark.parametrize("name", ATTACKS)
def test_outside_the_same_attack_works(name: str, succeeded_outside: set[str]) -> None:
    if any(word in name for word in NOT_EVERYWHERE):
        pytest.skip("not every machine has what it attacks")
    assert name in succeeded_outside
