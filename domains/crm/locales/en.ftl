right-contacts-edit = Clients
right-contacts-edit-about = See the list of clients and change their cards
crm-name-needed = Give the client's name
crm-bad-email = This does not look like an e-mail address
crm-bad-phone = “{ $phone }” does not look like a phone number
crm-too-many-phones = At most ten phones
crm-too-long = Too long
crm-no-such-person = This person cannot be responsible for clients: they have left, or are a guest
