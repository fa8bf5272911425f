# Settings.
settings-title = Settings
settings-saved = Saved
settings-refresh = Refresh
settings-language-ru = Русский
settings-language-en = English
settings-group-mine = Mine
settings-group-company = Company
settings-group-clients = Clients
settings-group-system = System
settings-profile = Profile
settings-appearance = Appearance and chat
settings-notifications = Notifications
settings-security = Security
settings-people = People
settings-departments = Departments
settings-roles = Roles
settings-workspace = Company
settings-channels = Channels
settings-queues = Queues
settings-templates = Templates
settings-health = Server health
settings-jobs = Failed work
settings-audit = Audit log
picks-none = Nothing found

# Profile and the card of a person
profile-text = This is how colleagues see you. Clients see only the name.
profile-photo-choose = Choose a photo
profile-photo-loading = Uploading, { $percent }%
profile-photo-removed = Photo removed
profile-status-example = On leave until Monday
profile-status-hint = Shown next to your name in chats
person-name = Full name
person-title = Job title
person-email = E-mail
person-extension = Extension
person-extension-short = Ext.
person-phones = Phones
person-phone-n = Phone { $n }
person-phone-add = Add a number
person-phone-remove = Remove the number
person-status = Status
person-department = Department
person-roles = Roles

# Appearance and chat
appearance-text = Every change takes effect at once and follows you to any device.
appearance-look = Look
appearance-language = Language
appearance-language-workspace = As in the company
appearance-theme = Theme
theme-system = System
theme-light = Light
theme-dark = Dark
appearance-density = Density
density-compact = Compact
density-regular = Regular
density-roomy = Roomy
appearance-chat = Chat
appearance-send = Sending a message
appearance-send-enter = Enter
appearance-send-ctrl = Ctrl + Enter
appearance-send-enter-hint = Shift + Enter starts a new line
appearance-send-ctrl-hint = Enter starts a new line
appearance-typing = Show others when I am typing
appearance-typing-hint = Colleagues, and clients where the messenger can show it
appearance-keys = Single-letter keys
appearance-keys-hint = Turn off if you use voice control or press them by accident

# Notifications
notices-text = What to do when somebody writes to you and you are looking elsewhere.
notices-here = While Beseda is open
notices-desktop = Show notices on the desktop
notices-desktop-hint = When off, there is neither a notice in the corner nor a sound
notices-sounds = Sound
notices-sounds-hint = Without it notices stay, in silence
notices-blocked = The browser blocks notices
notices-blocked-how = Click the icon left of the page address and allow notifications for this site.
push-title = When Beseda is closed
push-text = The server sends notices straight to your browser, with nobody in between.
push-here = Send to this device
push-here-hint = Each device is switched on by itself
push-insecure = Browsers allow this over https only. Ask your administrator for a secure address of Beseda.
push-unsupported = This browser cannot do it. On an iPhone, add Beseda to the home screen and open it from there.
push-test = Delivery test
push-test-hint = We send a notice and show every step of its way
push-test-send = Send me a test
push-testing = Testing…
push-test-done = Every step went through. If there is still no notice, look at “Do not disturb” in your system.
push-ms = { $ms } ms
hop-browser = Browser
hop-browser-fix = Another browser or an https address is needed
hop-permission = Your permission
hop-permission-fix = Click the icon left of the page address and allow notifications
hop-worker = Background part of Beseda
hop-worker-fix = Reload the page; if that does not help, switch notices on this device on again
hop-subscription = Subscription of the device
hop-subscription-fix = Turn on “Send to this device”
hop-subscriptions = Your devices on the server
hop-subscriptions-fix = Turn on “Send to this device”
hop-key = Key of the server
hop-key-fix = The key cannot be read: show this page to your administrator
hop-encrypt = Encryption
hop-send = Way to the push service
hop-send-fix = The server could not reach the push service: your administrator should check its way to the internet
hop-push-service = Push service
hop-push-service-fix = The push service refused: turn notices on this device off and on again

# Security
password-title = Password
password-none = You have no password yet. You need one to sign in from outside the office.
password-current = Current password
password-new = New password
password-new-hint = At least 8 characters
password-change = Change password
password-set = Set a password
password-changed = Password changed
totp-title = Second step at sign-in
totp-text = After the password comes a code from your phone, so a password alone is no use to a stranger.
totp-on = On
totp-turn-on = Turn on
totp-turn-off = Turn off
totp-qr = QR code for the code application
totp-secret = The key, if there is no camera at hand
totp-step-app = Open a code application on your phone, such as Aegis, 2FAS or Google Authenticator.
totp-step-scan = Scan this code or type the key below it.
totp-step-link = On the phone already? Tap here.
totp-step-code = Type the six digits the application shows.
totp-code = Code from the application
totp-confirm = Confirm and turn on
totp-on-done = The second step is on
totp-off-done = The second step is off
totp-off-title = Turn the second step off?
totp-off-text = The password alone will be enough to sign in again. Confirm that it is you.
devices-title = Where you are signed in
devices-text = A device you do not know? End its session and change your password.
devices-line = { $address }, active { $moment }
devices-current = This device
devices-end = Sign out
devices-end-title = Sign out there?
devices-end-text = { $name }: coming back takes signing in again.
devices-ended = Signed out
devices-unknown = Unknown program
tokens-title = Keys for programs
tokens-text = With a key a program acts in your name.
tokens-new = New key
tokens-empty = No keys
tokens-empty-text = They connect Beseda to other programs through the API.
tokens-name = What the key is for
tokens-name-example = Export to accounting
tokens-scopes = What it may do
tokens-may-read = Read what you see
tokens-may-write = Write and change in your name
tokens-may-admin = Manage the company
tokens-scope-read = reading
tokens-scope-write = writing
tokens-scope-admin = management
tokens-line = { $scopes }; made { $moment }, not used yet
tokens-line-used = { $scopes }; used { $moment }
tokens-make = Make a key
tokens-made = The key is made
tokens-made-text = Copy it now: it is not shown again.
tokens-revoke = Revoke
tokens-revoke-title = Revoke the key “{ $name }”?
tokens-revoke-text = The program that uses it loses access at once.

# People
people-find = Name, title, phone
people-all-departments = All departments
people-state = Working or gone
people-active = Working
people-inactive = Gone: { $count }
people-none = Nobody found
people-none-text = Check the search and the chosen department.
invite-action = Invite
invite-title = Invite a colleague
invite-email-hint = To tell namesakes apart. You send the link yourself.
invite-make = Get the link
invite-made = The link is ready
invite-made-text = Send it to { $name } by any means. It works once, until { $moment }.
invite-link = Invitation link
invite-more = Invite another
invite-waiting = Waiting for
invite-line = { $email }, the link works until { $moment }
invite-line-late = { $email }, the link stopped working { $moment }
invite-bare = The link works until { $moment }
invite-bare-late = The link stopped working { $moment }
invite-late = Expired
invite-withdraw = Withdraw
invite-withdraw-title = Withdraw the invitation of { $name }?
invite-withdraw-text = The link stops working.
person-access = Access
person-reset = Link for a new password
person-reset-about = If the password is forgotten, send the link: it lets the person set a new one.
person-reset-title = Make a link? { $name }
person-reset-text = It lets one set a new password once. Give it to nobody but the person.
person-off = Close access
person-off-about = Sessions end and signing in is impossible. Messages and conversations stay.
person-off-title = Close access? { $name }
person-off-text = All sessions end at once. Better hand over open conversations first.
person-off-done = Access closed: { $name }
person-is-off = Access closed
person-on = Give access back
person-on-about = Login, roles and department are as they were.
person-gone = There is no such person
person-gone-text = The link may be out of date.
person-gone-back = To all people
departments-text = Queues are given to departments, and colleagues are shown by them.
departments-empty = No departments yet
departments-empty-text = A small company can do without.
department-add = Add a department
department-add-under = Add a department inside
department-edit = Edit the department
department-name = Name
department-parent = Part of
department-top = Nothing, on its own
department-none = No department
department-people = { $count ->
    [0] nobody
    [one] { $count } person
   *[other] { $count } people
}
department-delete-title = Delete the department “{ $name }”?
department-delete-text = { $count ->
    [0] There is nobody in it.
    [one] { $count } person will have no department.
   *[other] { $count } people will have no department.
}

# Roles
roles-text = A role gathers rights. A person may have several roles, and their rights add up.
role-add = New role
role-new = New role
role-name = Name of the role
role-builtin = Built in
role-fixed = A built-in role cannot be changed. If you need a similar one, make your own.
role-line = { $rights ->
    [one] { $rights } right
   *[other] { $rights } rights
}, { $people ->
    [0] given to nobody
    [one] given to { $people } person
   *[other] given to { $people } people
}
role-delete = Delete the role
role-delete-title = Delete the role “{ $name }”?
role-delete-text = { $count ->
    [0] It is given to nobody.
    [one] { $count } person loses it.
   *[other] { $count } people lose it.
}
scope-none = No
scope-only = Yes
scope-own = Own only
scope-group = Own group
scope-all = Whole company

# Company
workspace-name = Name
workspace-name-hint = People see it when they sign in
workspace-language = Main language
workspace-language-hint = For those who have not chosen their own
workspace-zone = Time zone
passwordless-title = Sign-in without a password
passwordless-switch = Allow sign-in without a password from the office
passwordless-hint = For people without one: they choose their name from the list and press “Sign in”.
passwordless-warning = Anybody connected to these networks can sign in under a colleague’s name without a password and read their messages. Name only your office network, never 0.0.0.0/0. Give administrators passwords.
passwordless-networks = From which networks
passwordless-networks-hint = One a line, for example 192.168.1.0/24

# Channels
channels-text = Where clients can write to you. Everything arrives under Clients.
channels-empty = No channels yet
channels-empty-text = Begin with the site: it takes a minute, and you can try a conversation at once.
channels-no-kinds = This server is built without channels
account-connect = Connect
account-connect-kind = Connect: { $kind }
account-choose = Where will clients write from?
account-pending = { $count ->
    [one] { $number } message waits to be sent
   *[other] { $number } messages wait to be sent
}
account-failed = { $count } not sent
account-name = Name
account-name-hint = For colleagues; clients do not see it
account-secret-kept = Stored already. Leave empty to keep it.
account-check = Check
account-check-now = Check now
account-checking = Checking…
account-checked = Checked { $moment }
account-found = All right, this is { $name }
account-work = What to do with requests
account-queue = Queue
account-queue-hint = Its members see new conversations
account-queue-own = Common
reopen-title = A client writes again after closing
reopen-always = Open the same conversation
reopen-within_hours = Open the same one if not much time has passed
reopen-never = Begin a new one
reopen-always-hint = History and number stay the same
reopen-within_hours-hint = After that time a new one begins
reopen-never-hint = Every request gets its own number
reopen-hours = How many hours
account-last-in = Last from a client
account-last-out = Last from you
account-never = Not yet
account-waiting = Waiting to be sent
account-failures = Not sent
account-enabled = The channel works
account-enabled-hint = When paused, messages are neither taken nor sent
account-snippet = Code for the site
account-snippet-text = Put this line on every page of the site, before the closing body tag.
account-demo = No site at hand?
account-demo-open = Try it on a ready page
account-link = Link for clients
account-link-text = Put it on the site, into a mail signature or on a card.
account-delete = Delete the channel
account-delete-about = Conversations stay in history, but cannot be answered.
account-delete-title = Delete the channel “{ $name }”?
account-delete-text = Clients can no longer write to you through it. To stop for a while, pause the channel instead.

# Queues
queues-text = A new conversation comes into a queue. All members see it, and whoever answers first takes it.
queues-empty = No queues yet
queues-empty-text = Without a queue nobody sees new conversations.
queue-add = New queue
queue-edit = Edit the queue
queue-name = Name
queue-departments = Whole departments
queue-members = Single people
queue-policy = The conversation goes to whoever answers the client first.
queue-nobody = No members: nobody sees new conversations
queue-more = { $count } more
queue-delete-title = Delete the queue “{ $name }”?
queue-delete-text = Channels that use it have to be moved to another one first.

# Templates
templates-text = Ready answers. Type “/” and the start of the title in the message line.
templates-own = Mine
templates-all = Common
templates-empty = No templates yet
templates-empty-text = Write down an answer you give every day: the address, the hours, the terms.
template-add = New template
template-edit = Edit the template
template-title = Title
template-title-example = Opening hours
template-body = Text
template-fields = Insert:
template-field-client-first_name = client’s first name
template-field-client-name = client’s full name
template-field-client-company = client’s company
template-field-client-phone = client’s phone
template-field-me-name = my name
template-field-company = our company
template-field-conversation-number = conversation number
template-shared = Common to all
template-shared-hint = Everyone sees it and can send it
template-deleted = Template “{ $title }” deleted

# System
health-text = What the server knows of itself right now.
system-ok = Fine
system-database = Database
system-flush = Writing to disk
system-disk = Disk space
system-version = Version
system-sockets = Connections
system-failed_jobs = Failed work
system-failed_jobs-warning = See what did not work out under “Failed work”.
system-address = Public address
system-address-warning = Not set in the server’s configuration: messengers cannot reach you, and links have to be corrected.
system-certificate = Certificate
system-certificate-warning = There is no valid certificate, or it could not be renewed. The reason stands here; it is tried again by itself.
system-flush-warning = The disk answers slowly, so messages are saved with a delay.
system-disk-warning = Space is running out. Free some while files can still be taken.
jobs-text = What the server tried several times and put aside. Remove the cause and try again.
jobs-empty = All is done
jobs-empty-text = Work the server could not do by itself appears here.
job-line = { $count ->
    [one] { $count } attempt
   *[other] { $count } attempts
}, the last { $moment }
job-replay = Try again
job-replayed = Queued
job-delete-title = Delete this work?
job-delete-text = It will never be done, and cannot be tried again afterwards.
job-deleted = Deleted
audit-text = Who changed what in settings and access.
audit-empty = No entries yet
audit-system = Server
audit-more = Show earlier
audit-me-password_changed = Password changed
audit-me-totp_on = Second step on
audit-me-totp_off = Second step off
audit-me-token_made = New key for programs
audit-workspace-changed = Company data
audit-workspace-set_up = First set-up
audit-people-changed = Card of a person
audit-people-invited = Invitation
audit-people-joined = Joined by invitation
audit-people-reset_link = Link for a new password
audit-people-password_reset = New password by link
audit-people-invitation_withdrawn = Invitation withdrawn
audit-departments-saved = Department changed
audit-departments-deleted = Department deleted
audit-roles-saved = Role changed
audit-roles-deleted = Role deleted
audit-channels-connected = Channel connected
audit-channels-changed = Channel changed
audit-channels-deleted = Channel deleted
audit-queues-saved = Queue changed
audit-queues-deleted = Queue deleted
job-channels-fetch_file = Fetching a file from the messenger
job-demo-fill = Filling with examples
push-absent = Such notices are not set up on this server yet.
nowhere-title = There is nothing at this address
nowhere-text = There may be a slip in the address, or the link has grown old.
nowhere-chats = Go to chats

# The table of notices and quiet hours
ways-title = What to tell, and how
ways-text = At your desk only the window you used last shows a notice. If nobody answers within eight seconds, it goes to the devices where notices are on.
ways-what = Event
way-sound = Sound
way-corner = In the page’s corner
way-desktop = On the desktop
way-push = To devices
way-email = E-mail
way-cell = { $row }: { $way }
ways-no-email = E-mail is not connected: the server has no mail server (SMTP) set, so there is nothing to send letters with.
way-row-direct = A message to me alone
way-row-group = A message in a group
way-row-mention = A mention
way-row-reply = An answer to my message
way-row-reaction = A reaction to my message
way-row-message = A client’s message
way-row-queue = A client in the queue
way-row-assigned = A conversation was handed to me
way-row-observer = I became an observer
way-row-failed = A message did not go
way-row-channel = A channel broke
way-row-reminder = A reminder
way-row-report = A report of a message
way-row-task = A task
way-row-comment = A comment on my task
way-row-finished = A task I set is finished
quiet-title = Quiet hours
quiet-text = No notices come then; what is unread is counted as ever.
quiet-on = Keep quiet hours
quiet-zone = Time zone
quiet-days = Timetable
quiet-from = { $day }: from
quiet-to = { $day }: until
quiet-all-day = all day
quiet-dates = Days that differ
quiet-date = Date
quiet-date-kind = What that day is
quiet-date-quiet = Quiet all day
quiet-date-loud = Notices as usual
quiet-add = Add
quiet-remove = Remove: { $what }
quiet-pass = What passes all the same
quiet-pass-kinds = Events
quiet-pass-people = Colleagues
quiet-pass-chats = Chats
quiet-pass-choose = Choose…
quiet-save = Save quiet hours
quiet-saved = Quiet hours are saved
hop-desk = Open windows of Beseda
hop-decision = The server’s decision: a message to you alone would go to your devices
hop-decision-fix = Just now the server would not send it to your devices: look at the table, the quiet hours and the switch above
settings-reports = Reports
reports-text = Messages that colleagues reported. Decide what to do about them and their author, then mark the report as done.
reports-spam = Spam
reports-abuse = Abuse or bullying
reports-secret = Secret or personal data
reports-other = Something else
reports-done = Done
reports-empty = No reports
reports-empty-text = A message is reported from its menu.
appearance-scroll = Always scroll to the newest message
appearance-scroll-hint = A new message is shown at once, also while you read older ones

# Behaviour of the program, the base
settings-behaviour = Behaviour
behaviour-text = How the program's window behaves on this computer.
behaviour-panel = Panel
behaviour-panel-text = A small window with colleagues and chats beside other programs. It can be installed by itself from the browser's menu.
behaviour-window = Window
behaviour-minimised = Start minimised
behaviour-minimised-hint = A browser cannot do this: it will be in the desktop application.
behaviour-close = Minimise on close
behaviour-close-hint = A browser cannot do this: a closed tab is closed. It will be in the desktop application.
behaviour-top = Always on top
behaviour-top-hint = A browser cannot do this: it will be in the desktop application.
behaviour-system = Start with the system
behaviour-system-hint = A page cannot do this. An installed web app can sometimes be set to start by itself in the browser's settings.
behaviour-double = Call on double click in Employees
behaviour-double-hint = There are no calls yet: the switch will work together with telephony.
base-title = Business base
base-text = Chats work once a base with employees is registered.
base-own = Business base connected
base-own-text = Beseda's own base is registered at install.
base-own-good = Connected
base-http = Base answers over HTTP
base-http-text = The check asks the server at its public address, as another program would.
base-http-good = { $address } answers.
base-check = Check
base-good = Answers
base-unknown = Nothing to ask
base-bad = Does not answer
base-fault-no_address = No public address is set. Put base_url into the configuration file and restart the server.
base-fault-address = The address is not written right: { $address }
base-fault-name = The name in { $address } is not found. Check the DNS record.
base-fault-refused = Nobody takes connections at { $address }. Check the port, the proxy and the firewall.
base-fault-certificate = The certificate of { $address } does not fit: it has run out, is for another name, or is not trusted.
base-fault-silent = { $address } did not answer within 10 seconds.
base-fault-other = Something other than Beseda answers at { $address }. Check where the proxy leads.
base-fault-not_ready = { $address } answers, but the base takes no changes.
base-fault-no_web = { $address } answers, but the web client is not published.
base-mode = Connection mode
base-mode-text = The own base and chats work in one web service, so there is nothing to choose. An outside base needs the web service for chats too: with long polling or a local component chats do not work.
base-mode-web = Web service
base-outside = Outside base (1C)
base-outside-text = Connecting an outside base is not made yet: it will have a registration code and a check of its login.
base-outside-later = Later
