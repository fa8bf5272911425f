"""What Schemathesis has to be told of our document: the bytes of a piece of an upload (tus 1.0) are bytes like any other."""

import schemathesis

schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
