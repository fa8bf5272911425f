push-hop-subscription = This browser's subscription
push-hop-sent = Sending to the push service
push-none = No browser is subscribed. Turn notifications on in this window
push-accepted = The push service took the message: it should appear on your screen
push-test = Connection test: notifications work
notifications-bad-subscription = The browser's subscription cannot be read
