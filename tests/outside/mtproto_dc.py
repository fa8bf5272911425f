"""A Telegram data centre for one person's account, made of Telethon's own codec: types, AES-IGE, key derivation and the
arithmetic of passwords are Telethon's, so nobody judges their own reading of the protocol (P-17).

The key of the line is agreed beforehand, so no handshake is needed. As a program it writes one JSON line with `server`
(address and key, as the setting of tests takes it), then obeys lines `[method, arguments…]` and answers each with one.
"""

import asyncio
import gzip
import hashlib
import json
import os
import struct
import sys
import threading
import zlib
from datetime import datetime, timezone

from telethon import functions as fn
from telethon import password as srp
from telethon import types as ty
from telethon.crypto import AES
from telethon.extensions import BinaryReader
from telethon.network.mtprotostate import MTProtoState
from telethon.tl.core import GzipPacked, MessageContainer, RpcResult
from telethon.tl.functions import InitConnectionRequest, InvokeWithLayerRequest, PingDelayDisconnectRequest, PingRequest

SELF_ID = 777_001
SELF_PHONE = "79160000001"
CODE = "24680"
START = 1_900_000_000


class Refused(Exception):
    """A call refused with Telegram's code and word."""


class Key:
    """What MTProtoState asks of a key."""

    def __init__(self, key):
        self.key = key


def prime():
    """The prime that Telegram uses and Telethon knows."""
    constants = srp.check_prime_and_good.__code__.co_consts
    return bytes(next(c for c in constants if isinstance(c, (tuple, bytes)) and len(c) == 256))


def big(number):
    return number.to_bytes(256, "big")


def digest(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


class DataCentre:
    """Listens at once on a free port of loopback, in a thread of its own."""

    def __init__(self):
        self.key = os.urandom(256)
        self.key_id = hashlib.sha1(self.key).digest()[12:20]
        self.lock = threading.RLock()
        self.people = {}
        self.messages = []
        self.sent = []
        self.calls = []
        self.log = []
        self.pts = 1
        self.now = START
        self.authorized = False
        self.scanned = False
        self.tokens = 0
        self.password = None
        self.pieces = {}
        self.files = {}
        self.lines = []
        self.typed = []
        self.read = []
        self.faults = []
        self.loop = asyncio.new_event_loop()
        started = threading.Event()

        def run():
            asyncio.set_event_loop(self.loop)
            server = self.loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
            self.address = "%s:%d" % server.sockets[0].getsockname()
            started.set()
            self.loop.run_forever()

        threading.Thread(target=run, daemon=True).start()
        started.wait()
        self.server = f"{self.address}/{self.key.hex()}"

    # ------------------------------------------------------------ what a test does

    def has(self, who, name, phone, shown=True):
        """Somebody has an account."""
        with self.lock:
            self.people[who] = (name, phone, shown)

    def says(self, who, text, out=False):
        """Somebody writes to the account, or its owner on the phone; answers the message's number."""
        with self.lock:
            return self._tell(self._put(who, text, out))

    def phone_says(self, who, text):
        return self.says(who, text, out=True)

    def sends_file(self, who, name, mime, content):
        """Somebody sends a file, its bytes as text or bytes."""
        with self.lock:
            content = content.encode() if isinstance(content, str) else content
            number = 9000 + len(self.files)
            self.files[number] = content
            return self._tell(self._put(who, "", False, self._document(number, name, mime, len(content))))

    def unheard(self, who, text, out=False):
        """Something is written of which no update is ever told."""
        with self.lock:
            number = self._put(who, text, out).message.id
            self.log.pop()
            self.pts -= 1
            return number

    def reacts(self, who, number, emoji):
        """Somebody reacts to a message; a line that is down is never told."""
        with self.lock:
            message = next(m for m in self.messages if m.id == number)
            one = ty.ReactionEmoji(emoticon=emoji)
            message.reactions = ty.MessageReactions(
                results=[ty.ReactionCount(reaction=one, count=1)], can_see_list=True,
                recent_reactions=[ty.MessagePeerReaction(peer_id=ty.PeerUser(who), date=self._date(), reaction=one, unread=True)],
            )
            self._push(self._updates([ty.UpdateMessageReactions(peer=ty.PeerUser(who), msg_id=number, reactions=message.reactions)]))

    def reads(self, who, up_to):
        with self.lock:
            self.pts += 1
            self._note(ty.UpdateReadHistoryOutbox(peer=ty.PeerUser(who), max_id=up_to, pts=self.pts, pts_count=1))

    def scan(self):
        """The owner's phone scans the code and confirms it."""
        with self.lock:
            self.scanned = True
            self._push(ty.UpdateShort(update=ty.UpdateLoginToken(), date=self._date()))

    def set_password(self, word, hint=""):
        """Two-step verification is on."""
        with self.lock:
            algo = ty.PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow(
                salt1=os.urandom(16), salt2=os.urandom(16), g=3, p=prime()
            )
            g, p = algo.g, int.from_bytes(algo.p, "big")
            v = pow(g, int.from_bytes(srp.compute_hash(algo, word), "big"), p)
            k = int.from_bytes(digest(algo.p, big(g)), "big")
            b = int.from_bytes(os.urandom(256), "big") % p
            self.password = {"algo": algo, "v": v, "b": b, "B": (k * v + pow(g, b, p)) % p, "p": p, "hint": hint, "proved": False}

    def revoke(self):
        with self.lock:
            self.authorized = False

    def fail_next(self, code, words):
        with self.lock:
            self.faults.append((code, words))

    def cut(self):
        """All lines end."""
        with self.lock:
            for queue in self.lines:
                self.loop.call_soon_threadsafe(queue.put_nowait, None)
            self.lines = []

    def state(self):
        """What was sent, read and called, for a test in another program."""
        with self.lock:
            return {"sent": self.sent, "read": self.read, "typed": self.typed, "calls": self.calls}

    # ------------------------------------------------------------ things

    def _date(self):
        return datetime.fromtimestamp(self.now, tz=timezone.utc)

    def _user(self, who):
        if who == SELF_ID:
            return ty.User(id=SELF_ID, is_self=True, access_hash=self._hash(SELF_ID), first_name="Лавка", phone=SELF_PHONE, usernames=[])
        name, phone, shown = self.people[who]
        return ty.User(id=who, access_hash=self._hash(who), first_name=name, phone=phone if shown else None, usernames=[])

    def _users(self):
        return [self._user(who) for who in self.people] + [self._user(SELF_ID)]

    @staticmethod
    def _hash(who):
        return who * 31 + 17

    def _document(self, number, name, mime, size):
        return ty.MessageMediaDocument(document=ty.Document(
            id=number, access_hash=number + 5, file_reference=b"fresh", date=self._date(), mime_type=mime, size=size,
            dc_id=2, attributes=[ty.DocumentAttributeFilename(file_name=name)],
        ))

    def _put(self, who, text, out, media=None, reply_to=None):
        self.now += 1
        self.pts += 1
        message = ty.Message(
            id=101 + len(self.messages), peer_id=ty.PeerUser(who), from_id=ty.PeerUser(SELF_ID if out else who), date=self._date(),
            message=text, out=out, media=media,
            reply_to=ty.MessageReplyHeader(reply_to_msg_id=reply_to) if reply_to else None,
        )
        self.messages.append(message)
        update = ty.UpdateNewMessage(message=message, pts=self.pts, pts_count=1)
        self.log.append((self.pts, update))
        return update

    def _note(self, update):
        self.log.append((self.pts, update))
        self._push(self._updates([update]))

    def _tell(self, update):
        self._push(self._updates([update]))
        return update.message.id

    def _updates(self, updates):
        return ty.Updates(updates=updates, users=self._users(), chats=[], date=self._date(), seq=0)

    def _push(self, whole):
        body = bytes(whole)
        for queue in self.lines:
            self.loop.call_soon_threadsafe(queue.put_nowait, body)

    # ------------------------------------------------------------ the line

    async def _serve(self, reader, writer):
        line = {"salt": 0x1122334455667788, "session": None, "last": START << 32, "content": 0, "frames": 0}
        queue = asyncio.Queue()
        with self.lock:
            self.lines.append(queue)

        def write(body, content):
            line["last"] += 4
            number = line["content"] * 2 + int(content)
            line["content"] += int(content)
            plain = struct.pack("<qqqii", line["salt"], line["session"], line["last"] | 1, number, len(body)) + body
            plain += os.urandom(-(len(plain) + 12) % 16 + 12)
            message_key = digest(self.key[88 + 8:88 + 8 + 32], plain)[8:24]
            key, vector = MTProtoState._calc_key(self.key, message_key, False)
            packed = self.key_id + message_key + AES.encrypt_ige(plain, key, vector)
            frame = struct.pack("<ii", len(packed) + 12, line["frames"]) + packed
            line["frames"] += 1
            writer.write(frame + struct.pack("<I", zlib.crc32(frame)))

        async def push():
            while (body := await queue.get()) is not None:
                if line["session"] is not None:
                    write(body, True)
            writer.close()

        pushing = asyncio.ensure_future(push())
        expected = 0
        try:
            while True:
                head = await reader.readexactly(8)
                length, number = struct.unpack("<ii", head)
                rest = await reader.readexactly(length - 8)
                assert number == expected, "the number of a frame"
                assert struct.unpack("<I", rest[-4:])[0] == zlib.crc32(head + rest[:-4]), "the sum of a frame"
                expected += 1
                for message_id, body in self._open(rest[:-4], line):
                    answer = self._answer(message_id, body)
                    if answer is not None:
                        write(*answer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            pushing.cancel()
            with self.lock:
                if queue in self.lines:
                    self.lines.remove(queue)
            writer.close()

    def _open(self, frame, line):
        assert frame[:8] == self.key_id, "another key"
        message_key = frame[8:24]
        key, vector = MTProtoState._calc_key(self.key, message_key, True)
        plain = AES.decrypt_ige(frame[24:], key, vector)
        assert digest(self.key[88:88 + 32], plain)[8:24] == message_key, "the key of a message"
        _salt, session, message_id, _number, length = struct.unpack("<qqqii", plain[:32])
        line["session"] = session if line["session"] is None else line["session"]
        assert line["session"] == session, "another session"
        return self._unpack(message_id, plain[32:32 + length])

    def _unpack(self, message_id, body):
        kind = struct.unpack("<I", body[:4])[0]
        if kind == MessageContainer.CONSTRUCTOR_ID:
            out, at = [], 8
            for _ in range(struct.unpack("<i", body[4:8])[0]):
                inner_id, _number, length = struct.unpack("<qii", body[at:at + 16])
                out += self._unpack(inner_id, body[at + 16:at + 16 + length])
                at += 16 + length
            return out
        if kind == GzipPacked.CONSTRUCTOR_ID:
            with BinaryReader(body[4:]) as reader:
                return self._unpack(message_id, gzip.decompress(reader.tgread_bytes()))
        return [(message_id, body)]

    def _answer(self, message_id, body):
        """The body to write, and whether it is content; none if nothing is to be said."""
        with BinaryReader(body) as reader:
            request = reader.tgread_object()
        if isinstance(request, ty.MsgsAck):
            return None
        if isinstance(request, (PingRequest, PingDelayDisconnectRequest)):
            return bytes(ty.Pong(msg_id=message_id, ping_id=request.ping_id)), False
        if isinstance(request, fn.GetFutureSaltsRequest):
            salts = struct.pack("<Iqii", 0xAE500895, message_id, self.now, 2)
            for n in range(2):
                salts += struct.pack("<iiq", self.now + n * 1800, self.now + (n + 1) * 3600, n + 77)
            return salts, False
        with self.lock:
            try:
                result = self._call(request)
                result = result if isinstance(result, bytes) else bytes(result)
            except Refused as refused:
                result = bytes(ty.RpcError(error_code=refused.args[0], error_message=refused.args[1]))
        return struct.pack("<Iq", RpcResult.CONSTRUCTOR_ID, message_id) + result, True

    # ------------------------------------------------------------ the calls

    def _call(self, request):
        if isinstance(request, (InvokeWithLayerRequest, InitConnectionRequest)):
            return self._call(request.query)
        self.calls.append(type(request).__name__)
        name = "_" + type(request).__name__.removesuffix("Request")
        if not hasattr(self, name):
            raise Refused(400, "METHOD_UNKNOWN")
        open_to_all = {"_GetConfig", "_SendCode", "_SignIn", "_CheckPassword", "_ExportLoginToken", "_GetPassword"}
        if not self.authorized and name not in open_to_all:
            raise Refused(401, "AUTH_KEY_UNREGISTERED")
        return getattr(self, name)(request)

    def _GetConfig(self, _):
        numbers = dict.fromkeys((
            "chat_size_max", "megagroup_size_max", "forwarded_count_max", "online_update_period_ms", "offline_blur_timeout_ms",
            "offline_idle_timeout_ms", "online_cloud_timeout_ms", "notify_cloud_delay_ms", "notify_default_delay_ms",
            "push_chat_period_ms", "push_chat_limit", "edit_time_limit", "revoke_time_limit", "revoke_pm_time_limit",
            "rating_e_decay", "stickers_recent_limit", "channels_read_media_period", "call_receive_timeout_ms",
            "call_ring_timeout_ms", "call_connect_timeout_ms", "call_packet_timeout_ms", "caption_length_max",
            "message_length_max", "webfile_dc_id",
        ), 200)
        return ty.Config(
            date=self._date(), expires=self._date(), test_mode=False, this_dc=2, dc_options=[], dc_txt_domain_name="",
            me_url_prefix="https://t.me/", **numbers,
        )

    def _authorization(self):
        self.authorized = True
        return ty.auth.Authorization(user=self._user(SELF_ID))

    def _fault(self):
        if self.faults:
            raise Refused(*self.faults.pop(0))

    def _SendCode(self, request):
        if len(request.api_hash) != 32:
            raise Refused(400, "API_ID_INVALID")
        self._fault()
        if request.phone_number.lstrip("+") != SELF_PHONE:
            raise Refused(400, "PHONE_NUMBER_INVALID")
        return ty.auth.SentCode(type=ty.auth.SentCodeTypeApp(length=5), phone_code_hash="hash-of-the-code")

    def _SignIn(self, request):
        self._fault()
        if request.phone_code_hash != "hash-of-the-code":
            raise Refused(400, "PHONE_CODE_EXPIRED")
        if request.phone_code != CODE:
            raise Refused(400, "PHONE_CODE_INVALID")
        return self._in()

    def _in(self):
        if self.password and not self.password["proved"]:
            raise Refused(401, "SESSION_PASSWORD_NEEDED")
        return self._authorization()

    def _ExportLoginToken(self, _):
        if self.scanned:
            return ty.auth.LoginTokenSuccess(authorization=self._in())
        self.tokens += 1
        return ty.auth.LoginToken(expires=self._date(), token=b"token %d" % self.tokens)

    def _GetPassword(self, _):
        it = self.password
        return ty.account.Password(
            has_password=True, current_algo=it["algo"], srp_B=big(it["B"]), srp_id=7, hint=it["hint"],
            new_algo=ty.PasswordKdfAlgoUnknown(), new_secure_algo=ty.SecurePasswordKdfAlgoUnknown(), secure_random=os.urandom(256),
        )

    def _CheckPassword(self, request):
        """The server's side of SRP-6a as core.telegram.org/api/srp has it."""
        it, proof = self.password, request.password
        a = int.from_bytes(proof.A, "big")
        u = int.from_bytes(digest(big(a), big(it["B"])), "big")
        shared = pow(a * pow(it["v"], u, it["p"]) % it["p"], it["b"], it["p"])
        p_xor_g = bytes(x ^ y for x, y in zip(digest(it["algo"].p), digest(big(it["algo"].g))))
        expected = digest(
            p_xor_g, digest(it["algo"].salt1), digest(it["algo"].salt2), big(a), big(it["B"]), digest(big(shared))
        )
        if proof.srp_id != 7 or proof.M1 != expected:
            raise Refused(400, "PASSWORD_HASH_INVALID")
        it["proved"] = True
        return self._authorization()

    def _GetState(self, _):
        return ty.updates.State(pts=self.pts, qts=0, date=self._date(), seq=0, unread_count=0)

    def _GetDifference(self, request):
        missed = [update for pts, update in self.log if pts > request.pts]
        if not missed:
            return ty.updates.DifferenceEmpty(date=self._date(), seq=0)
        new = [update.message for update in missed if isinstance(update, ty.UpdateNewMessage)]
        other = [update for update in missed if not isinstance(update, ty.UpdateNewMessage)]
        return ty.updates.Difference(
            new_messages=new, new_encrypted_messages=[], other_updates=other, chats=[], users=self._users(), state=self._GetState(None)
        )

    def _GetUsers(self, request):
        users = b""
        for one in request.id:
            users += bytes(self._user(SELF_ID if isinstance(one, ty.InputUserSelf) else one.user_id))
        return struct.pack("<Ii", 0x1CB5C415, len(request.id)) + users

    def _ResolvePhone(self, request):
        for who, (_, phone, shown) in self.people.items():
            if shown and phone == request.phone.lstrip("+"):
                return ty.contacts.ResolvedPeer(peer=ty.PeerUser(who), chats=[], users=[self._user(who)])
        raise Refused(400, "PHONE_NOT_OCCUPIED")

    def _addressee(self, peer):
        if not isinstance(peer, ty.InputPeerUser) or peer.access_hash != self._hash(peer.user_id) or peer.user_id not in self.people:
            raise Refused(400, "PEER_ID_INVALID")
        return peer.user_id

    def _taken(self, request, media, file):
        who = self._addressee(request.peer)
        self._fault()
        if any(one["random_id"] == str(request.random_id) for one in self.sent):
            raise Refused(500, "RANDOM_ID_DUPLICATE")
        reply_to = request.reply_to.reply_to_msg_id if request.reply_to else None
        update = self._put(who, request.message, True, media, reply_to)
        self.sent.append({
            "id": update.message.id, "to": who, "text": request.message, "random_id": str(request.random_id), "reply_to": reply_to,
            "bold": [[e.offset, e.length] for e in request.entities or [] if isinstance(e, ty.MessageEntityBold)], "file": file,
        })
        return self._updates([ty.UpdateMessageID(id=update.message.id, random_id=request.random_id), update])

    def _SendMessage(self, request):
        return self._taken(request, None, None)

    def _SendMedia(self, request):
        media = request.media
        whole = b"".join(piece for _, piece in sorted(self.pieces.pop(media.file.id).items()))
        name = next((a.file_name for a in getattr(media, "attributes", []) if isinstance(a, ty.DocumentAttributeFilename)), media.file.name)
        mime = getattr(media, "mime_type", "image/jpeg")
        number = 9000 + len(self.files)
        self.files[number] = whole
        return self._taken(request, self._document(number, name, mime, len(whole)), [name, mime, len(whole)])

    def _SaveFilePart(self, request):
        self.pieces.setdefault(request.file_id, {})[request.file_part] = request.bytes
        return struct.pack("<I", 0x997275B5)

    _SaveBigFilePart = _SaveFilePart

    def _GetFile(self, request):
        if request.location.file_reference != b"fresh":
            raise Refused(400, "FILE_REFERENCE_EXPIRED")
        piece = self.files[request.location.id][request.offset:request.offset + request.limit]
        return ty.upload.File(type=ty.storage.FileUnknown(), mtime=self.now, bytes=piece)

    def _GetDialogs(self, _):
        dialogs, tops = [], []
        for who in self.people:
            with_them = [message for message in self.messages if message.peer_id.user_id == who]
            if not with_them:
                continue
            tops.append(with_them[-1])
            dialogs.append(ty.Dialog(
                peer=ty.PeerUser(who), top_message=with_them[-1].id, read_inbox_max_id=0, read_outbox_max_id=0, unread_count=0,
                unread_mentions_count=0, unread_reactions_count=len(self._unseen(who)), unread_poll_votes_count=0, notify_settings=ty.PeerNotifySettings(),
            ))
        return ty.messages.Dialogs(dialogs=dialogs, messages=tops, chats=[], users=self._users())

    def _unseen(self, who):
        return [message for message in self.messages if message.peer_id.user_id == who and message.reactions]

    def _GetHistory(self, request):
        who = self._addressee(request.peer)
        if not 1 <= request.limit <= 100:
            raise Refused(400, "LIMIT_INVALID")
        found = [message for message in reversed(self.messages) if message.peer_id.user_id == who]
        found = [message for message in found if not request.offset_id or message.id < request.offset_id]
        return ty.messages.Messages(messages=found[:request.limit], topics=[], chats=[], users=self._users())

    def _GetUnreadReactions(self, request):
        found = self._unseen(self._addressee(request.peer))
        return ty.messages.Messages(messages=found, topics=[], chats=[], users=self._users())

    def _ReadHistory(self, request):
        self.read.append([self._addressee(request.peer), request.max_id])
        return ty.messages.AffectedMessages(pts=self.pts, pts_count=0)

    def _SetTyping(self, request):
        self.typed.append(self._addressee(request.peer))
        return struct.pack("<I", 0x997275B5)


def main():
    """Obeys another program line by line."""
    centre = DataCentre()
    print(json.dumps({"server": centre.server}), flush=True)
    for line in sys.stdin:
        method, *arguments = json.loads(line)
        print(json.dumps({"answer": getattr(centre, method)(*arguments)}), flush=True)


if __name__ == "__main__":
    main()
