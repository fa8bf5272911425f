"""What our VK connector calls and what it is told, judged by vkbottle-types: made of VK's own published schema."""

import importlib
import inspect
import re
import typing

from kept import calls, events
from vkbottle_types.events import bot_events


def parameters(method):
    """What a method of the schema takes, over all its forms."""
    category, name = method.split(".")
    module = importlib.import_module(f"vkbottle_types.methods.{category}")
    snake = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
    found = set()
    for kind in vars(module).values():
        called = vars(kind).get(snake) if inspect.isclass(kind) else None
        if called:
            forms = [called, *typing.get_overloads(called)]
            found |= {name for form in forms for name in inspect.signature(form).parameters} - {"self", "kwargs"}
    return found


def test_s3_04_every_call_and_its_parameters_are_in_vks_schema():
    seen = set()
    for call in calls("vk"):
        if not call["method"].startswith("upload."):
            known = parameters(call["method"])
            assert known, f"{call['method']} is no method of VK"
            assert set(call["parameters"]) <= known, call
            seen.add(call["method"])
    assert seen >= {"messages.send", "messages.edit", "messages.delete", "messages.sendReaction", "photos.saveMessagesPhoto", "docs.save", "users.get", "groups.setLongPollSettings", "groups.addCallbackServer"}


def test_s3_04_the_double_speaks_as_vk_does():
    seen = set()
    for line in events("vk"):
        event = line["event"]
        if event["type"] != "confirmation":
            name = "".join(word.capitalize() for word in event["type"].split("_"))
            getattr(bot_events, name).model_validate(event)
            seen.add(event["type"])
    assert "message_new" in seen
