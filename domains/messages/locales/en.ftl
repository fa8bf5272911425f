messages-twice = The same is being done already. Try again
messages-empty = Write something or attach a file
messages-too-long = The message is longer than { $limit } characters. Send it as a file
messages-too-many-files = A message takes at most { $limit } files
messages-cannot-edit = Only your own message that is not deleted can be changed
messages-bad-emoji = This is not a reaction
messages-no-such-reply = The message you answer was deleted
messages-query-needed = Type at least one letter or digit
