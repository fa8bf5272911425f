files-too-large = The file is larger than { $limit } MB
files-disk-full = The server's disk is full, the file was not saved
files-bad-name = The file has no name
files-not-ready = The file is still being fetched from the messenger
files-cut = The upload was cut. Send the file again
files-not-a-picture = This is not a picture that can be shown
files-too-slow = The file came too slowly and was given up. Try again over a better connection
