"""S3-04: what our Telegram connector calls, judged by aiogram's models of the Bot API, a library that we did not write.

The stories of the connector and of the whole product run against a double; with BESEDA_TEST_CALLS=FOLDER it
leaves every call there. Each is held against the method's model: no parameter it does not know, none of a wrong type,
none missing, and the same for everything inside a parameter.
"""

import json
from typing import Any

import aiogram.methods
import pytest
from aiogram.types import BufferedInputFile
from kept import calls
from pydantic import BaseModel, ValidationError

# What the connector may call; one that no story makes it call would be unproved, one more would be unknown to us.
EXPECTED = {
    "getMe", "getUpdates", "setWebhook", "deleteWebhook", "getWebhookInfo", "getFile", "getUserProfilePhotos",
    "sendMessage", "sendPhoto", "sendDocument", "sendVideo", "sendAudio", "sendVoice", "sendMediaGroup", "sendChatAction",
    "editMessageText", "editMessageCaption", "deleteMessage", "setMessageReaction", "answerCallbackQuery", "deleteBusinessMessages",
}


def models():
    """The model of each method by the name it is called by."""
    found = {}
    for name in aiogram.methods.__all__:
        kind = getattr(aiogram.methods, name)
        if isinstance(kind, type) and issubclass(kind, aiogram.methods.TelegramMethod) and isinstance(kind.__dict__.get("__api_method__"), str):
            found[kind.__api_method__] = kind
    return found


def strangers(value: Any, given: Any, where: str):
    """What was given and has no place in the model, at any depth."""
    if isinstance(value, BaseModel) and isinstance(given, dict):
        known = set(type(value).model_fields) | {one.alias for one in type(value).model_fields.values() if one.alias}
        for key, inside in given.items():
            if key not in known:
                yield f"{where}.{key}"
            else:
                yield from strangers(getattr(value, key, None), inside, f"{where}.{key}")
    elif isinstance(value, (list, tuple)) and isinstance(given, list):
        for n, (one, other) in enumerate(zip(value, given)):
            yield from strangers(one, other, f"{where}[{n}]")


def judge(kind, call):
    """Why a call does not fit its model; nothing if it does."""
    parameters = dict(call["parameters"])
    files = {one["field"]: BufferedInputFile(b"x" * max(1, one["size"]), one["name"]) for one in call["files"]}
    for field, file in files.items():
        if field in kind.model_fields:
            parameters[field] = file
    # In a group each item names the form's field that carries its file.
    for item in parameters.get("media", []) if isinstance(parameters.get("media"), list) else []:
        name = str(item.get("media", "")).removeprefix("attach://")
        if name not in files:
            yield f"{item} carries no file"
    try:
        value = kind.model_validate(parameters, strict=False)
    except ValidationError as error:
        yield f"{error}"
        return
    yield from (f"unknown parameter {one}" for one in strangers(value, parameters, call["method"]))
    unused = set(files) - set(kind.model_fields) - {str(i.get("media", "")).removeprefix("attach://") for i in parameters.get("media", []) if isinstance(i, dict)}
    if unused:
        yield f"files nobody asked for: {unused}"


def test_s3_04_every_call_fits_the_published_methods():
    kinds, wrong, seen = models(), [], set()
    for call in calls("telegram"):
        kind = kinds.get(call["method"])
        if kind is None:
            wrong.append(f"{call['method']}: no such method")
            continue
        seen.add(call["method"])
        wrong += [f"{call['method']}: {why}: {json.dumps(call['parameters'], ensure_ascii=False)[:400]}" for why in judge(kind, call)]
    assert not wrong, "\n".join(wrong[:20])
    assert seen <= EXPECTED, seen - EXPECTED
    assert EXPECTED <= seen, f"no story makes these calls: {EXPECTED - seen}"


@pytest.mark.parametrize(("method", "parameters"), [
    ("sendMessage", {"chat_id": 1}),
    ("sendMessage", {"chat_id": 1, "text": "x", "colour": "red"}),
    ("sendMessage", {"chat_id": 1, "text": 5}),
    ("sendMessage", {"chat_id": 1, "text": "x", "entities": [{"type": "bold", "offset": 0, "length": 1, "weight": 9}]}),
    ("setMessageReaction", {"chat_id": 1, "message_id": "x", "reaction": []}),
])
def test_the_judge_refuses_what_is_wrong(method, parameters):
    assert list(judge(models()[method], {"method": method, "parameters": parameters, "files": []}))
