# Words that every screen needs.
product = Beseda
close = Close
cancel = Cancel
save = Save
retry = Try again
undo = Undo
done = Done
add = Add
remove = Remove
delete = Delete
edit = Edit
copy = Copy
copied = Copied
open = Open
back = Back
search = Search
loading = Loading
more = More
more-emoji = More emoji
today = Today
yesterday = Yesterday
yesterday-short = yesterday
moment-said = { $kind ->
    [time] at { $when }
    [tuesday] on { $when }
    [weekday] on { $when }
   *[date] { $when }
}
span-now = just now
span-minutes = { $minutes } min
span-hours = { $hours } h
span-hours-minutes = { $hours } h { $minutes } min
span-days = { $days } d
presence-online = Online
presence-away = Away
presence-offline = Offline
error-unknown = Something went wrong on this page. Reload it and try again.
error-network = The server does not answer. Check the network and try again.
error-server = The server could not handle this. Try again in a minute.
error-refused = The server refused (code { $status }).
error-reference = { $title } Reference for the administrator: { $reference }
boot-away-title = The Beseda server does not answer
boot-away-text = We could not reach it. Check your network; if that is fine, tell your administrator.
password-show = Show password
password-hide = Hide password
load-failed = This did not load
denied-title = You have no access here
denied-text = An administrator gives rights under “Roles”.
field-required = Please fill in this field
field-email = This does not look like an e-mail address. For example: anna@daisy.com
field-url = The whole address is needed, for example https://daisy.com
field-short = { $count ->
    [one] At least { $count } character is needed
   *[other] At least { $count } characters are needed
}
field-long = { $count ->
    [one] No more than { $count } character fits
   *[other] No more than { $count } characters fit
}
field-number = Enter a whole number
field-range = Enter a number from { $min } to { $max }
field-wrong = This value does not fit
reload = Reload
part-missing = This part did not load. Check the network, or reload the page.
notice-reminder = Reminder · { $name }
