-- Who stands on which bytes: asked before bytes are removed.
CREATE INDEX files_by_bytes ON files (sha256);
CREATE INDEX files_by_preview ON files (preview_sha256);
