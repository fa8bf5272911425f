# Files, voice, scans: what is put to a message and found again later.
upload-list = Files of the message
upload-going = { $part } of { $size }
upload-paused = Paused, { $part }
upload-offline = Waiting for the connection
upload-failed = Not uploaded
upload-pause = Pause: { $name }
upload-resume = Resume: { $name }
upload-retry = Try again: { $name }
upload-remove = Remove: { $name }
upload-cancel = Cancel the upload: { $name }
upload-as-photo = Send as a photo
upload-as-file = Send as a file
voice-title = Recording a voice message
voice-cancel = Delete the recording
voice-asking = Waiting for the microphone to be allowed
voice-recording = Recording
voice-hold = Let go to send
voice-lock = Record without holding
voice-stop = Stop and listen
voice-send = Send the voice message
voice-none = It could not be recorded.
voice-denied = The microphone is not allowed. Allow it in the browser's settings for this site and try again.
voice-missing = No microphone was found. Connect one and try again.
voice-lost = The microphone was disconnected. What was recorded until then is kept.
voice-unsupported = This browser cannot record sound.
shelf-media = Media
shelf-files = Files
shelf-links = Links
shelf-voice = Voice
shelf-no-media = No photos or videos yet
shelf-no-files = No files yet
shelf-no-links = No links yet
shelf-no-voice = No voice messages yet
shelf-none-text = What is sent to this chat gathers here.
shelf-failed = It did not load
shelf-more = Show more
shelf-to-message = To the message: { $name }
scan-title = Pages into one PDF
scan-name = Scan
scan-empty = Add pages
scan-empty-text = Choose pictures of the pages from a scanner or a camera. They can be turned, cropped and put in order.
scan-empty-phone = Take a picture of each page. Each can be turned and cropped.
scan-choose = Choose pictures
scan-shoot = Take a picture
scan-add = Add a page
scan-page = Page { $n }
scan-rotate = Turn to the right
scan-earlier = Move earlier
scan-later = Move later
scan-whole = No crop
scan-remove = Remove the page
scan-edge-top = Top edge
scan-edge-right = Right edge
scan-edge-bottom = Bottom edge
scan-edge-left = Left edge
scan-file-name = Name of the file
scan-make = { $count ->
    [one] Make a PDF of { $count } page
   *[other] Make a PDF of { $count } pages
}
scan-ready = { $count ->
    [one] The PDF is ready: { $count } page, { $size }
   *[other] The PDF is ready: { $count } pages, { $size }
}
scan-open = Open in a new tab
scan-attach = Attach to the message
scan-failed = The PDF could not be made: the pictures may be too large
scan-not-picture = “{ $name }” could not be opened as a picture
segments-count = { $signs ->
    [one] { $signs } character — { $parts } SMS
   *[other] { $signs } characters — { $parts } SMS
}
segments-price = { $price } for each
