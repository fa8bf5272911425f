//! Connected messenger accounts: secrets, health, raw events, peers, outbox, the widget's socket.
