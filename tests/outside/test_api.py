"""F13: docs/api/openapi.json judged by Schemathesis against the running server, as administrator, employee and stranger.

What has to hold for every operation: no server error, no status or content type that the document does not name, no
answer that its schema refuses, and nothing accepted that the document calls wrong.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from beseda import ROOT, Server

DOCUMENT = ROOT / "docs/api/openapi.json"
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
]
SEED = 20261121
# These can end the caller's own access, after which every other answer would be 401: they come last, by themselves.
ENDS_ACCESS = r"/(sessions/current|me/tokens/\{id\}|me/sessions/\{id\}|me/password|me/totp.*|people/\{id\}.*|roles/\{id\})$"


@pytest.fixture(scope="module")
def house():
    server = Server()
    admin = server.company()
    employee = server.join(admin, "Анна", "anna", "employee")
    tokens = {
        name: server.call("POST", "/me/tokens", {"name": "outside", "scopes": ["read", "write"]}, cookie=cookie)["token"]
        for name, cookie in [("administrator", admin), ("employee", employee)]
    }
    # Something to find: a colleague's chat, a site, a client who wrote.
    people = server.call("GET", "/people", cookie=admin)["people"]
    chat = server.call("POST", "/chats", {"kind": "group", "title": "Склад", "member_ids": [one["id"] for one in people]}, cookie=admin)
    server.call("POST", f"/chats/{chat['id']}/messages", {"client_id": "019a0000-0000-7000-8000-000000000001", "text": "Здравствуйте"}, cookie=admin)
    site = server.call("POST", "/channels", {"kind": "widget", "name": "Сайт", "settings": {"title": "Мастерская"}}, cookie=admin)
    key = re.search(r'data-key="([^"]+)"', site["snippet"])[1]
    visitor = server.call("POST", f"/widget/{key}/visitor", {"page": "https://shop.example/", "language": "ru"})["token"]
    server.call("POST", f"/widget/{key}/messages", {"client_id": "019a0000-0000-7000-8000-000000000002", "text": "Есть кто?"}, token=visitor)
    yield server, tokens
    server.stop()


@pytest.mark.parametrize(("role", "phases", "examples", "last"), [
    ("administrator", "examples,coverage,fuzzing,stateful", 8, False),
    ("employee", "examples,coverage,fuzzing", 5, False),
    ("stranger", "examples,coverage,fuzzing", 4, False),
    ("employee", "examples,coverage,fuzzing", 8, True),
    ("administrator", "examples,coverage,fuzzing", 8, True),
])
def test_f13_the_document_holds(house, role, phases, examples, last, tmp_path):
    server, tokens = house
    command = [
        Path(sys.executable).with_name("schemathesis"), "run", DOCUMENT, "--url", server.url,
        "--checks", ",".join(CHECKS), "--phases", phases, "--max-examples", str(examples), "--seed", str(SEED),
        "--workers", "1", "--continue-on-failure", "--suppress-health-check", "all", "--warnings", "off", "--no-color",
        "--request-timeout", "20",
    ]
    command += ["--include-path-regex" if last else "--exclude-path-regex", ENDS_ACCESS]
    if token := tokens.get(role):
        command += ["--header", f"Authorization: Bearer {token}"]
    knows = {**os.environ, "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(Path(__file__).parent)}
    done = subprocess.run(command, cwd=tmp_path, env=knows, capture_output=True, text=True, timeout=150, check=False)
    said = done.stdout + done.stderr
    faults = [line for line in server.log().splitlines() if " ERROR " in line]
    assert done.returncode == 0, said[-12000:] + "\n" + "\n".join(faults[-20:])
    assert not faults, faults
    # The run was one: every operation was tried, and this role is who it says it is.
    counts = re.search(r"Selected: (\d+)/(\d+)\s+Tested: (\d+)", said)
    assert counts and counts[1] == counts[3] and int(counts[3]) > (7 if last else 90), said[-2000:]
    if token and not last:
        assert server.call("GET", "/me", token=token)["person"]["active"]
