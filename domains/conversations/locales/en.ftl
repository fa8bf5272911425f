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
conversations-queue-name = Common queue
conversations-queue-in-use = The default queue cannot be deleted
conversations-name-needed = Give a name
conversations-text-needed = The template is empty
conversations-nobody = nobody yet
visitor = Site visitor
