right-channels-manage = Channels
right-channels-manage-about = Connect messengers and the widget, set up queues
right-channels-spend = Paid messages
right-channels-spend-about = Write to clients through channels where the company pays for each message, such as SMS
channels-no-such-kind = There is no such channel
channels-setting-required = Fill in this field
channels-setting-malformed = This value does not fit
channels-setting = Check this field
channels-empty-message = There is nothing to send
channels-text-refused = This channel carries no text
channels-file-empty = The file is empty
channels-file-too-large = The file is too large for this channel: at most { $limit } MB
channels-file-refused = This channel does not carry files of this kind
channels-cannot-edit = A sent message cannot be changed in this channel
channels-cannot-delete = A sent message cannot be deleted in this channel
channels-cannot-react = This channel has no reactions
channels-nothing-to-retry = There is nothing to retry: the message was sent
channels-bad-proxy = This is not a proxy's address. Write, for example, socks5h://proxy.example:1080
channels-may-have-arrived = This message may have arrived: send it again only if you are sure
channels-no-history = This messenger keeps no history that could be compared
channels-too-often = Too many messages in a row. Wait { $seconds } s
channels-account-in-use = The channel was deleted, its talks are kept
channels-bad-name = Give the channel a name
channels-disabled = The channel is switched off. An administrator can switch it on
channels-costs-money = Each message here costs money. Those may write whom an administrator gave the right “Paid messages”
channels-unread-hold = Not sent: the part before it did not arrive
event-file-failed = The file “{ $name }” could not be fetched from the messenger
notice-channel-broken = The channel does not work: messages to clients wait
notice-failed = A message was not delivered
channels-cannot-write-first = This channel cannot write first
channels-no-templates = This channel has no templates. For WhatsApp, enter the ID of the WhatsApp Business account in its settings
channels-messenger-refused = The messenger refused: { $words }
channels-messenger-silent = The messenger does not answer now. Try again in a minute
channels-template-unknown = This template is gone. Choose another
channels-template-not-approved = The template “{ $name }” cannot be sent now: it is not approved, or paused
channels-template-value-missing = Fill in every field of the template: “{ $place }” is empty
channels-template-value-strange = The template has no field “{ $place }”
channels-template-value-malformed = The value of “{ $place }” will not do: it may hold no line breaks, no tabs and no more than four spaces in a row
channels-template-too-long = With these values the text is longer than 1024 characters
channels-template-file-needed = This template needs a file: { $kind ->
    [image] a picture
    [video] a video
   *[other] a document
}
channels-template-file-refused = This file does not fit the template
channels-template-not-for-us = This template can only be sent from the messenger’s own site
channels-template-field = The messenger will not take this value
channels-desk-stays = A desk of colleagues does not become a channel of clients, nor the other way about: connect another account for that
channels-cannot-ask-phone = This channel cannot ask for a number by a button
channels-sign-in-first = Sign in to the account first
channels-sign-in-many = Too many sign-ins were begun at once. Wait { $seconds } s
channels-sign-in-over = This sign-in is finished or out of date. Begin again
channels-sign-in-wrong-code = The code did not fit. Check the digits and enter it again
channels-sign-in-wrong-password = The password did not fit. It is the password of two-step verification, not the code from the message
channels-sign-in-code-expired = The code is out of date. Begin again and a new one comes
channels-sign-in-banned = The messenger has banned this number. It cannot be signed in with
channels-sign-in-bad-number = The messenger does not take this number. Check it
channels-sign-in-no-account = This number has no account. Create it on a phone first
channels-sign-in-bad-application = The messenger does not know this application: check api_id and api_hash
channels-sign-in-wait = Too many attempts. The messenger asks to wait { $seconds ->
    [one] { $seconds } second
   *[other] { $seconds } seconds
}
channels-sign-in-refused = Signing in did not work. The messenger answered: { $words }
channels-needs-login = The session has ended: sign in to the account again
channels-no-choice = In this channel all chats are work, there is nothing to choose
channels-no-duty = This channel does not show what is written on the phone: nobody need be on duty
channels-duty-left = Only somebody who works here can be on duty
channels-written-elsewhere = This message was written in the messenger itself. It can be changed or deleted there
notice-strangers-limited = The messenger limited new acquaintances: this account writes first to nobody for a day
