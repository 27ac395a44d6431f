"""Starting and stopping a vLLM server, with a stand-in for the interpreter that has vLLM."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import urllib.request
from pathlib import Path

import pytest

from corpusmith.engine.errors import EndpointError, UserError
from corpusmith.engine.gateway.serving.vllm_server import INTERPRETER, VllmServer, vllm_interpreter

SERVER = """
import http.server, json, os, signal, sys
arguments = sys.argv[3:]
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({"arguments": arguments, "keys": [k for k in os.environ if "API_KEY" in k]}).encode()
        self.send_response(200); self.send_header("content-length", str(len(body))); self.end_headers()
        self.wfile.write(body)
    def log_message(self, *words): pass
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
port = int(arguments[arguments.index("--port") + 1])
http.server.HTTPServer(("127.0.0.1", port), Answer).serve_forever()
"""
FAILING = """
import sys
print("loading"); print("ValueError: not enough memory"); sys.exit(9)
"""


def interpreter(folder: Path, script: str) -> Path:
    """A program that takes the arguments of a Python with vLLM and runs ``script`` instead."""
    (folder / "script.py").write_text(textwrap.dedent(script))
    program = folder / "python"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} {folder / "script.py"} "$@"\n')
    program.chmod(0o755)
    return program


def alive(pid: int) -> bool:
    return subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout[:1] not in (
        "",
        "Z",
    )


def test_a_server_is_started_waited_for_and_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORPUSMITH_API_KEY", "secret")
    server = VllmServer("some/model", tmp_path / "logs" / "vllm.log", python=interpreter(tmp_path, SERVER))
    with server:
        pid = server.pid
        with urllib.request.urlopen(server.base_url + "/models") as response:
            told = response.read().decode()
    assert '"some/model"' in told
    assert '"keys": []' in told
    assert "guidance" in told
    assert not alive(pid)


def test_arguments_of_the_person_replace_ours(tmp_path: Path) -> None:
    arguments = ["--structured-outputs-config={}", "--max-model-len", "100"]
    server = VllmServer("m", tmp_path / "vllm.log", python=interpreter(tmp_path, SERVER), arguments=arguments)
    with server, urllib.request.urlopen(server.base_url) as response:
        told = response.read().decode()
    assert "guidance" not in told
    assert '"--max-model-len", "100"' in told


def test_a_server_that_ends_early_is_told_with_the_end_of_its_log(tmp_path: Path) -> None:
    with pytest.raises(EndpointError, match=r"ended with code 9(.|\n)*not enough memory"):
        VllmServer("m", tmp_path / "vllm.log", python=interpreter(tmp_path, FAILING)).__enter__()


def test_a_server_that_never_gets_ready_is_given_up_and_stopped(tmp_path: Path) -> None:
    program = interpreter(tmp_path, "import time; time.sleep(600)")
    server = VllmServer("m", tmp_path / "vllm.log", python=program, health_seconds=0.5)
    with pytest.raises(EndpointError, match="not ready"):
        server.__enter__()
    assert not alive(server.pid)


def test_a_server_ends_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    program = interpreter(tmp_path, SERVER)
    code = f"""
    import sys, time
    from pathlib import Path
    from corpusmith.engine.gateway.serving.vllm_server import VllmServer
    with VllmServer("m", Path({str(tmp_path / "vllm.log")!r}), python=Path({str(program)!r})) as server:
        print(server.pid, flush=True)
        time.sleep(600)
    """
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert alive(pid)
        parent.kill()
    for _ in range(600):
        if not alive(pid):
            break
        os.sched_yield()
        subprocess.run(["sleep", "0.05"], check=True)
    assert not alive(pid)
    if alive(pid):
        os.kill(pid, signal.SIGKILL)


def test_without_vllm_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(INTERPRETER, raising=False)
    with pytest.raises(UserError, match="pip install vllm"):
        vllm_interpreter()
    with pytest.raises(UserError, match="no Python that can be run"):
        vllm_interpreter(tmp_path / "nothing")
    monkeypatch.setenv(INTERPRETER, sys.executable)
    assert vllm_interpreter() == sys.executable
