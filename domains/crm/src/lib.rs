//! Contacts and their identities.
