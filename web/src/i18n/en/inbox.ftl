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
state-closed = Closed
why-blocked = The client has blocked the bot: nothing reaches them until they write first.
why-closed = The conversation is closed. Reopen it to write.
why-no-right = Only the owner and observers write here.
why-not-mine = { $name } has this conversation. Only the owner and observers write here.
viewing = { $count ->
    [one] { $names } is viewing
   *[other] { $names } are viewing
}
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
contact-phones = Phones
contact-email = E-mail
contact-note = Note
contact-add = Add
contact-identities = Writes from
contact-facts = Known
contact-active = Active dialogues
contact-earlier = Earlier conversations
contact-since = Known since { $when }
fact-page = Page
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
