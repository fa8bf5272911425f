right-conversations-answer = Answer clients
right-conversations-answer-about = See the queues the person belongs to and answer from them
right-conversations-see = See client chats
right-conversations-see-about = Chats of others: of one's queues, or all
right-conversations-manage = Manage client chats
right-conversations-manage-about = Take over, hand over and close chats of others
right-templates-share = Shared templates
right-templates-share-about = Change templates everybody sees
conversations-taken = { $name } took this conversation { $seconds ->
    [one] { $seconds } second
   *[other] { $seconds } seconds
} ago
conversations-not-yours = { $name } is responsible for this chat. To answer, take it over or become an observer
conversations-not-in-queue = The chat is no longer in the queue
conversations-may-not = You may not do this with this chat
conversations-closed = The conversation is closed already
conversations-not-closed = The conversation is not closed
conversations-nobody-waits = The client is not waiting for an answer
conversations-no-such-person = This colleague cannot be given chats
conversations-blocked = The client has blocked us, the message would not arrive
conversations-window-closed = The client was silent for { $hours } hours: the messenger takes no free text any more. Send an approved template, or wait until they write again
conversations-queue-name = Common queue
conversations-queue-in-use = The default queue cannot be deleted
conversations-name-needed = Give a name
conversations-text-needed = Write a text or attach a file
conversations-nobody = nobody yet
visitor = Site visitor
conversations-table-name = Conversations
conversations-table-number = Number
conversations-table-state = State
conversations-table-opened = Opened
conversations-table-closed = Closed
conversations-table-channel = Channel
conversations-table-client = Client
conversations-table-phone = Phone
conversations-table-queue = Queue
conversations-table-assignee = Assignee
conversations-table-answered-by = Answered by
conversations-table-closed-by = Closed by
conversations-table-from-client = Messages from the client
conversations-table-to-client = Messages to the client
conversations-table-first-answer = Time to first answer
conversations-table-open = Open
conversations-table-ended = Closed
conversations-no-such-queue = This queue is not there any more: choose another
conversations-no-such-account = This channel is not there any more, or is named twice
conversations-out-of-range = Give a whole number from { $from } to { $to }
conversations-head-needed = Choose the head of the queue: somebody has to be told when a limit is passed
conversations-overflow-circle = Chats would go round in a circle: { $circle }. Choose another queue
conversations-queue-targeted = “{ $name }” still sends chats here. Change that first
conversations-no-word = There is no word in “{ $word }”
conversations-no-language = “{ $language }” is not a language: write two letters, as in ru or en
conversations-no-conditions = Give at least one condition: words, a channel or a language
conversations-too-many-conditions = At most { $limit } of a kind in one row
conversations-too-many-rules = At most { $limit } rows
conversations-one-target = Choose a queue or a person
conversations-order-twice = A row stands in the order twice
conversations-order-other = The table has changed meanwhile. Look at it and order it again
conversations-backlog = { $count ->
    [one] { $count } client waits
   *[other] { $count } clients wait
}, the longest { $minutes } min
right-conversations-start = Write to clients first
right-conversations-start-about = Begin a talk with somebody who has not written, in channels where this is switched on
conversations-template-needed = In this channel a first message can only be an approved template. Choose one
conversations-template-hidden = A note for colleagues is not sent by template
conversations-cannot-write-first = Nobody can be written to first in this channel
conversations-writing-first-is-off = Writing first is not allowed in this channel. An administrator can switch it on in the channel’s settings
conversations-address-not-for-channel = This channel finds nobody by such an address
conversations-address-malformed = This looks like neither a phone number nor a username nor an e-mail address
conversations-absent = { $address } is not in “{ $channel }”. Nothing was sent{ $others ->
    [none] {""}
   *[other] . You can write through: { $others }
}
conversations-reach-unknown = Whether { $address } is in “{ $channel }” could not be found out. You can send it anyway
conversations-unreachable = { $address } cannot be reached in “{ $channel }” now
conversations-led-by-another = { $name } is already talking to this client here
conversations-no-such-calendar = This calendar is not there any more: choose another
conversations-text-too-long = The text is too long: at most { $limit } characters
conversations-no-such-field = There is no field { $field }
conversations-minutes-needed = Give the minutes after which it is said
conversations-snooze-past = This moment is over: choose a later one
conversations-snooze-far = At most a year ahead
conversations-late = No answer for { $minutes } min
conversations-unresolved = Open for { $minutes } min
conversations-too-many = Too many: { $limit } at most
conversations-audience-needed = Choose at least one department or queue
conversations-ask-label = Give the field a short name, up to { $limit } characters, without braces
conversations-ask-twice = There is a field “{ $label }” already
conversations-ask-choices = The field “{ $label }” needs choices: from 1 to { $limit }
conversations-ask-unused = The field { $field } is not in the text: insert it or remove it
conversations-ask-answer = Fill in “{ $label }”
conversations-ask-number = “{ $label }” takes a number
conversations-ask-choice = “{ $label }” has no such choice
conversations-ask-date = “{ $label }” takes a date
conversations-variant-empty = Other words need both channels and the words
conversations-variant-twice = One channel stands in two variants
