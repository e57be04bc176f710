"""A server that speaks S3, started for tests, and what is put into it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

PAGE = 5  # objects that are listed at once, so that a few of them take several pages
KEYS = {"AWS_ACCESS_KEY_ID": "example", "AWS_SECRET_ACCESS_KEY": "not-to-be-seen", "AWS_REGION": "us-east-1"}

SIGNED = "AWS4-HMAC-SHA256 Credential=example/20231231/us-east-1/s3/aws4_request"  # what the server looks for


class Storage:
    """bucket: one of its own for each test. environment: what finds it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.environment = {**KEYS, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "AWS_ALLOW_HTTP": "true"}
        self._buckets = 0
        self.bucket = ""

    def new_bucket(self) -> None:
        self._buckets += 1
        self.bucket = f"bucket-{self._buckets}"
        self._send("PUT", f"/{self.bucket}")

    def address(self, key: str) -> str:
        return f"s3://{self.bucket}/{key}"

    def put(self, key: str, content: bytes = b"") -> str:
        self._send("PUT", f"/{self.bucket}/{quote(key)}", content)
        return self.address(key)

    def take_away(self, key: str) -> None:
        self._send("DELETE", f"/{self.bucket}/{quote(key)}")

    def put_folder(self, folder: Path, key: str) -> str:
        """All files of a folder, under the same names."""
        for path in folder.rglob("*"):
            if path.is_file():
                self.put(f"{key}/{path.relative_to(folder).as_posix()}", path.read_bytes())
        return self.address(key)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody may do anything meanwhile."""
        self._send("POST", "/moto-api/reset-auth", b"0")
        yield
        self._send("POST", "/moto-api/reset-auth", b"1000000")

    def _send(self, method: str, path: str, content: bytes = b"") -> None:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=30)
        connection.request(method, path, content, {"Content-Type": "text/plain", "Authorization": SIGNED})
        answer = connection.getresponse()
        said = answer.read()
        connection.close()
        assert answer.status < 300, said


@contextmanager
def running(log: Path) -> Iterator[Storage]:
    """The server, in a process of its own, which ends with the tests. log: what it writes of every request."""
    environment = {**os.environ, "MOTO_S3_DEFAULT_MAX_KEYS": str(PAGE), "PYTHONUNBUFFERED": "1", "NO_COLOR": "1"}
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out, env=environment) as server:
        try:
            yield Storage(_port(log, server))
        finally:
            server.kill()


def _port(log: Path, server: subprocess.Popen[bytes]) -> int:
    end = time.monotonic() + 60
    while time.monotonic() < end and server.poll() is None:
        found = re.search(r"Running on http://127\.0\.0\.1:(\d+)", log.read_text())
        if found:
            return int(found[1])
        time.sleep(0.05)
    raise AssertionError(log.read_text())
