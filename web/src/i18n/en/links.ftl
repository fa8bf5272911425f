# Short links and the pixel of the site.
links-text = The server can put short addresses into messages to clients and see who follows them.
links-no-base = Short links lead through this server, and it has no public address. Set base_url in the server’s configuration.
links-channels = Shorten links
links-channels-text = In which channels. It can be switched for one message beside the input.
links-lost = Clicks are not seen: the pixel cannot tie a visitor to a client or point out duplicates.
links-no-channels = No channels yet
links-no-channels-text = Connect a messenger or the widget, and its switch will stand here.
links-pixel = Pixel of the site
links-pixel-text = A line of code on your pages ties a visitor to the client who followed a link or wrote in the widget. If these are two contacts, the server offers to merge them. No cookie; nothing people type on the site is sent.
links-sites = Sites
links-sites-hint = One in a line: shop.example. Subdomains belong to it.
links-snippet = Paste before </body>
links-switch = Short link
links-switch-on = The client gets a short address, and the click is seen in the chat
links-switch-off = The client gets the address as it is: a click is not seen
links-sent = Links
links-clicks = { $count ->
    [0] not opened
    [one] { $count } click
   *[other] { $count } clicks
}
links-robots = { $count ->
    [one] looked at by a robot { $count } time
   *[other] looked at by robots { $count } times
}
links-visits = Seen on the site
