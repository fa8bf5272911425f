push-test = Connection test: notifications work
notifications-bad-subscription = The browser's subscription cannot be read
