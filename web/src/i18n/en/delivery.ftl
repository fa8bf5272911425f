# The way of a message, and the list of what was not delivered.
way-title = Delivery details
way-in = Came through { $name }
way-out = Sent through { $name }
way-none = This message did not go through a messenger.
way-part = part { $part }
way-by = { $name }
way-received = Received from the messenger and stored on disk
way-taken = Read and placed in the chat
way-parked = Could not be read: the data is kept
way-written = Written and queued
way-sending = Handing it to the messenger
way-waits = The messenger asks us to wait; we will repeat by ourselves
way-again = Sending again
way-sent = The messenger took it
way-delivered = On the client’s device
way-read = Read
way-failed = Not sent
way-unknown = No answer: it may have arrived
way-cancelled = Sending cancelled
way-act-edit = Edit
way-act-delete = Deletion
way-act-react = Reaction
way-said = The messenger said: { $words }
way-replay = Send again
way-replay-event = Read it again
way-replayed = Sending again
way-event-replayed = Reading it again
way-sure-title = Send again?
way-sure-text = The messenger did not answer, and the message may have arrived. The client may get it twice.
reason-found = Found in the messenger’s history: the message arrived.

delivery-text = Everything that did not reach a client or could not be read, with its reason and a way to try again.
delivery-tabs = What to show
delivery-undelivered = Not delivered
delivery-comparisons = Comparison with messengers
delivery-channel = Channel
delivery-all-channels = All channels
delivery-none = Everything arrived
delivery-none-text = A message that cannot be delivered will stand here with its reason.
delivery-closed-chat = A chat you do not see
delivery-no-words = A message without text
delivery-open = Open the chat
delivery-aside = Take off the list
delivery-aside-title = Take off the list?
delivery-aside-text = The message stays in the chat, marked “sending cancelled”.
delivery-aside-done = Taken off the list
delivery-attempts = { $count ->
    [0] not tried yet
    [one] { $count } try
   *[other] { $count } tries
}
delivery-more = Show more
delivery-parked = Could not be read
delivery-parked-text = These events of a messenger are kept on disk. After an update of the server read them again: nothing comes twice.
delivery-event = Event { $n }
delivery-replay-parked = Read all again
delivery-parked-replayed = { $count ->
    [one] Reading { $count } event again
   *[other] Reading { $count } events again
}
compare-text = At night the server compares chats with what the messenger itself remembers: it fetches what was missed and learns what arrived.
compare-now = Compare now
compare-asked = Comparing
compare-cannot = No connected channel keeps a history to compare with.
compare-never = Not compared yet
compare-never-text = The first comparison runs at night. You need not wait.
compare-when = { $when }, since { $since }
compare-same = No differences
compare-failed = Could not compare
compare-seen = { $count ->
    [one] { $count } message looked at
   *[other] { $count } messages looked at
}
compare-recovered = { $count ->
    [one] { $count } missed one fetched
   *[other] { $count } missed ones fetched
}
compare-confirmed = { $count ->
    [one] { $count } sent one confirmed
   *[other] { $count } sent ones confirmed
}
compare-missing = { $count ->
    [one] { $count } of ours not found there
   *[other] { $count } of ours not found there
}

# Why a message did not arrive.
reason-none = Not sent.
reason-blocked = The client has blocked the bot.
reason-file_too_big = The file is too large for this messenger.
reason-window_closed = The client was silent for over a day: the messenger allows only a template.
reason-template_values = The messenger did not take the values of the template.
reason-template_unknown = The messenger has no such approved template.
reason-template_paused = The messenger paused or disabled the template.
reason-peer_unreachable = The client cannot be reached: the chat is deleted or closed.
reason-not_sent = Not sent: the messenger cannot be reached.
reason-retry = Not sent within a day: the messenger kept asking to wait.
reason-rejected = The messenger refused the message.
reason-account_fatal = The messenger refused the channel: an administrator should check its settings.
reason-unknown = The messenger never answered: the message may have arrived.
reason-held = Not sent: the part before it did not arrive.
reason-interrupted = The server restarted while sending: the message may have arrived.
reason-no_public_address = This messenger fetches files itself, and the server has no https address it could use. Text goes through, files do not.
reason-file_lost = The file is lost, there is nothing to send.
reason-bad_number = There is no such number, or no SMS can be sent to it.
reason-strangers_limited = The messenger limited new acquaintances: this account writes first to nobody for now.
reason-peer_unknown = The messenger no longer tells who this is. Ask the client to write once more.
reason-bad_sender = The sender’s name is not registered at the provider.
reason-no_money = There is no money left at the provider: top the account up and send again.
reason-gateway = The SMS provider refused to take the message.
