push-test = Connection test: notifications work
notifications-bad-zone = There is no such time zone
notifications-bad-hours = Quiet hours are seven days, Monday to Sunday, each from one minute of the day to another
notifications-bad-date = This is not a date
notifications-too-many-exceptions = There are too many exceptions: at most { $limit } of each kind
notifications-no-such-row = There is no such kind of notice
notifications-bad-subscription = The browser's subscription cannot be read
