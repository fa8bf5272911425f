//! Stories of F11: a corpus of hostile uploads, made here. Whatever comes in, it goes out as an attachment or as a
//! picture drawn anew, under a policy that runs nothing; no name leaves the folder; memory stays within bounds.

use crate::{
    app::{Caller, Visitor, connect_widget},
    story,
};
use reqwest::header;
use serde_json::Value;
use std::{io::Write, path::Path};

/// What begins a file of each kind that browsers or people trust.
const HEADS: &[(&str, &[u8])] = &[
    ("png", b"\x89PNG\r\n\x1a\n"),
    ("jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0"),
    ("gif", b"GIF89a\x01\0\x01\0\0\0\0"),
    ("webp", b"RIFF\x24\0\0\0WEBPVP8 "),
    ("pdf", b"%PDF-1.7\n"),
    ("zip", b"PK\x03\x04\x14\0\0\0\x08\0"),
    ("mp4", b"\0\0\0\x18ftypmp42\0\0\0\0"),
    ("mp3", b"ID3\x03\0\0\0\0\0\0"),
    ("ogg", b"OggS\0\x02\0\0\0\0\0\0\0\0"),
    ("exe", b"MZ\x90\0\x03\0\0\0"),
    ("bmp", b"BM\x3a\0\0\0\0\0\0\0"),
    ("ico", b"\0\0\x01\0\x01\0"),
    ("swf", b"FWS\x06\0\0\0\0"),
    ("none", b""),
];
/// What a browser would run, if it took the file for a page.
const BODIES: &[&str] = &[
    "<script>alert(1)</script>",
    "<html><body onload=alert(1)>",
    "<!DOCTYPE html><img src=x onerror=alert(1)>",
    "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"><script>alert(1)</script></svg>",
    "<?xml version=\"1.0\"?><?xml-stylesheet type=\"text/xsl\" href=\"#x\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"><script>alert(1)</script></html>",
    "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><x>&a;</x>",
    "alert(1)//*/=1;/*",
    "\u{feff}  <HTML><SCRIPT>alert(1)</SCRIPT>",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
];
/// What a name must not do.
const NAMES: &[&str] = &[
    "../../etc/passwd",
    "..\\..\\windows\\system32\\x.dll",
    "/etc/passwd",
    "C:\\x.txt",
    "~/.ssh/authorized_keys",
    "....//....//x",
    "%2e%2e%2f%2e%2e%2fx",
    "x\0.png",
    "x\r\nSet-Cookie: a=b.txt",
    "x\"; filename=\"y.html",
    ".htaccess",
    "con.txt",
    "photo\u{202e}gpj.exe",
    "photo.jpg                                        .exe",
    ".",
    "..",
    "files",
    "secret.key",
    "beseda.sqlite",
    "<img src=x onerror=alert(1)>.png",
];
const ENDINGS: &[&str] = &["png", "jpg", "svg", "html", "pdf", "js", "txt"];

struct Bad {
    name: String,
    bytes: Vec<u8>,
}

/// A picture's head that claims a canvas of any size.
fn claims(width: u32, height: u32) -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(1, 1)
        .write_to(&mut out, image::ImageFormat::Png)
        .unwrap();
    let mut bytes = out.into_inner();
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = crc(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&sum.to_be_bytes());
    bytes
}

/// The checksum of PNG, so that only the size is a lie.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |mut sum: u32, byte| {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 {
                sum >> 1 ^ 0xedb8_8320
            } else {
                sum >> 1
            };
        }
        sum
    })
}

/// A picture of one colour: a few kilobytes that become many megabytes when drawn.
fn blank(side: u32) -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    image::GrayImage::new(side, side)
        .write_to(&mut out, image::ImageFormat::Png)
        .unwrap();
    out.into_inner()
}

/// An archive that claims to hold more than any disk: a local head, a directory and its end, sizes of four gigabytes.
fn archive_bomb(entries: u16) -> Vec<u8> {
    let mut out = Vec::new();
    for n in 0..entries {
        let name = format!("../../{n}.txt");
        let length = u16::try_from(name.len()).unwrap();
        out.write_all(b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0\x10\0\0\0\xff\xff\xff\xff")
            .unwrap();
        out.write_all(&length.to_le_bytes()).unwrap();
        out.write_all(&[0, 0]).unwrap();
        out.write_all(name.as_bytes()).unwrap();
        out.write_all(&[0xed; 16]).unwrap();
    }
    out.write_all(b"PK\x05\x06\0\0\0\0").unwrap();
    out.write_all(&entries.to_le_bytes()).unwrap();
    out.write_all(&entries.to_le_bytes()).unwrap();
    out.write_all(&[0; 10]).unwrap();
    out
}

fn corpus() -> Vec<Bad> {
    let mut all = Vec::new();
    let mut add = |name: String, bytes: Vec<u8>| all.push(Bad { name, bytes });
    // Polyglots: the head of one kind, the body of a page, a name of a third.
    for (n, (kind, head)) in HEADS.iter().enumerate() {
        for (m, body) in BODIES.iter().enumerate() {
            let ending = ENDINGS[(n + m) % ENDINGS.len()];
            add(
                format!("{kind}-{m}.{ending}"),
                [head, body.as_bytes()].concat(),
            );
        }
    }
    // Pages under the name of everything else.
    for (m, body) in BODIES.iter().enumerate() {
        for ending in ENDINGS {
            add(format!("page-{m}.{ending}"), body.as_bytes().to_vec());
        }
    }
    for name in NAMES {
        add((*name).to_owned(), b"<script>alert(1)</script>".to_vec());
        add((*name).to_owned(), claims(2, 2));
    }
    for (width, height) in [
        (u32::MAX, u32::MAX),
        (100_000, 100_000),
        (65_535, 65_535),
        (1, 2_000_000_000),
        (0, 0),
        (16_001, 1),
    ] {
        add(format!("{width}x{height}.png"), claims(width, height));
    }
    for side in [4_000, 9_000, 15_000] {
        add(format!("blank-{side}.png"), blank(side));
    }
    for entries in [1, 100, 5_000] {
        add(format!("bomb-{entries}.zip"), archive_bomb(entries));
    }
    all
}

async fn get(who: &Caller, url: String) -> reqwest::Response {
    who.http
        .get(url)
        .header(header::COOKIE, &who.cookie)
        .send()
        .await
        .unwrap()
}

/// What every answer with somebody's bytes has to say.
fn is_safe(answer: &reqwest::Response, drawn_anew: bool, what: &str) {
    let text = |name: &str| {
        let value = answer
            .headers()
            .get(name)
            .unwrap_or_else(|| panic!("{what}: no {name}"));
        value.to_str().unwrap().to_owned()
    };
    let (kind, place) = (text("content-type"), text("content-disposition"));
    assert_eq!(text("x-content-type-options"), "nosniff", "{what}");
    assert!(
        text("content-security-policy").contains("sandbox"),
        "{what}"
    );
    let shown = [
        "image/png",
        "image/jpeg",
        "image/gif",
        "image/webp",
        "application/pdf",
    ]
    .contains(&kind.as_str())
        || kind.starts_with("video/")
        || kind.starts_with("audio/");
    assert!(
        place.starts_with("attachment; ")
            || (shown && (drawn_anew || place.starts_with("inline; "))),
        "{what}: {kind} {place}"
    );
    assert!(
        shown || kind == "application/octet-stream",
        "{what}: {kind}"
    );
    assert!(
        !place.contains(['\r', '\n', '/', '\\']) && !place.contains(".."),
        "{what}: {place}"
    );
}

/// All that lies in the data folder, to see that nothing came to lie elsewhere.
fn outside_of(folder: &Path) -> Vec<String> {
    let names = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = names
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// The names of all files below a folder.
fn every_name(folder: &Path) -> Vec<String> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            all.extend(every_name(&entry.path()));
        } else {
            all.push(entry.file_name().into_string().unwrap());
        }
    }
    all
}

fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|l| l.starts_with("VmHWM")).unwrap();
    line.split_whitespace()
        .nth(1)
        .unwrap()
        .parse::<u64>()
        .unwrap()
        / 1024
}

story!(
    f11_hostile_files_go_out_as_attachments_or_drawn_anew,
    |app| {
        let olga = app.olga().await;
        let corpus = corpus();
        assert!(corpus.len() >= 200, "{}", corpus.len());
        let before = outside_of(&app.folder);
        for bad in &corpus {
            let (status, file) = olga.upload("/files", &bad.name, &bad.bytes).await;
            let what = format!("{:?} as {file}", bad.name);
            assert!(
                status.is_success() || status.is_client_error(),
                "{what}: {status}"
            );
            let Some(id) = file["id"].as_str() else {
                assert!(file["code"].is_string(), "{what}");
                continue;
            };
            let name = file["name"].as_str().unwrap();
            assert!(
                !name.contains(['/', '\\', '\0', '\r', '\n', '\u{202e}'])
                    && !matches!(name, "." | ".." | ""),
                "{what}"
            );
            for query in ["", "?download=1"] {
                let answer = get(&olga, app.url(&format!("/files/{id}{query}"))).await;
                assert_eq!(answer.status(), 200, "{what}");
                is_safe(&answer, false, &what);
                assert_eq!(
                    answer.bytes().await.unwrap(),
                    bad.bytes,
                    "{what}: what was sent is what is saved"
                );
            }
            let preview = get(&olga, app.url(&format!("/files/{id}/preview"))).await;
            assert_eq!(
                preview.status().is_success(),
                file["preview"] == true,
                "{what}"
            );
            if preview.status().is_success() {
                is_safe(&preview, true, &what);
                let drawn = preview.bytes().await.unwrap();
                assert!(!drawn.windows(7).any(|w| w == b"<script"), "{what}");
                let drawn = image::load_from_memory(&drawn).unwrap();
                assert!(drawn.width() <= 720 && drawn.height() <= 720, "{what}");
            }
        }
        assert_eq!(
            outside_of(&app.folder),
            before,
            "nothing new beside the files"
        );
        let stored = every_name(&app.folder.join("files"));
        assert!(stored.len() > 100, "{}", stored.len());
        for name in stored {
            let hash = name.bytes().all(|b| b.is_ascii_hexdigit());
            assert!(hash, "{name}: files lie under their own hash");
        }
    }
);

story!(f11_a_visitor_has_no_more_luck, |app| {
    let olga = app.olga().await;
    let (key, _) = connect_widget(&olga).await;
    let visitor = Visitor::new(&app, &key).await;
    for bad in corpus().iter().step_by(17).take(12) {
        let (status, file) = visitor
            .caller
            .upload(&format!("/widget/{key}/files"), &bad.name, &bad.bytes)
            .await;
        assert!(status.is_success() || status.is_client_error(), "{file}");
        let Some(id) = file["id"].as_str() else {
            continue;
        };
        let token = visitor.caller.bearer.as_ref().unwrap();
        let answer = get(
            &visitor.caller,
            app.url(&format!("/widget/{key}/files/{id}?t={token}")),
        )
        .await;
        assert_eq!(answer.status(), 200);
        is_safe(&answer, false, &bad.name);
    }
});

// Beside others a process's peak would be theirs too: nextest gives each story a process of its own.
story!(f11_pictures_of_any_size_are_drawn_within_bounds, |app| {
    let olga = app.olga().await;
    let large = [blank(9_000), blank(15_000), claims(15_999, 15_999)];
    // The first also pays for passwords and the like.
    let (status, file) = olga.upload("/files", "one.png", &blank(600)).await;
    assert!(status.is_success(), "{file}");
    let before = peak_memory();
    let all = (0..9).map(|n| {
        let (olga, bytes) = (olga.clone(), large[n % 3].clone());
        async move { olga.upload("/files", &format!("{n}.png"), &bytes).await }
    });
    for (status, file) in futures_util::future::join_all(all).await {
        assert!(status.is_success(), "{status} {file}");
    }
    let grown = peak_memory().saturating_sub(before);
    assert!(
        grown < 200,
        "nine at once, two drawn at a time: {grown} MiB"
    );
});

story!(f11_a_body_that_trickles_is_given_up, |app| {
    let olga = app.olga().await;
    let chunks = futures_util::stream::unfold(0, |n| async move {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        Some((
            Ok::<_, std::io::Error>(bytes::Bytes::from_static(b"x")),
            n + 1,
        ))
    });
    app.house()
        .part::<files::UploadPace>()
        .unwrap()
        .set(std::time::Duration::from_millis(400), 10_000);
    let answer = olga
        .http
        .post(app.url("/files"))
        .header(header::COOKIE, &olga.cookie)
        .header("X-File-Name", "slow.bin")
        .body(reqwest::Body::wrap_stream(chunks))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status().as_u16(), 400);
    let told: Value = answer.json().await.unwrap();
    assert_eq!(told["code"], "files.too_slow");
});
