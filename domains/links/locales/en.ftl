links-no-address = Short links lead through this server, and it has no public address. Set base_url in the server's configuration
links-bad-site = “{ $site }” does not look like a site. Write, for example, shop.example
links-bad-visitor = This did not come from our pixel
links-bad-url = This address cannot be given away: links to a site, mail, a telephone and messengers can
links-too-many = There are 1000 links already. Remove those that hang nowhere any more
