"""P-30: what our Viber connector sends and what it is told, judged by viberbot, Viber's own library."""

import json

from kept import calls, events
from viberbot import Api, BotConfiguration
from viberbot.api.event_type import EventType
from viberbot.api.messages import get_message
from viberbot.api.viber_requests import create_request

# Around every message of the REST API (send_message).
ENVELOPE = {"receiver", "sender", "type", "min_api_version", "tracking_data"}


def test_s3_04_every_message_is_one_of_vibers():
    sent = [call["body"] for call in calls("viber") if call["method"] == "send_message"]
    assert {body["type"] for body in sent} >= {"text", "picture", "video", "file"}
    for body in sent:
        message = get_message(body)
        assert message.validate(), body
        assert not set(body) - set(message.to_dict()) - ENVELOPE, body
        assert set(body["sender"]) <= {"name", "avatar"} and len(body["sender"]["name"]) <= 28, body


def test_s3_04_what_we_ask_to_be_told_of_exists():
    for call in calls("viber"):
        if call["method"] == "set_webhook":
            assert set(call["body"].get("event_types", [])) <= set(EventType.__dict__.values()), call


def test_s3_04_the_double_speaks_as_viber_does_and_signs_as_it():
    told = events("viber")
    seen = set()
    for line in told:
        api = Api(BotConfiguration(name="Beseda", avatar="", auth_token=line["token"]))
        assert api.verify_signature(line["event"].encode(), line["proof"]), line
        event = json.loads(line["event"])
        # A kind of message that nobody knows is told on purpose.
        if event.get("message", {}).get("type") != "hologram":
            create_request(event)
            seen.add(event["event"])
    assert seen >= {"message", "delivered", "seen", "failed", "subscribed", "unsubscribed", "conversation_started", "webhook"}
