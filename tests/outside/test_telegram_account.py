"""P-17, L-74, L-77, M-01: a person's Telegram account, judged by Telethon, a client of the protocol that we did not write.

The real server signs in to a data centre made of Telethon's codec (mtproto_dc.py): by a code with two-step verification,
and by a square code; reads, answers, sends a file, is told what the owner writes on the phone, and asks for what it missed.
"""

import base64
import json
import time
import uuid

import pytest
from beseda import Server
from mtproto_dc import CODE, DataCentre

ANNA, BORIS = 501, 502


@pytest.fixture(name="world")
def _world():
    server = Server(config='reachable = ["127.0.0.1"]\n')
    centre = DataCentre()
    centre.has(ANNA, "Анна", "79161112233")
    centre.has(BORIS, "Борис", "79162223344")
    try:
        yield server, centre, server.company()
    finally:
        server.stop()


def until(what, look):
    """What `look` finds, as soon as it finds something."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError(f"never came: {what}")


def form(centre, **more):
    base = {"api_id": "12345", "api_hash": "0123456789abcdef0123456789abcdef", "chats": "marked", "server": centre.server}
    return base | more


def by_phone(centre):
    return form(centre, way="phone", phone="+7 916 000-00-01")


def connect(server, olga, settings, sign_in):
    body = {"kind": "telegram_account", "name": "Телефон", "settings": settings, "sign_in": sign_in}
    return server.call("POST", "/channels", body, cookie=olga)["id"]


def test_p_17_a_code_a_password_and_a_talk(world):
    server, centre, olga = world
    centre.set_password("лампа-2030", hint="что на потолке")

    def call(method, path, body=None):
        return server.call(method, path, body, cookie=olga)

    begun = call("POST", "/channels/sign-in", {"kind": "telegram_account", "settings": by_phone(centre)})
    place = f"/channels/sign-in/{begun['id']}"
    asked = call("POST", place, {"answer": CODE})["step"]
    assert asked == {"kind": "ask", "name": "password", "secret": True, "hint": "что на потолке"}
    with pytest.raises(RuntimeError, match="sign_in_wrong_password"):
        call("POST", place, {"answer": "люстра"})
    # Proved by SRP: the password itself never left.
    assert call("POST", place, {"answer": "лампа-2030"})["step"] == {"kind": "done", "who": "Лавка"}
    account = connect(server, olga, by_phone(centre), begun["id"])
    until("the account is read", lambda: "GetStateRequest" in centre.calls)

    centre.says(BORIS, "Личное")
    call("PUT", f"/channels/{account}/chats/{ANNA}", {"work": True})
    asked = centre.says(ANNA, "Сколько стоит лампа? 💡")
    chat = until("Anna waits", lambda: call("GET", "/inbox?group=queue")["items"])[0]["id"]

    def messages():
        return call("GET", f"/threads/{chat}/messages")["messages"]

    assert [m["text"] for m in messages() if m["kind"] == "text"] == ["Сколько стоит лампа? 💡"]
    first = next(m for m in messages() if m["kind"] == "text")
    body = {"client_id": str(uuid.uuid4()), "text": "**Пять** тысяч", "files": [], "reply_to": first["id"]}
    call("POST", f"/client-chats/{chat}/messages", body)
    sent = until("the answer is there", lambda: centre.state()["sent"])[0]
    assert (sent["to"], sent["text"], sent["bold"], sent["reply_to"]) == (ANNA, "Пять тысяч", [[0, 4]], asked)
    centre.reads(ANNA, sent["id"])
    until("it is read", lambda: any((m.get("delivery") or {}).get("state") == "read" for m in messages()))
    centre.phone_says(ANNA, "И доставка бесплатно")
    until("what was written on the phone", lambda: [m for m in messages() if m["text"] == "И доставка бесплатно"])
    centre.sends_file(ANNA, "план.txt", "text/plain", "Комната 4 на 5")
    until("the file is here", lambda: [m for m in messages() if any(f["name"] == "план.txt" and f["state"] == "ready" for f in m["files"])])
    # A reaction given while the line was down, and words of which no update told: both are asked for.
    centre.cut()
    centre.reacts(ANNA, sent["id"], "👍")
    until("the reaction", lambda: "👍" in json.dumps([m["reactions"] for m in messages()], ensure_ascii=False))
    centre.unheard(ANNA, "Этого никто не слышал")
    centre.unheard(BORIS, "И этого")
    call("POST", "/delivery/comparisons", {"account": account})
    until("the lost words", lambda: [m for m in messages() if m["text"] == "Этого никто не слышал"])
    compared = until("the comparison ends", lambda: [c for c in call("GET", "/delivery/comparisons") if c["ended_at"]])
    assert (compared[0]["recovered"], compared[0]["missing"], compared[0]["error"]) == (1, [], "")
    assert centre.calls.count("GetHistoryRequest") == 1, "only the marked chat is opened"
    # Nothing of Boris, and nothing twice.
    texts = [m["text"] for m in messages()]
    assert texts.count("Пять тысяч") + texts.count("**Пять** тысяч") == 1
    assert "Личное" not in json.dumps(call("GET", "/inbox?group=queue"), ensure_ascii=False)
    found = call("POST", "/reach", {"account_id": account, "to": "+7 916 222-33-44"}) if call(
        "PATCH", f"/channels/{account}", {"may_write_first": True}) else None
    assert (found["state"], found["name"]) == ("found", "Борис")


def test_l_77_a_square_code(world):
    server, centre, olga = world
    settings = form(centre, way="qr")
    begun = server.call("POST", "/channels/sign-in", {"kind": "telegram_account", "settings": settings}, cookie=olga)
    shown = begun["step"]
    token = shown["code"].removeprefix("tg://login?token=")
    assert base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)) == b"token 1"
    centre.scan()

    def step():
        return server.call("POST", f"/channels/sign-in/{begun['id']}", {}, cookie=olga)["step"]

    done = until("the scan is noticed", lambda: (now := step())["kind"] == "done" and now)
    assert done["who"] == "Лавка"
    account = connect(server, olga, settings, begun["id"])
    until("the account is read", lambda: "GetStateRequest" in centre.calls)
    # The owner ends the session on the phone: the page says so at its next look.
    centre.revoke()
    checked = server.call("POST", f"/channels/{account}/check", {}, cookie=olga)
    assert (checked["health"]["state"], checked["health"]["code"]) == ("broken", "needs_login")
