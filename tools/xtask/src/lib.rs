//! Developer's commands: openapi, licences, new-domain, new-channel.
