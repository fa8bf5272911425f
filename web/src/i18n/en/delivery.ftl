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
