"""What the doubles of messengers were asked and what they told while the Rust suite ran: the folder that BESEDA_TEST_CALLS
names, one JSON line each."""

import json
import os
from pathlib import Path

import pytest


def lines(vendor):
    """Everything kept for one messenger, each thing once."""
    folder = os.environ.get("BESEDA_TEST_CALLS")
    if not folder:
        pytest.fail("BESEDA_TEST_CALLS names no folder: run the stories with it first (tools/test.sh does)")
    found = (line for path in Path(folder).glob(f"{vendor}-*.jsonl") for line in path.read_text(encoding="utf-8").splitlines())
    return [json.loads(line) for line in dict.fromkeys(found)]


def calls(vendor):
    """What was asked."""
    return [line for line in lines(vendor) if "event" not in line]


def events(vendor):
    """What was told."""
    return [line for line in lines(vendor) if "event" in line]
