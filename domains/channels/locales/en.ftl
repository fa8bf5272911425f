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
