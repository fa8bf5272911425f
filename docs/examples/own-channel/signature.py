"""The signature of own channels, both ways: see docs/run/own-channel.md. Needs nothing but Python itself."""

import hashlib
import hmac
import time

APART = 300  # seconds by which the two clocks may differ


def sign(secret: str, said: bytes, now: int | None = None) -> dict[str, str]:
    """The two headers for a request; `said` is the JSON body, or b"GET /path?query"."""
    stamp = str(int(time.time()) if now is None else now)
    proof = hmac.new(secret.encode(), stamp.encode() + b"." + said, hashlib.sha256)
    return {"X-Beseda-Timestamp": stamp, "X-Beseda-Signature": proof.hexdigest()}


def holds(secret: str, said: bytes, stamp: str, proof: str, now: int | None = None) -> bool:
    """Whether somebody with the secret said this within five minutes."""
    if not (stamp.isascii() and stamp.isdigit()):
        return False
    moment = int(time.time()) if now is None else now
    right = sign(secret, said, int(stamp))["X-Beseda-Signature"]
    return abs(moment - int(stamp)) <= APART and hmac.compare_digest(right, proof)


if __name__ == "__main__":
    # The example of the document.
    body = b'{"events":[{"id":"1","type":"typing"}]}'
    headers = sign("a-secret-of-twenty-letters", body, 1_700_000_000)
    print(headers["X-Beseda-Signature"])
    assert holds("a-secret-of-twenty-letters", body, "1700000000", headers["X-Beseda-Signature"], 1_700_000_010)
    assert not holds("a-secret-of-twenty-letters", body, "1700000000", headers["X-Beseda-Signature"], 1_700_000_301)
