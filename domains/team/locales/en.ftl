right-team-write = Write to colleagues
right-team-write-about = Make chats and write in them
team-title-needed = Give the chat a name
team-members-needed = Choose at least one colleague
team-no-such-person = There is no such colleague, or they have left
team-not-a-group = This can be done in a group chat only
team-owner-only = Only the person who made the chat may rename it and remove people
