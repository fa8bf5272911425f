# Conversations with clients and a client's card.
search-clients = Client, number, phone
nothing-found-clients = No such clients in this group.
empty-my-title = You have no open conversations
empty-my-text = A conversation becomes yours when you reply to a client in the queue, or when it is handed to you.
empty-my-step = { $count ->
    [one] { $count } client in the queue
   *[other] { $count } clients in the queue
}
empty-watched-title = You watch nothing
empty-watched-text = Conversations where you are made an observer or mentioned come here.
empty-queue-title = The queue is empty
empty-queue-text = A new client appears here the moment they write.
empty-waiting-title = Nobody waits for an answer
empty-waiting-text = Clients we have not answered yet; whoever has waited longest comes first.
empty-snoozed-title = Nothing is put away
empty-snoozed-text = Snooze a conversation, and it stays here until its time instead of among yours.
act-snooze = Snooze
act-wake = Fetch back
snooze-hour = For an hour
snooze-three-hours = For three hours
snooze-tomorrow = Until tomorrow, 9:00
snooze-monday = Until Monday, 9:00
snooze-till-written = Until the client writes
snooze-choose = Choose a day and time…
snooze-chat-title = Snooze { $name }
snoozed-toast = Snoozed until { $until }
snoozed-toast-till-written = Snoozed until the client writes
state-snoozed = Snoozed until { $until }
state-snoozed-till-written = Snoozed until the client writes
empty-all-title = No open conversations
empty-all-text = All conversations you may see are here.
empty-closed-title = No closed conversations
empty-closed-text = A closed conversation stays here. When the client writes again, it opens.
inbox-none-title = Choose a client
inbox-none-text = On the left are the groups: yours, the queue, those who wait.
waits-for = The client waits: { $span }
assignee-is = With { $name }
state-in-queue = In the queue
state-mine = With you
state-with = With { $name }
state-work = In work
state-given-me-policy = Given to you by the queue
state-given-me-rule = Given to you by a rule
state-given-me-responsible = A client of yours
state-given-policy = Given by the queue to { $name }
state-given-rule = Given by a rule to { $name }
state-given-responsible = The client’s responsible person: { $name }
act-decline = Decline
act-decline-about = Back to the queue: somebody else will get it
load-title = In work
load-of = { $load } of { $capacity }
load-full = no more will come
load-not-offered = nothing new is offered: you are away
contact-responsible = Responsible
contact-responsible-none = nobody
route-title = How it came here
route-by-hand = A colleague put it here: no rule moves it.
route-said-former-decided = Back to whoever had it before: { $name }
route-said-former-nothing = { $name } had it before. The queue does not return clients
route-said-former-absent = { $name } had it before and is away
route-said-former-passed = { $name } had it before, and has left or declined
route-said-rule-decided = Routing table, row “{ $rule }”
route-said-rule-nothing = Routing table: no row fits
route-said-rule-absent = The row “{ $rule }” fits, but { $name } is away
route-said-rule-passed = The row “{ $rule }” fits, but { $name } has left or declined
route-said-responsible-decided = The client’s responsible person: { $name }
route-said-responsible-nothing = Nobody is responsible for the client
route-said-responsible-absent = { $name } is responsible for the client and is away
route-said-responsible-passed = { $name } is responsible for the client, and has left or declined
route-said-policy-decided = The queue “{ $queue }” gave it to { $name }
route-said-policy-waits = Waits in the queue “{ $queue }”
state-closed = Closed
why-blocked = The client has blocked the bot: nothing reaches them until they write first.
why-costs-money = Each message here costs money. Those may write to the client whom an administrator gave the right “Paid messages”; a note to colleagues needs no right.
why-closed = The conversation is closed. Reopen it to write.
why-no-right = Only the owner and observers write here.
why-not-mine = { $name } has this conversation. Only the owner and observers write here.
typing-answer = { $count ->
    [one] { $names } is writing an answer…
   *[other] { $names } are writing an answer…
}
viewing = { $count ->
    [one] { $names } is viewing
   *[other] { $names } are viewing
}
drafting = { $count ->
    [one] { $names } has begun an answer
   *[other] { $names } have begun answers
}
not-yours-title = { $name } has this conversation
not-yours-text = Send the message to the client? It stays in the field until you decide.
not-yours-writing = { $name } is writing an answer to this client right now.
not-yours-begun = { $name } has begun an answer to this client.
not-yours-take = Take it and send
not-yours-help = Send without taking
observers = Observers
observers-are = Observers: { $names }
observers-hint = They see the conversation and may write to the client
act-no-answer = Needs no answer
act-to-queue = Back to the queue
act-leave = Stop observing
leave-title = Stop observing?
leave-text = The conversation leaves your lists. Its owner can bring you back.
context-client = Client
closed-toast = Conversation No. { $number } closed
no-answer-toast = Marked: needs no answer
hand-over-title = Hand over the conversation
hand-over-to = To whom
hand-over-note = Comment
hand-over-note-hint = The client will not see it.
hand-over-observe = Stay as an observer
hand-over-observe-other = Keep as an observer: { $name }
hand-over-name = Hand over to { $name }
banner-check = Check
banner-pending = { $count ->
    [one] { $count } message waits.
   *[other] { $count } messages wait.
}
start-client-title = { $name }
start-client-text = The first message came through “{ $channel }”.
contact-name = Name
contact-company = Company
contact-ask-phone = Ask for the number
contact-ask-phone-text = Please share your phone number: press the button under this message.
contact-ask-phone-button = Share my number
contact-phones = Phones
contact-email = E-mail
contact-labels-put = Put a label
contact-labels-change = Change
contacts-label = Narrow by a label
contacts-label-any = Show everybody
contacts-label-only = Only with the label
contacts-label-none = Nobody carries this label
contacts-label-none-text = Put it on a client’s card, or show everybody.
contact-note = Note
contact-add = Add
contact-identities = Writes from
contact-verified = Verified
contact-unverified = Not verified
contact-facts = Known
contact-active = Active dialogues
contact-earlier = Earlier conversations
contact-since = Known since { $when }
fact-page = Page
fact-title = Title of the page
fact-utm_source = Source (utm_source)
fact-utm_medium = Medium (utm_medium)
fact-utm_campaign = Campaign (utm_campaign)
fact-utm_term = Search (utm_term)
fact-utm_content = Advertisement (utm_content)
fact-referrer = Came from
fact-language = Language
fact-deep_link = Link
fact-start = Link
fact-ad = Advertisement
fact-product = Product
fact-username = Username
fact-name = Name
fact-email = E-mail
fact-phone = Phone
fact-address = Address
fact-browser = Browser
search-contacts = Name, company, phone, e-mail
nothing-found-contacts = No such clients.
contacts-empty-title = No clients yet
contacts-empty-text = A card appears by itself when a client first writes.
contacts-none-title = Choose a client
contacts-none-text = Cards of everyone who wrote to you are here.
table-export = Table of conversations
table-export-text = One row for each conversation with a client that you may see: its number, when it was opened and closed, the channel, the client, who answered, how many messages there were and how soon the first answer came. Any spreadsheet opens the CSV file.
table-export-period = Conversations opened in this period.
table-export-all = All conversations of all time.
table-export-do = Download CSV
contact-write = Message
contact-phone-menu = Number menu
write-client = Write to a client

# What happened to a talk with a client.
event-conversation-reopened = Conversation No. { $number } is open again
event-conversation-closed = { $author } closed conversation No. { $number }
event-conversation-closed-silent = Conversation No. { $number } was closed: the client has long been silent
event-chat-given = The queue “{ $queue }” gave the conversation to { $name }
event-chat-declined = { $author } declined the conversation; it is in the queue again
event-chat-unanswered = { $name } did not answer for { $minutes } min; the conversation is in the queue again
event-chat-overflowed = Nobody answered in { $minutes } min; the conversation passed to the queue “{ $queue }”
event-chat-routed = By the rule “{ $rule }” the conversation is with { $name }
event-chat-routed-to-queue = By the rule “{ $rule }” the conversation went to the queue “{ $queue }”
event-chat-to-responsible = { $name } is responsible for this client and has the conversation
event-former-away = { $name } had this client before but is not at their desk: the conversation waits in “{ $queue }”, { $name } observes
event-chat-taken = { $author } took the conversation
event-chat-handed-over = { $author } handed the conversation over to { $name }
event-chat-to-queue = { $author } returned the conversation to the queue “{ $queue }”
event-needs-no-answer = { $author } marked: needs no answer
event-observer-added = { $author } added { $name } as an observer
event-observer-removed = { $author } removed the observer { $name }
event-observer-left = { $author } stopped observing
event-client-pressed = The client pressed a button: { $button }
event-client-blocked = The client has blocked the bot
event-client-unblocked = The client can be reached again
event-link-clicked = The client followed the link { $url }
event-visitor-answered = The client answered before the chat. { $answers }
event-visitor-agreed = The client agreed: “{ $text }”
event-response-exceeded = Response time exceeded: the client has waited for { $minutes } min
event-response-escalated = The client has waited for { $minutes } min: { $name }, the head of the queue, was told
event-resolution-exceeded = The conversation is still open after { $minutes } min
line-auto-text-unsaid = An automatic message was not sent
event-auto-text-unsaid = Automatic message ({ $occasion ->
    [first] greeting
    [outside_hours] outside working hours
    [nobody_free] nobody free
    [no_answer] no answer for long
    [closing] farewell
    [missed_call] missed call
   *[other] { $occasion }
}) was not sent: { $why ->
    [window] the reply window is closed and no template was chosen for that
    [not_approved] the reply window is closed and the template “{ $template }” is no longer approved
    [gone] the reply window is closed and the chosen template is not there any more
    [value] what is known of the client does not fill the template “{ $template }”
    [off] the channel is switched off
    [empty] without data about the client nothing was left of the text
   *[other] the channel does not take such a text
}
line-channel-gap = The channel works again
event-channel-gap = The channel was down for { $count } { $unit ->
    [h] h
   *[other] min
}, until { $until }. What the client wrote meanwhile may have come late or be missing
event-chat-snoozed = { $author } put the conversation away until { $until }
event-chat-snoozed-till-written = { $author } put the conversation away until the client writes
event-chat-fetched-back = { $author } fetched the conversation back
event-chat-woke = The conversation is back
author-elsewhere-messenger = from the phone or the messenger's own app
author-elsewhere-mail = from a mail program
author-elsewhere-other = from another program
act-labels = Labels
labels-of = Labels: { $name }
labels-find = Find a label
labels-none = No labels yet
labels-none-make = Make them in the settings, and they appear here.
labels-none-ask = An administrator or a supervisor makes them.
labels-open-settings = To the labels' settings
views = Views
view-is-shared = Shared view
view-gone = This view is there no more
view-menu = What to do with the view
view-link = Copy the link
view-link-copied = The link is copied: a colleague sees by it what they themselves may see
view-edit = Change the view
view-name = Name, to save it
view-name-hint = The view appears at the left, with a count
view-shared = For everybody
view-shared-hint = Each sees in it only the chats they may see
view-delete-title = Delete the view “{ $name }”?
view-delete-text = The chats themselves stay where they are.
view-delete-shared = It goes for everybody. The chats themselves stay where they are.
filter-title = Narrow the list
filter-change = Change
filter-off = Show all again
filter-show = Show
filter-state = Which chats
filter-state-open = Open
filter-state-queue = Waiting in a queue
filter-state-unanswered = Waiting for an answer
filter-state-snoozed = Snoozed
filter-state-closed = Closed
filter-state-any = All, closed ones too
filter-age = Untouched for at least
filter-age-hint = How long the client has waited or nothing has happened
filter-age-unit = Unit
filter-age-wrong = A whole number from 1 to { $max }
filter-unit-min = minutes
filter-unit-hour = hours
filter-unit-day = days
filter-older-min = { $count ->
    [one] at least { $count } minute
   *[other] at least { $count } minutes
}
filter-older-hour = { $count ->
    [one] at least { $count } hour
   *[other] at least { $count } hours
}
filter-older-day = { $count ->
    [one] at least { $count } day
   *[other] at least { $count } days
}
filter-assignee = Responsible
filter-mine = Me
filter-nobody = Nobody
filter-people = Or one of these
filter-labels = With any of the chat’s labels
filter-client-labels = With any of the client’s labels
filter-queues = In queues
filter-channels = Through channels
filter-of-labels = chat’s labels: { $names }
filter-of-client-labels = client’s labels: { $names }
filter-of-queues = queues: { $names }
filter-gone = deleted
filter-fits = { $count ->
    [0] No chat fits now
    [one] { $count } chat fits now
   *[other] { $count } chats fit now
}
filter-fits-more = More than { $count } chats fit now
empty-filter-title = Nothing fits
empty-filter-text = As soon as there is such a chat it stands here.
pick-on = Choose
pick-off = Do not choose
pick-chat = Choose: { $name }
bulk-title = What to do with those chosen
bulk-chosen = { $count ->
    [one] { $count } chat chosen
   *[other] { $count } chats chosen
}
bulk-all = Choose all of this list: { $count }
bulk-all-most = Choose the first { $count }
bulk-clear = Choose none
bulk-assign = Assign
bulk-assign-title = { $count ->
    [one] Who is responsible for { $count } chat
   *[other] Who is responsible for { $count } chats
}
bulk-queue = To a queue
bulk-label = Labels
bulk-label-title = { $count ->
    [one] Labels on { $count } chat
   *[other] Labels on { $count } chats
}
bulk-read = Mark read
bulk-close-title = { $count ->
    [one] Close { $count } chat?
   *[other] Close { $count } chats?
}
bulk-close-text = Those you may close are closed. You are told about the others.
bulk-running = { $tried } of { $of } done
bulk-stop = Stop
bulk-result = Result
bulk-done = { $count ->
    [0] Nothing is different
    [one] Done: { $count } chat
   *[other] Done: { $count } chats
}
bulk-undone = { $count ->
    [one] Taken back: { $count } chat
   *[other] Taken back: { $count } chats
}
bulk-same = As it was already: { $count }
bulk-refused = Refused: { $count } — { $reason }
bulk-left = Not tried: { $count } — { $reason }
bulk-stopped = you stopped it
observe-all = Notify me of every message
pick-contact = Choose: { $name }
picks-several = Choose several
contacts-bulk-chosen = { $count ->
    [one] { $count } client chosen
   *[other] { $count } clients chosen
}
contacts-bulk-none = Tick the clients
contacts-bulk-label-title = { $count ->
    [one] Labels of { $count } client
   *[other] Labels of { $count } clients
}
contacts-bulk-done = { $count ->
    [0] Nothing has changed
    [one] Done: { $count } client
   *[other] Done: { $count } clients
}
contacts-bulk-undone = { $count ->
    [one] { $count } client has the labels back
   *[other] { $count } clients have the labels back
}
bulk-refused-named = Refused: { $count } — { $reason } ({ $names })
bulk-refused-others = { $count } more
