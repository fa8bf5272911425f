//! Reading multipart forms, just enough to be strict about them.

use bytes::Bytes;

/// A file of a form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SeenFile {
    /// Name of the form's field.
    pub field: String,
    /// Name of the file.
    pub name: String,
    /// Type as told.
    pub mime: String,
    /// Its bytes.
    pub bytes: Bytes,
}

type Fields = Vec<(String, String)>;

/// Fields and files of a form; none if it is malformed.
pub fn read(content_type: &str, body: &Bytes) -> Option<(Fields, Vec<SeenFile>)> {
    let boundary = content_type.split("boundary=").nth(1)?.trim_matches('"');
    let mark = format!("--{boundary}");
    let (mut fields, mut files) = (Vec::new(), Vec::new());
    let mut at = find(body, mark.as_bytes(), 0)? + mark.len();
    loop {
        if body.get(at..at + 2)? == b"--" {
            return Some((fields, files));
        }
        let head_end = find(body, b"\r\n\r\n", at)?;
        let head = std::str::from_utf8(&body[at + 2..head_end]).ok()?;
        let next = find(body, format!("\r\n{mark}").as_bytes(), head_end + 2)?;
        let content = body.slice(head_end + 4..next);
        let field = value(head, " name=\"")?;
        match value(head, "filename=\"") {
            Some(name) => {
                let mime = head
                    .lines()
                    .find_map(|line| line.strip_prefix("Content-Type: "));
                let mime = mime.unwrap_or_default().to_owned();
                files.push(SeenFile {
                    field,
                    name,
                    mime,
                    bytes: content,
                });
            }
            None => fields.push((field, String::from_utf8(content.to_vec()).ok()?)),
        }
        at = next + 2 + mark.len();
    }
}

fn find(body: &[u8], what: &[u8], from: usize) -> Option<usize> {
    let rest = body.get(from..)?;
    let first = *what.first()?;
    let mut at = 0;
    // By the first byte, so that forms of many megabytes are quick in a debug build too.
    while let Some(found) = rest[at..].iter().position(|b| *b == first) {
        at += found;
        if rest[at..].starts_with(what) {
            return Some(from + at);
        }
        at += 1;
    }
    None
}

fn value(head: &str, key: &str) -> Option<String> {
    let rest = &head[head.find(key)? + key.len()..];
    let (mut out, mut escaped) = (String::new(), false);
    for c in rest.chars() {
        match c {
            '\\' if !escaped => escaped = true,
            '"' if !escaped => return Some(out),
            c => {
                escaped = false;
                out.push(c);
            }
        }
    }
    None
}
