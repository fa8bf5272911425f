"""What our MAX connector sends and what it is told, judged by the models of maxapi, a library that we did not write."""

import pytest
from kept import calls, events
from maxapi.enums.sender_action import SenderAction
from maxapi.enums.update import UpdateType
from maxapi.enums.upload_type import UploadType
from maxapi.types.message import NewMessageLink
from maxapi.types.updates import UpdateUnionAdapter

# dev.max.ru/docs-api: the body of a new message, what may be attached, and what an attachment that was uploaded carries.
MESSAGE = {"text", "attachments", "link", "notify", "format"}
CARRIED = {"image": {"token", "url", "photos"}, "video": {"token"}, "audio": {"token"}, "file": {"token"}, "inline_keyboard": {"buttons"}}


def written():
    return [call for call in calls("max") if call["what"] in ("POST /messages", "PUT /messages") and call["done"]]


def test_s3_04_every_message_is_one_of_maxs():
    kinds = set()
    for call in written():
        body = call["body"]
        assert set(body) <= MESSAGE, body
        # maxapi refuses longer ones itself.
        assert len(body.get("text") or "") < 4000
        assert body.get("format") in (None, "markdown", "html"), body
        if body.get("link"):
            NewMessageLink.model_validate(body["link"])
            assert set(body["link"]) <= set(NewMessageLink.model_fields), body
        for one in body.get("attachments") or []:
            kinds.add(one["type"])
            assert set(one) == {"type", "payload"} and set(one["payload"]) <= CARRIED[one["type"]], one
        if call["what"].startswith("POST"):
            assert set(call["query"]) <= {"user_id", "chat_id", "disable_link_preview"} and len(call["query"]) >= 1
        else:
            assert set(call["query"]) == {"message_id"}
    assert kinds >= {"image", "video", "audio", "file"}


def test_s3_04_what_we_ask_to_be_told_of_and_do_exists():
    known = {one.value for one in UpdateType}
    for call in calls("max"):
        if call["what"] == "POST /subscriptions":
            assert set(call["body"]["update_types"]) <= known, call
        if call["what"] == "GET /updates":
            assert set(call["query"]["types"].split(",")) <= known, call
        if call["what"] == "POST /uploads":
            assert call["query"]["type"] in {one.value for one in UploadType}, call
        if call["what"].endswith("/actions"):
            assert call["body"]["action"] in {one.value for one in SenderAction}, call


def test_s3_04_the_double_speaks_as_max_does():
    known, seen = {one.value for one in UpdateType}, set()
    for line in events("max"):
        event = line["event"]
        # What nobody knows is told on purpose.
        if event.get("update_type") in known and "hologram" not in str(event):
            try:
                UpdateUnionAdapter.validate_python(event)
            except ValueError as error:
                pytest.fail(f"{event}: {error}")
            seen.add(event["update_type"])
    assert seen >= {"message_created", "message_edited", "message_removed", "bot_started", "bot_stopped", "dialog_removed"}
