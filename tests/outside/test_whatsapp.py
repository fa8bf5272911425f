"""What our WhatsApp connector sends and what it is told, judged by pywa, a library that we did not write."""

import json

from kept import calls, events
from pywa import WhatsApp
from pywa import handlers
from pywa.types import Button, RawUpdate, URLButton
from pywa.utils import webhook_updates_validator

NUMBER, CLIENT, FILE, SAID = "106540352242922", "79161112233", "900000000000001", "wamid.HBg="


def kind_of(body):
    """Which message a body is."""
    if body.get("type") == "interactive":
        return f"interactive {body['interactive']['type']}"
    return body.get("type") or ("typing_indicator" if "typing_indicator" in body else "status")


def pywas_calls():
    """The same messages as pywa sends them, by their kind."""
    wa, sent = WhatsApp(phone_id=NUMBER, token="t"), []

    def request(method, endpoint, **told):
        if told.get("json"):
            sent.append(told["json"])
        return {"messages": [{"id": "wamid.1"}], "contacts": [{"input": CLIENT, "wa_id": CLIENT}], "success": True}

    wa.api._request = request
    mark = {"tracker": "key"}
    wa.send_text(CLIENT, "Hello", preview_url=True, reply_to_message_id=SAID, **mark)
    wa.send_image(CLIENT, FILE, caption="Lamp", reply_to_message_id=SAID, **mark)
    wa.send_video(CLIENT, FILE, caption="Lamp", reply_to_message_id=SAID, **mark)
    wa.send_document(CLIENT, FILE, filename="price.pdf", caption="Price", reply_to_message_id=SAID, **mark)
    wa.send_audio(CLIENT, FILE, is_voice=True, reply_to_message_id=SAID, **mark)
    wa.send_reaction(CLIENT, "👍", SAID, **mark)
    wa.mark_message_as_read(SAID)
    wa.indicate_typing(SAID)
    wa.send_text(CLIENT, "When?", buttons=[Button(title="Now", callback_data="now")], reply_to_message_id=SAID, **mark)
    wa.send_text(CLIENT, "Here", buttons=URLButton(title="Site", url="https://shop.example"), reply_to_message_id=SAID, **mark)
    return {kind_of(body): body for body in sent}


def unknown(ours, theirs, where=""):
    """What we say and pywa has no place for."""
    for name, inside in ours.items():
        if name not in theirs:
            yield f"{where}{name}"
        elif isinstance(inside, dict) and isinstance(theirs[name], dict):
            yield from unknown(inside, theirs[name], f"{where}{name}.")
        elif isinstance(inside, list):
            for one in inside:
                yield from unknown(one, theirs[name][0], f"{where}{name}.")


def test_s3_04_every_message_is_one_of_whatsapps():
    theirs, seen = pywas_calls(), set()
    for call in calls("whatsapp"):
        if call["what"] != "POST /messages":
            continue
        body = call["body"]
        kind = kind_of(body)
        seen.add(kind)
        if kind == "template":
            assert set(body["template"]) == {"name", "language", "components"} and set(body["template"]["language"]) == {"code"}, body
            for one in body["template"]["components"]:
                assert set(one) <= {"type", "sub_type", "index", "parameters"}, one
            continue
        # Whom: by number or, without one, by the id that the business knows them by.
        assert ("to" in body) != ("recipient" in body) or kind in ("status", "typing_indicator"), body
        same = {("to" if name == "recipient" else name): inside for name, inside in body.items()}
        assert not list(unknown(same, theirs[kind])), (body, theirs[kind])
        assert body["messaging_product"] == "whatsapp"
    assert seen >= {"text", "image", "video", "document", "audio", "reaction", "template", "interactive button", "interactive cta_url", "status", "typing_indicator"}


def test_s3_04_the_double_speaks_as_whatsapp_does_and_signs_as_it():
    wa, seen = WhatsApp(phone_id=NUMBER, token="t"), set()
    for line in events("whatsapp"):
        raw = line["event"].encode()
        assert webhook_updates_validator(line["secret"], raw, line["proof"])
        event = json.loads(raw)
        for entry in event["entry"]:
            for change in entry["changes"]:
                one = {"object": event["object"], "entry": [{**entry, "changes": [change]}]}
                update = RawUpdate(json.dumps(one).encode(), update_hash="", hmac_header=None)
                handler = wa._get_handler_type(update)
                if change["field"] in ("messages", "smb_message_echoes", "message_template_status_update") and handler:
                    made = wa._handlers_to_updates[handler].from_update(client=wa, update=update)
                    seen.add(type(made).__name__)
                else:
                    assert handler or change["field"] not in ("messages",), one
    assert seen >= {"Message", "MessageStatus", "EditedMessage", "DeletedMessage"}, (seen, handlers)
