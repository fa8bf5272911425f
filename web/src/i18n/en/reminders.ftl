# The reminder window, the snooze window and the list of reminders.
reminder-title = Reminder: { $when }
reminder-title-none = Reminder: no time chosen
reminder-time = Time
reminder-preset-today = Today
reminder-preset-tomorrow = Tomorrow
reminder-preset-day_after_tomorrow = The day after tomorrow
reminder-preset-hour = In 1 hour
reminder-preset-three_hours = In 3 hours
reminder-preset-eight_hours = In 8 hours
reminder-preset-week = In a week
reminder-preset-month = In a month
reminder-presets = When to remind
reminder-today-is-over = Today is nearly over
reminder-past = This time has passed
reminder-reset = Reset
reminder-ok = OK
reminder-saved = We will remind you { $day ->
    [today] today
    [tomorrow] tomorrow
    [mon] on Monday, { $date }
    [tue] on Tuesday, { $date }
    [wed] on Wednesday, { $date }
    [thu] on Thursday, { $date }
    [fri] on Friday, { $date }
    [sat] on Saturday, { $date }
   *[sun] on Sunday, { $date }
} at { $time }
reminder-removed = The reminder is gone
reminder-calendar = Calendar
reminder-month-before = Previous month
reminder-month-after = Next month
snooze-title = Reminder
snooze-for = Hours to snooze for
snooze-do = Snooze
snooze-remind = Remind on another day
snooze-never = Do not notify
snooze-hours-wrong = A whole number from 1 to 8784
reminders-due = Due
reminders-later = To come
reminders-empty-title = No reminders
reminders-empty-text = Open a message’s menu and choose “Reminder…”, or press Ctrl and the full stop: at the minute you choose the message comes back to you.
reminders-unavailable = The message is no longer available to you
reminders-change = Change the time
reminders-open = Open the message
# Sound and silence of one chat.
switches = Sound and notifications
switch-sound = Sound of messages
switch-mute-hour = Mute for an hour
switch-mute-tomorrow = Mute till tomorrow
switch-mute-forever = Mute for ever
switch-unmute = Notify again
switch-unmute-until = Notify again (muted until { $when })
