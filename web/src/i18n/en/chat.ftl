# Chats of colleagues and whatever any log has.
you = you
author-bot = bot
note-only-us = only colleagues see this
open-picture = Open picture “{ $name }”
file-pending = Fetching the file…
file-failed = The file could not be fetched
play = Play
pause = Pause
voice-position = Position in the recording
voice-speed = { $speed }, speed
viewer-nearer = Nearer
viewer-farther = Farther
shelf-title = Files of the chat
n-of-m = { $n } of { $m }
download = Download
previous = Previous
next = Next
rung-queued = Waiting to be sent
rung-sending = Sending
rung-sent = Sent
rung-delivered = Delivered
rung-read = Read
rung-failed = Not sent
rung-unknown = Not known whether it arrived
rung-cancelled = Sending cancelled
no-words = Message without text
message-deleted = Message deleted
message-unknown = A message of the kind “{ $kind }”, which we cannot show yet
pinned = Pinned
pins-all = { $count ->
    [one] { $count } pinned message. Show all
   *[other] { $count } pinned messages. Show all
}
pins-hide = Hide the pinned message
edited = edited
in-parts = { $count ->
    [one] { $count } part
   *[other] { $count } parts
}
parts-failed = { $failed } of { $count } were not sent.
delivery-waiting = Waiting to go to the messenger.
delivery-cancel = Do not send
reaction-label = { $emoji }, { $count }
react = React
reply = Reply
message-actions = Message actions
out-waits = Will go as soon as there is a connection
copy-text = Copy text
copy-link = Copy link
pin = Pin
unpin = Unpin
mark-unread = Mark unread from here
delete-title = Delete the message?
delete-text-client = We will delete it for the client too, if the messenger allows that.
new-messages = { $count ->
    [one] { $count } new message
   *[other] { $count } new messages
}
typing = { $count ->
    [one] { $names } is typing…
   *[other] { $names } are typing…
}
typing-note = { $count ->
    [one] { $names } is writing a note…
   *[other] { $names } are writing a note…
}
typing-client = { $name } is typing…
thread-gone-title = This chat is no longer here
thread-gone-text = It was deleted, handed over, or you have no access to it. Its owner or an administrator can give access.
thread-failed-title = Messages did not load
log-label = Messages: { $title }
unread-divider = New messages
conversation-number = Conversation No. { $number }
to-end = To the latest message
drop-here = Drag files here
drop-now = Drop to attach
drop-to = To the message: { $title }
drop-as-photo = Send as a photo
drop-as-file = Send as a file
drop-original = As it is, a row with its name
composer-voice = Voice message
composer-failed-files = One of the files was not uploaded: try again or remove it
attach-files = Choose files
attach-scan = Scan pages
attach-paste = From the clipboard
paste-long = A long text is easier to read as a file
paste-as-file = Attach as a file
paste-file = Text
paste-empty = The clipboard holds neither a picture nor text
paste-denied = The browser does not let the clipboard be read. Press Ctrl+V in the message field
voice-file = Voice
voice-dead = cannot be played
out-waits-files = Will be sent when the files are uploaded
composer-people = Colleagues
composer-templates = Templates
composer-no-templates = No templates with these words. They are made in settings.
composer-mode = Who reads this
composer-reply = Reply
composer-note = Note
composer-note-warning = The client will not see this
composer-note-label = Note for colleagues
composer-note-placeholder = A note: only colleagues will see it
composer-editing = Editing:
composer-attach = Attach a file
composer-emoji = Emoji
composer-mention = Mention a colleague
composer-observers = { $count ->
    [one] { $names } now observes this conversation
   *[other] { $names } now observe this conversation
}
composer-plan = { $count ->
    [one] will be sent as { $count } message
   *[other] will be sent as { $count } messages
}
composer-enter = Enter sends
composer-ctrl-enter = Ctrl+Enter sends
composer-send = Send
composer-save-note = Leave a note

# The frame, the list of chats, colleagues.
areas = Areas
area-chats = Chats
area-inbox = Clients
area-contacts = Contacts
area-tasks = Tasks
notice-task = A task for you
notice-finished = The task is closed
notice-woke = The conversation you put away is back
settings = Settings
skip = Skip to content
list-width = Width of the list
palette = Go to and find
palette-hint = Person, chat, number, command…
palette-foot = ↑ ↓ choose · Enter open · Shift Enter profile · @ people · # chats · ! clients · > commands
palette-person = colleague
palette-chat = chat
palette-client = client
palette-contact = contact
palette-command = command
palette-channels = Channels and messengers
own-status = My status
own-menu = { $name }: status, appearance, sign out
look-system = Same as system
look-light = Light theme
look-dark = Dark theme
shortcuts = Keyboard shortcuts
sign-out = Sign out
connection = Connection
status-offline = No network. Keep writing: everything goes out when it is back.
status-reconnecting = Reconnecting to the server…
status-waiting = { $count ->
    [one] { $count } message waits.
   *[other] { $count } messages wait.
}
status-now = Connect now
status-details = Details
status-full = The server’s disk is full: nothing new is kept, everything can still be read. Tell the administrator.
status-channel = { $count ->
    [one] The channel “{ $name }” does not work: messages to clients wait.
   *[other] { $count } channels do not work, “{ $name }” first: messages to clients wait.
}
chat-self = Notes to self
chat-self-line = Only you see this
chat-nameless = Chat without a name
client-nameless = Client without a name
line-you = You
chat-empty-line = No messages yet
mentioned = You were mentioned
unread-count = Unread: { $count }
typing-short = typing…
no-department = No department
seen-at = last seen { $when }
nothing-found = Nothing found
nothing-found-people = No such colleagues.
nothing-found-chats = No chats of this name. Try searching in messages.
people-empty-title = No colleagues here yet
people-empty-text = An administrator invites colleagues.
search-chats = Find a chat
search-people = Name, title, number
search-messages = Search in messages
clear = Clear
new-chat = New chat
new-chat-name = Name
new-chat-name-example = For example, “This week’s shipments”
new-chat-people = Members
new-chat-create = Create
new-chat-write = Write directly
remove-person = Remove { $name }
tab-chats = Chats
tab-people = Colleagues
unread-only = Unread only
no-unread-title = Nothing unread
no-unread-text = You have read it all.
section-pinned = Pinned
section-direct = Direct
section-groups = Groups
chats-empty-title = No chats yet
chats-empty-text = Choose a colleague and start a conversation.
chats-empty-step = Show colleagues
chats-none-title = Choose a chat
chats-none-text = Or press Ctrl+K and start typing a name.
chat-pin = Pin
chat-unpin = Unpin
chat-leave = Leave chat
chat-leave-title = Leave “{ $title }”?
chat-leave-text = You will get no more of its messages. Any member can bring you back.
chat-menu = More
chat-members = { $count ->
    [one] { $count } member
   *[other] { $count } members
}
chat-online = { $count } online
chat-made = Created { $when }
chat-rename = Rename
chat-add = Add members
chat-owner = owner
chat-remove-member = Remove from the chat
context = Details
context-person = Colleague
context-chat = About the chat
context-department = Department
context-extension = Extension
context-phone = Phone
context-email = E-mail
jump-to-date = Jump to date
start-self-title = Write to yourself here
start-self-text = Notes, links and files that only you see.
start-title = { $title }
start-direct-text = The start of your conversation.
start-group-text = Created { $when }. Members: { $names }.
why-team = You have no right to write to colleagues. An administrator can give it.
composer-self = A note to yourself
composer-team = Message to { $title }
search-here = Search in this chat
search-everywhere = Search messages
search-understood = Searched for “{ $words }”.
search-nothing = No such messages. Try another form of the word or a part of the number.
search-hint = Type at least two letters. Other forms of the word and the wrong keyboard layout are understood.
search-hint-here = Type a word. Enter goes to the next one found.
notices = Notifications
notices-count = Notifications, new: { $count }
taken-by = { $seconds ->
    [0] { $name } took this conversation just now
    [one] { $name } took this conversation { $seconds } second ago
   *[other] { $name } took this conversation { $seconds } seconds ago
}
taken-draft-kept = Your text is kept.
kept-draft = Your unsent text
act-take = Take
act-hand-over = Hand over
act-close = Close
act-reopen = Reopen
group-queue-long = Queue of clients
composer-client = Reply to { $name }
composer-queue = Reply, and the conversation becomes yours
group-my = Mine
group-watched = Watched
group-queue = Queue
group-waiting = Waiting
group-snoozed = Snoozed
group-all = All
group-closed = Closed
event-chat-created = { $author } created the chat “{ $title }”
event-chat-renamed = { $author } renamed the chat to “{ $title }”
event-chat-member-added = { $author } added { $name }
event-chat-member-removed = { $author } removed { $name }
event-chat-member-left = { $name } left the chat
plan-channels-file_too_large = The file is over { $limit } MB: this channel will not take it
plan-channels-file_refused = This channel does not take such files
plan-channels-file_empty = The file is empty
plan-channels-text_refused = This channel takes no text without a file
line-event = Something happened here
line-conversation-opened = New conversation
line-conversation-reopened = Conversation reopened
line-conversation-closed = Conversation closed
line-conversation-closed-silent = Closed: the client is silent
line-chat-given = Given by the queue
line-chat-declined = Declined, in the queue again
line-chat-unanswered = No answer, in the queue again
line-chat-overflowed = Passed to another queue
line-response-exceeded = Response time exceeded
line-response-escalated = The head was told: no answer
line-resolution-exceeded = Still open after the limit
line-chat-snoozed = Put away
line-chat-snoozed-till-written = Put away
line-chat-fetched-back = Fetched back
line-chat-woke = Back again
line-chat-routed = Given by a rule
line-chat-routed-to-queue = Routed by a rule
line-chat-to-responsible = With the client’s responsible person
line-former-away = The former responsible person is away
line-chat-taken = Conversation taken
line-chat-handed-over = Conversation handed over
line-chat-to-queue = Returned to the queue
line-needs-no-answer = Needs no answer
line-observer-added = Observer added
line-observer-removed = Observer removed
line-observer-left = Observer left
line-client-blocked = The client has blocked the bot
line-client-unblocked = The client can be reached again
line-chat-created = Chat created
line-chat-renamed = Chat renamed
line-chat-member-added = Member added
line-chat-member-removed = Member removed
line-chat-member-left = Member left
line-files = { $count ->
    [one] { $count } file
   *[other] { $count } files
}
line-placeholder = A message we cannot show yet
line-missed_call = Missed call
line-missed_video_call = Missed video call
first-people-act = Invite
composer-closed = Reply, and the conversation opens again
people-empty-invite = Send your colleagues invitation links.
composer-named = The client will see the name too. A note stays among colleagues.
section-topics = Topics
section-archive = Archive
chat-export = Export this chat
chat-print = Print the transcript
chat-archive = Archive
chat-unarchive = Take out of the archive
chat-admin = admin
topic-line = A topic in the group “{ $title }”
topic-replies = { $count ->
    [0] Topic
    [one] { $count } reply
   *[other] { $count } replies
}
topic-follow = Follow
topic-unfollow = Unfollow
from-topic = From a topic
forwarded-from = Forwarded from { $name }
undelivered = not delivered yet
undelivered-since = not delivered yet: { $name } is away since { $when }
undelivered-to = Not delivered to: { $names }
also-in-group = Also show in the group
not-member = { $count ->
    [one] { $names } is not in this chat and will not be told
   *[other] { $names } are not in this chat and will not be told
}
event-chat-admin-added = { $author } made { $name } an admin
event-chat-admin-removed = { $author } took the admin role from { $name }
event-chat-owner-changed = The group belongs to { $name } now
event-chat-joined = { $name } joined by the link
start-topic-text = A talk of its own under a message. The whole group can read it; it is in the list of those who take part.
periods = Show a period
saved-open = Saved
composer-later = Send later
composer-card = Insert a record
presence-busy = Busy
presence-dnd = Do not disturb
# Reminders.
reminder-menu = Reminder…
reminder-at = Reminder: { $when }
reminder-here = There is a reminder here
reminders-mine = My reminders
switches-menu = Sound and notifications…
envelope = { $count ->
    [one] { $count } unread chat. Open the oldest
   *[other] { $count } unread chats. Open the oldest
}
scroll-to-end = Always scroll to the end

# Colleagues, the Panel
find-people = Advanced search
find-people-short = Find
person-open = Open profile
panel-open = Open the Panel
guest = guest
guest-about = Not of the company: sees only the chats they were invited into
guests = Guests
guest-invite = Invite a guest
chat-guests = { $count ->
    [one] { $count } guest
   *[other] { $count } guests
}
event-chat-guest-joined = { $name } joined as a guest
line-chat-guest-joined = A guest joined
search-everything = People, chats, clients and tasks for “{ $words }”
palette-record = record
