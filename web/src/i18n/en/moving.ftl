moving-text = History from your former messenger, and an archive of your own chats.
moving-in = Bring history in
moving-in-text = The archive is only read first: you see who and what is in it, and nothing changes until you decide.
moving-format = Where the archive is from
moving-format-slack = Slack
moving-format-mattermost = Mattermost
moving-format-rocketchat = Rocket.Chat
moving-format-telegram = Telegram
moving-format-beseda = Beseda
moving-how-slack = The zip of “Export data” of your Slack workspace. Files in it are links only and stay links.
moving-how-mattermost = The zip made by mmctl export create --attachments.
moving-how-rocketchat = A zip of the collections users, rocketchat_room, rocketchat_subscription and rocketchat_message written by mongoexport, with the folder of stored files if you have it. The zip of “Export messages” of a room works too.
moving-how-telegram = The result.json that Telegram Desktop exported, or its whole folder packed as a zip, so that files come too.
moving-how-beseda = An archive exported from this or another Beseda.
moving-choose = Choose an archive…
moving-uploading = Sending “{ $name }”
moving-imports = Archives
moving-out = Take chats out
moving-out-text = All chats of colleagues as one zip that Beseda can read in again.
moving-out-in = Groups with their topics, files, reactions, edits, and the names of people.
moving-out-direct = Direct chats of all colleagues and their notes to themselves are in it as well. Keep the archive as carefully as the chats themselves.
moving-out-not = Chats with clients are not in it.
moving-out-one = One chat is exported from its own menu.
moving-take-all = Export all chats…
moving-all-title = Export all chats of the company?
moving-all-text = Direct chats of all colleagues will be in the archive too, also those you cannot read here. That you exported them will stand in the audit log.
moving-all-do = Export
moving-one-chat = A direct chat
moving-all-chats = All chats
moving-download = Download
moving-making = { $done } of { $total } chats
moving-export-failed = not made
moving-state-looking = being read
moving-state-refused = cannot be read
moving-state-ready = waits for you
moving-state-running = being imported
moving-state-failed = stopped
moving-state-done = imported
moving-state-leaving = being taken back
moving-state-taken_back = taken back
moving-steps = Steps
moving-step-read = Reading
moving-step-people = Who is who
moving-step-run = Import
moving-step-done = Done
moving-looking = The archive is read to its end, nothing is changed
moving-may-leave = You may close this page: it goes on by itself.
moving-running = Chats are being imported
moving-leaving = Imported chats are being removed
moving-run = Import
moving-open-chats = Open chats
moving-stop = Stop
moving-resume = Resume
moving-back = Take back
moving-back-title = Remove all that came from this archive?
moving-back-text = Its chats and messages vanish for everybody. People added as former colleagues stay.
moving-place = In the archive: { $place }
moving-refused-text = Nothing was imported. Mend the archive or make it anew, and bring it again.
moving-taken-back-text = The chats of this archive are gone. It can be brought again at any time.
moving-made = Imported
moving-made-so-far = Imported so far
moving-already = { $count ->
        [one] { $count } message was here already
       *[other] { $count } messages were here already
    }
moving-found = What is in the archive
moving-fact-chats = Chats
moving-fact-topics = Topics
moving-fact-messages = Messages
moving-fact-files = Files
moving-fact-people = People
moving-fact-former = Former colleagues
moving-fact-bytes = Size of files
moving-left-will = Will be left out
moving-left = Left out
moving-mended = { $count ->
        [one] { $count } document is in a wrong encoding: some letters will be replaced
       *[other] { $count } documents are in a wrong encoding: some letters will be replaced
    }
moving-people = Who is who
moving-people-text = Messages of colleagues become theirs. A former colleague has a name but cannot sign in.
moving-people-sum = Known: { $known }, former: { $former }, name only: { $names }.
moving-becomes = Who { $name } becomes
moving-former = Former colleague
moving-name-only = Only a name on messages
moving-bot = a bot
moving-more = Show more: { $count }
moving-count =
    { $count ->
        [one] { $count } message
       *[other] { $count } messages
    }
moving-by-before = known from an earlier import
moving-by-email = known by e-mail
moving-by-login = known by login
moving-by-name = known by name
moving-chats = Chats
moving-chats-lonely = { $count ->
        [one] { $count } chat stays out: none of today's colleagues is in it.
       *[other] { $count } chats stay out: none of today's colleagues is in them.
    }
moving-nobody = stays out
moving-chat = Chat
moving-members = Members
moving-messages = Messages
moving-files = Files
moving-left-service = Service lines: who joined, what was renamed
moving-left-empty = Messages without words and files
moving-left-reaction = Reactions without an emoji we know or without names
moving-left-file-missing = Files that are not in the archive
moving-left-file-by-link = Files of which the archive has only a link: the link stays in the message
moving-left-file-too-large = Files larger than allowed here
moving-left-unknown-kind = Entries of an unknown kind
moving-left-unknown-chat = Messages of chats that are not in the archive
moving-left-without-time = Messages without a time
moving-left-own-emoji = Custom emoji
moving-left-chat-nobody-sees = Chats none of today's colleagues is in
moving-left-message-of-no-chat = Messages of such chats
moving-left-client-chat = Talks with clients
moving-left-message-of-client = Messages of talks with clients
moving-left-encrypted = Messages encrypted end to end
moving-chat-started = The chat is being exported, the file will save itself
moving-chat-done = The chat is exported
moving-chat-failed = The chat could not be exported
moving-remove = Delete the archive
moving-remove-title = Delete the archive?
moving-remove-text = The archive file and its report will be gone. Chats do not change.
moving-remove-done-text = The archive file will be gone and its disk space free. The imported chats stay, and the import can still be taken back.
moving-remove-export-text = It cannot be downloaded any more. Chats do not change.
moving-archive-removed = The archive file was deleted.
moving-upload-waits = No connection. The upload will go on by itself
moving-upload-pause = Pause
moving-upload-resume = Resume
