# What can be done with a message and a chat: menus, dialogs, topics, what is sent later. Comes when first needed.
talk-topic = Discuss in a topic
talk-topic-open = Open the topic
talk-reply-privately = Reply privately
talk-forward = Forward
talk-move = Move to task…
talk-save = Save
talk-unsave = Remove from saved
talk-select = Select
talk-history = Earlier versions
talk-readers = Who has read it
talk-hide = Delete for me
talk-delete-all = Delete for everyone
talk-report = Report
talk-delete-here = Delete only here
talk-delete-here-text = The messenger takes nothing back any more: the client keeps this message. It will be gone for colleagues only.
talk-deleted-words = What was deleted
talk-deleted = The message is deleted for everyone
talk-hidden = { $count ->
    [one] Message deleted for you
   *[other] { $count } messages deleted for you
}
talk-saved = The message is saved
talk-unsaved = The message is no longer saved
talk-selected = { $count ->
    [one] { $count } message selected
   *[other] { $count } messages selected
}
talk-copy = Copy
forward-title = { $count ->
    [one] Forward the message
   *[other] Forward { $count } messages
}
forward-find = Chat or colleague
forward-comment = Comment
forward-comment-hint = Goes before what you forward
forward-do = Forward
forward-done = { $count ->
    [one] Forwarded to { $names }
   *[other] Forwarded to { $names }
}
readers-title = Who has read it
readers-read = Read
readers-delivered = Delivered, not read
readers-waiting = Not delivered yet
history-title = Earlier versions
history-now = Now
history-none = The message was not changed.
report-title = Report the message
report-text = Administrators will see the words of the message and who wrote them, even if they are not in the chat.
report-reason = Reason
report-spam = Spam
report-abuse = Abuse or bullying
report-secret = Secret or personal data
report-other = Something else
report-comment = What happened
report-send = Send to administrators
report-sent = The administrators have your report
grow-title = Add people
grow-text = This makes a new group chat. Your direct chat stays between the two of you.
grow-name = Name of the group
grow-name-hint = May stay empty: the group is then called by its members’ names
grow-share = Show our earlier messages
grow-share-hint = They are copied into the group under their authors’ names. This cannot be undone.
grow-do = Create the group
group-link = Link to join
group-link-none = There is no link yet. With it any colleague can come in.
group-link-make = Create a link
group-link-new = Replace
group-link-end = Turn off
group-link-copied = The link is copied
group-settings = Group settings
group-who-adds = Who adds members
group-who-adds-members = Every member
group-who-adds-admins = The owner and admins
group-make-admin = Make an admin
group-drop-admin = Take the admin role back
group-hand-over = Hand the group over
group-hand-over-title = Hand over the group “{ $title }”?
group-hand-over-text = { $name } becomes its owner. You stay an admin.
group-join-title = Join the group
group-join-text = { $members ->
    [one] It has { $members } member.
   *[other] It has { $members } members.
}
group-join-do = Join
group-join-gone-title = This link no longer works
group-join-gone-text = It was turned off or replaced. Ask whoever invited you for a new one.
saved-title = Saved
saved-empty-title = Nothing is saved
saved-empty-text = Save messages from their menu: addresses, agreements, instructions. Only you see them.
period-label = Period
period-yesterday = Yesterday
period-week = 7 days
period-month = 30 days
period-quarter = 3 months
period-year = 1 year
period-own = Own period
period-from = From
period-to = To
period-count = { $count ->
    [0] No messages in this period
    [one] { $count } message
   *[other] { $count } messages
}
period-off = Show the whole chat
later-title = Send later
later-hour = In an hour
later-evening = This evening
later-tomorrow = Tomorrow morning
later-monday = Monday morning
later-own = Date and time
later-back = When { $name } is back
later-back-hint = Goes as soon as they are at their desk
later-back-here = { $name } is here now
later-do = Schedule
later-planned = Will be sent: { $when }
later-planned-back = Will be sent when { $name } is back
later-list = Scheduled messages
later-waiting = { $count ->
    [one] { $count } scheduled message
   *[other] { $count } scheduled messages
}
later-send-now = Send now
later-edit = Change
later-cancel = Do not send
later-empty = There are no scheduled messages here.
later-failed = Not sent: { $why }
later-cancelled = It will not be sent. The words are back in the field
card-add = Insert a record
card-find = Client, conversation number, task
card-none = Nothing found. Only what you may see is shown.
card-remove = Remove: { $title }
card-denied = A record you have no access to
card-kind-contact = Contact
card-kind-client_chat = Client conversation
card-field-company = Company
card-field-phone = Phone
card-field-email = E-mail
card-field-number = Conversation
made-task = Task
made-row = Table row
search-from = Written by
search-from-anyone = Anyone
search-has = Contains
search-has-any = Anything
search-has-file = File
search-has-image = Picture
search-has-link = Link
search-has-voice = Voice message
search-has-video = Video
search-when = When
search-when-any = Any time
search-where-here = In this chat
search-where-all = In all chats
search-where = Where to look
member-menu = Actions for { $name }
topic-people = Following the topic
# What a notification is about: words for a screen reader.
notices-open = New
notices-mine = For me
notices-done = Done
notices-all-done = All done
notices-empty-title = All done
notices-empty-text = Mentions, conversations handed to you and messages that were not sent appear here.
notice-done = Done
notice-mark-done = Done
notice-answer = Answer
notice-answer-to = Answer to { $name }
notice-answered = The answer is sent
notices-from = From
notices-from-all = All
notices-from-clients = Clients
notices-from-team = Colleagues
notices-from-tasks = Tasks
notices-from-system = System
notice-mark-read = Mark as read
notice-kind-mention = Mention
notice-kind-message = Message from a client
notice-kind-queue = Client in the queue
notice-kind-backlog = A queue piles up
notice-kind-late = A client waits too long
notice-kind-woke = A snoozed chat is back
notice-kind-assigned = Conversation handed to you
notice-kind-observer = You were made an observer
notice-kind-failed = Message not sent
notice-kind-channel = Channel not working
notice-kind-reaction = Reaction
notice-kind-report = Report
notice-kind-task = Task
notice-kind-comment = Comment on a task
notice-kind-finished = Task finished
notice-kind-reminder = Reminder
notice-kind-reply = Reply to your message
talk-way = Delivery details

# Keys, emoji, one's own status.
emoji-search = Find an emoji
emoji-found = Found
emoji-none = Nothing found
emoji-tone = Skin tone
emoji-tone-0 = None
emoji-tone-1 = Light
emoji-tone-2 = Medium light
emoji-tone-3 = Medium
emoji-tone-4 = Medium dark
emoji-tone-5 = Dark
emoji-recent = Recent
emoji-faces = Faces
emoji-gestures = Gestures and hearts
emoji-work = Work
emoji-nature = Nature and food
emoji-things = Things and places
emoji-signs = Signs
keys-everywhere = Everywhere
keys-writing = While writing
keys-log = In messages
keys-clients = In Clients
keys-next-chat = Next or previous chat
keys-next-unread = Next or previous unread
keys-areas = Areas
keys-regions = List, messages, composer in turn
keys-back = One step back
keys-edit-last = Edit your last message
keys-choose-reply = Choose what to reply to
keys-messages = Next or previous message
keys-first = To the first one
keys-walk = Along the list
keys-single = Single-letter keys
keys-single-hint = Turn off if they get in the way of a screen reader or voice input.
available = Availability
available-auto = Online while I am at the computer
available-auto-hint = Beseda notices when you are away, and when you are back
available-busy = Busy
available-busy-hint = Colleagues see that you are busy; messages come as usual
available-dnd = Do not disturb
available-dnd-hint = Colleagues see that you ask not to be disturbed; messages come
available-offline = Offline
available-offline-hint = For colleagues you are not here. Chats work, calls do not come
template-insert = Insert
template-choose = Choose…
template-choose-none = Leave out
keys-labels = Labels
keys-choose = Choose a chat in the list
keys-choose-to = Choose up to this chat
talk-buttons = Buttons under the message
talk-buttons-add = Buttons under the message…
talk-buttons-title = A message with buttons
talk-buttons-text = Text
talk-buttons-files = { $count ->
    [one] { $count } file goes with it
   *[other] { $count } files go with it
}
talk-buttons-pictures = In this channel only pictures and videos go with buttons; send other files separately.
talk-button-words = Button { $n }
talk-button-link = Opens a page
talk-button-url = Address of button { $n }
talk-button-remove = Remove button { $n }
talk-button-more = One more button
talk-buttons-hint = A press comes as the client’s answer with the words of the button. Up to { $max } in this channel, of { $label } characters each.
talk-buttons-send = Send
own-status-label = What colleagues see beside your name
status-lunch = At lunch
status-meeting = In a meeting
status-trip = Travelling
status-vacation = On holiday
status-clear = Clear status
connection-state = State
connection-open = Connected
connection-connecting = Connecting
connection-waiting = None, will try again soon
connection-latency = Latency
connection-ms = { $ms } ms
connection-cursor = Last event
connection-outbox = Waiting to be sent
connection-version = Version
connection-browser = Browser
connection-copy = Copy for the administrator
