//! Stories of uploads that come in pieces: cut anywhere, lied about, given up, and what a voice message has to be.

use crate::{
    app::{App, Caller, uuid},
    files::png,
    story,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use futures_util::stream::{self, StreamExt};
use reqwest::{Method, Response, header};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::AsyncWriteExt;

fn metadata(words: &[(&str, &str)]) -> String {
    let words = words.iter();
    let words = words.map(|(key, value)| format!("{key} {}", BASE64_STANDARD.encode(value)));
    words.collect::<Vec<_>>().join(",")
}

fn request(who: &Caller, method: Method, path: &str) -> reqwest::RequestBuilder {
    who.http
        .request(method, format!("{}{path}", who.base))
        .header(header::COOKIE, &who.cookie)
        .header("Tus-Resumable", "1.0.0")
}

fn text(answer: &Response, name: &str) -> String {
    let value = answer.headers().get(name);
    let value = value.unwrap_or_else(|| panic!("no {name} in {answer:?}"));
    value.to_str().unwrap().to_owned()
}

async fn begun(who: &Caller, length: u64, words: &[(&str, &str)]) -> Response {
    request(who, Method::POST, "/api/v1/uploads")
        .header("Upload-Length", length)
        .header("Upload-Metadata", metadata(words))
        .send()
        .await
        .unwrap()
}

async fn begin(who: &Caller, length: u64, words: &[(&str, &str)]) -> String {
    let answer = begun(who, length, words).await;
    assert_eq!(answer.status(), 201, "{answer:?}");
    assert!(text(&answer, "upload-expires").ends_with("GMT"));
    text(&answer, "location")
}

fn piece(who: &Caller, path: &str, offset: usize) -> reqwest::RequestBuilder {
    request(who, Method::PATCH, path)
        .header(header::CONTENT_TYPE, "application/offset+octet-stream")
        .header("Upload-Offset", offset)
}

async fn send(who: &Caller, path: &str, offset: usize, bytes: &[u8]) -> (u16, Value) {
    let answer = piece(who, path, offset).body(bytes.to_vec()).send().await;
    let answer = answer.unwrap();
    let status = answer.status().as_u16();
    (status, answer.json().await.unwrap_or(Value::Null))
}

async fn offset(who: &Caller, path: &str) -> Option<usize> {
    let answer = request(who, Method::HEAD, path).send().await.unwrap();
    let fine = answer.status().is_success();
    fine.then(|| text(&answer, "upload-offset").parse().unwrap())
}

async fn whole(who: &Caller, path: &str) -> Value {
    who.get(path.trim_start_matches("/api/v1")).await["file"].clone()
}

async fn bytes_of(who: &Caller, file: &Value) -> Vec<u8> {
    let path = format!("/api/v1/files/{}", file["id"].as_str().unwrap());
    let answer = request(who, Method::GET, &path).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.bytes().await.unwrap().to_vec()
}

fn noise(length: u32) -> Vec<u8> {
    let all = (0..length).map(|n| u8::try_from((n * 31 + (n >> 8)) % 251).unwrap());
    all.collect()
}

/// What of an upload is on the disk, by its row.
async fn received(app: &App, path: &str) -> Option<usize> {
    let id: kernel::Uuid = path.rsplit('/').next().unwrap().parse().unwrap();
    let row: Option<(i64,)> = app
        .house()
        .read(async move |tx: &mut db::Tx<'_>| {
            tx.one(
                db::sql!("SELECT received FROM uploads WHERE id = $1"),
                &db::bind![id],
            )
            .await
        })
        .await
        .unwrap();
    row.map(|(n,)| usize::try_from(n).unwrap())
}

/// How many parts lie in the folder.
fn parts(app: &App) -> usize {
    std::fs::read_dir(app.folder.join("files/partial")).map_or(0, Iterator::count)
}

/// A request that promised `length` bytes and lost its line after some.
async fn broken(app: &App, who: &Caller, path: &str, from: usize, length: usize, some: &[u8]) {
    let mut line = tokio::net::TcpStream::connect(app.address).await.unwrap();
    let head = format!(
        "PATCH {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: {from}\r\n\
         Content-Type: application/offset+octet-stream\r\nContent-Length: {length}\r\n\r\n",
        app.address, who.cookie
    );
    line.write_all(head.as_bytes()).await.unwrap();
    line.write_all(some).await.unwrap();
    line.shutdown().await.unwrap();
}

story!(
    s2_11_an_upload_cut_at_each_quarter_goes_on_where_it_stood,
    |app| {
        let mut app = app;
        let mut olga = app.olga().await;
        let bytes = noise(1_000_000);
        let path = begin(&olga, 1_000_000, &[("filename", "Чертёж.bin")]).await;
        for quarter in 1..4 {
            let end = quarter * 250_000;
            let from = offset(&olga, &path).await.unwrap();
            assert_eq!(from, end - 250_000);
            // The line breaks in the middle of a request that promised all the rest.
            broken(
                &app,
                &olga,
                &path,
                from,
                bytes.len() - from,
                &bytes[from..end],
            )
            .await;
            app.until("what came is kept", async || {
                (received(&app, &path).await == Some(end)).then_some(())
            })
            .await;
            if quarter == 2 {
                // The server falls too: what it had answered for is there when it is back.
                app.beseda.take().unwrap().stop().await;
                app.open().await;
            }
            olga.base = format!("http://{}", app.address);
            assert_eq!(offset(&olga, &path).await, Some(end));
        }
        assert_eq!(send(&olga, &path, 750_000, &bytes[750_000..]).await.0, 204);
        let file = whole(&olga, &path).await;
        assert_eq!(file["name"], "Чертёж.bin");
        assert!(path.ends_with(file["id"].as_str().unwrap()));
        assert_eq!(bytes_of(&olga, &file).await, bytes);
        // Whoever lost the last answer asks and hears that all is there.
        assert_eq!(offset(&olga, &path).await, Some(1_000_000));
        assert_eq!(parts(&app), 0);
        let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
        let chat = olga.direct_with(&anna).await;
        let form = json!({"client_id": uuid(), "text": "", "files": [file["id"]]});
        olga.post(&format!("/chats/{chat}/messages"), form).await;
        assert_eq!(bytes_of(&anna, &file).await, bytes);
    }
);

story!(s2_11_a_length_that_lies_gains_nothing, |app| {
    let olga = app.olga().await;
    let named = [("filename", "a.bin")];
    let answer = begun(&olga, 1024 * 1024 * 1024, &named).await;
    assert_eq!(answer.status(), 413, "a gigabyte where 512 MB are allowed");
    assert_eq!(begun(&olga, u64::MAX, &named).await.status(), 413);
    assert_eq!(parts(&app), 0);
    for length in ["-1", "+5", "", "1e3", "99999999999999999999999"] {
        let answer = request(&olga, Method::POST, "/api/v1/uploads")
            .header("Upload-Length", length)
            .header("Upload-Metadata", metadata(&named))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 400, "{length:?}");
    }
    // Said 100, sends more: neither with the true length in the header nor without any.
    let path = begin(&olga, 100, &named).await;
    assert_eq!(send(&olga, &path, 0, &[1; 60]).await.0, 204);
    let (status, told) = send(&olga, &path, 60, &[2; 41]).await;
    assert_eq!(
        (status, told["code"].clone()),
        (400, json!("files.longer_than_said"))
    );
    let chunks = [Ok::<_, std::io::Error>(vec![2; 30]), Ok(vec![2; 30])];
    let body = reqwest::Body::wrap_stream(stream::iter(chunks));
    let answer = piece(&olga, &path, 60).body(body).send().await.unwrap();
    assert_eq!(answer.status(), 400);
    assert_eq!(
        offset(&olga, &path).await,
        Some(60),
        "of such a piece nothing counts"
    );
    assert_eq!(send(&olga, &path, 60, &[3; 40]).await.0, 204);
    let file = whole(&olga, &path).await;
    assert_eq!(
        bytes_of(&olga, &file).await,
        [vec![1; 60], vec![3; 40]].concat()
    );
    // Said much, sends little: it takes no more room than what came, and is no file.
    let path = begin(&olga, 500 * 1024 * 1024, &named).await;
    assert_eq!(send(&olga, &path, 0, b"little").await.0, 204);
    let part = std::fs::read_dir(app.folder.join("files/partial")).unwrap();
    let sizes: Vec<u64> = part.map(|e| e.unwrap().metadata().unwrap().len()).collect();
    assert_eq!(sizes, [6]);
    let theft = json!({"client_id": uuid(), "text": "", "files": [path.rsplit('/').next()]});
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let chat = olga.direct_with(&anna).await;
    let messages = format!("/chats/{chat}/messages");
    assert_eq!(
        olga.refused(Method::POST, &messages, Some(theft)).await.0,
        400
    );
    // Nothing at all is a file too.
    let path = begin(&olga, 0, &[("filename", "пусто.txt")]).await;
    assert_eq!(bytes_of(&olga, &whole(&olga, &path).await).await, b"");
});

story!(s2_11_pieces_fit_or_are_refused, |app| {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let path = begin(&olga, 10, &[("filename", "a.bin")]).await;
    for (at, status) in [(1, 409), (10, 409), (0, 204), (0, 409), (5, 204), (5, 404)] {
        // Once whole it is a file, which takes no pieces.
        assert_eq!(send(&olga, &path, at, &[7; 5]).await.0, status, "at {at}");
    }
    let path = begin(&olga, 10, &[("filename", "b.bin")]).await;
    for method in [Method::HEAD, Method::GET, Method::DELETE] {
        let answer = request(&anna, method, &path).send().await.unwrap();
        assert_eq!(answer.status(), 404, "somebody else's");
    }
    assert_eq!(send(&anna, &path, 0, b"x").await.0, 404);
    let plain = |method: Method, path: &str| {
        let url = format!("{}{path}", olga.base);
        olga.http
            .request(method, url)
            .header(header::COOKIE, &olga.cookie)
    };
    let old = plain(Method::PATCH, &path)
        .header("Tus-Resumable", "0.2.2")
        .body("x");
    assert_eq!(old.send().await.unwrap().status(), 412);
    let form = request(&olga, Method::PATCH, &path)
        .header("Upload-Offset", 0)
        .body("x");
    assert_eq!(form.send().await.unwrap().status(), 415);
    let told = plain(Method::OPTIONS, "/api/v1/uploads")
        .send()
        .await
        .unwrap();
    assert_eq!(text(&told, "tus-version"), "1.0.0");
    assert_eq!(
        text(&told, "tus-extension"),
        "creation,expiration,termination"
    );
    assert_eq!(text(&told, "tus-max-size"), (512 * 1024 * 1024).to_string());
    assert_eq!(begun(&olga, 5, &[]).await.status(), 400, "without a name");
    let answer = request(&olga, Method::DELETE, &path).send().await.unwrap();
    assert_eq!(answer.status(), 204);
    assert_eq!(offset(&olga, &path).await, None);
    assert_eq!(parts(&app), 0);
    for n in 0..100 {
        assert_eq!(
            begun(&olga, 5, &[("filename", "c")]).await.status(),
            201,
            "{n}"
        );
    }
    assert_eq!(begun(&olga, 5, &[("filename", "c")]).await.status(), 429);
    assert_eq!(begun(&anna, 5, &[("filename", "c")]).await.status(), 201);
});

story!(
    s2_11_whoever_is_overtaken_by_another_line_hears_that_and_goes_on,
    |app| {
        let olga = app.olga().await;
        let path = begin(&olga, 10, &[("filename", "a.bin")]).await;
        let some = stream::iter([Ok::<_, std::io::Error>("12345")]);
        let body = reqwest::Body::wrap_stream(some.chain(stream::pending()));
        let slow = tokio::spawn(piece(&olga, &path, 0).body(body).send());
        // Each question takes the turn, the one that finds the slow line at work ends it.
        let at = app
            .until("the slow line is ended", async || {
                let at = offset(&olga, &path).await.unwrap();
                slow.is_finished().then_some(at)
            })
            .await;
        let answer = slow.await.unwrap().unwrap();
        assert_eq!(answer.status(), 409, "400 is for good in tus, 409 is not");
        assert_eq!(answer.json::<Value>().await.unwrap()["code"], "files.cut");
        let rest = b"1234567890".get(at..).unwrap();
        assert_eq!(send(&olga, &path, at, rest).await.0, 204);
        let file = whole(&olga, &path).await;
        assert_eq!(bytes_of(&olga, &file).await, b"1234567890");
    }
);

story!(s2_11_an_upload_nobody_ends_is_cleared_away, |app| {
    let olga = app.olga().await;
    let path = begin(&olga, 10, &[("filename", "a.bin")]).await;
    assert_eq!(send(&olga, &path, 0, b"12345").await.0, 204);
    app.clock.advance(Duration::from_secs(47 * 3600));
    assert_eq!(offset(&olga, &path).await, Some(5));
    app.clock.advance(Duration::from_secs(2 * 3600));
    assert_eq!(offset(&olga, &path).await, None);
    assert_eq!(send(&olga, &path, 5, b"67890").await.0, 404);
    app.until("its bytes are gone", async || {
        (parts(&app) == 0).then_some(())
    })
    .await;
    app.until("its row is gone", async || {
        received(&app, &path).await.is_none().then_some(())
    })
    .await;
});

/// What a browser's recorder begins with, and noise behind.
fn webm(codec: &[u8]) -> Vec<u8> {
    [
        b"\x1a\x45\xdf\xa3\x42\x82\x84webm",
        codec,
        b"\x1f\x43\xb6\x75",
        &noise(5000),
    ]
    .concat()
}
fn mp4(handler: &[u8], codec: &[u8]) -> Vec<u8> {
    let inner = [handler, b"....", codec].concat();
    let table = u32::try_from(inner.len() + 8).unwrap().to_be_bytes();
    [
        b"\0\0\0\x10ftypmp42\0\0\0\0\0\0\x03\xf0mdat",
        &noise(1000)[..],
        &table[..],
        b"moov",
        &inner,
    ]
    .concat()
}

story!(
    s2_15_voice_is_taken_as_browsers_record_it_and_nothing_else,
    |app| {
        let olga = app.olga().await;
        let voice = [
            ("shown_as", "voice"),
            ("duration_ms", "2500"),
            ("peaks", "0,40,100"),
        ];
        let words = [&voice[..], &[("filename", "Голос.webm")]].concat();
        for (bytes, mime) in [
            (webm(b"A_OPUS"), "audio/webm"),
            (mp4(b"soun", b"mp4a"), "audio/mp4"),
        ] {
            let path = begin(&olga, bytes.len() as u64, &words).await;
            assert_eq!(send(&olga, &path, 0, &bytes).await.0, 204);
            let file = whole(&olga, &path).await;
            assert_eq!(
                (
                    &file["kind"],
                    &file["mime"],
                    &file["duration_ms"],
                    &file["peaks"]
                ),
                (
                    &json!("voice"),
                    &json!(mime),
                    &json!(2500),
                    &json!([0, 40, 100])
                )
            );
            assert_eq!(bytes_of(&olga, &file).await, bytes);
        }
        for bytes in [
            png(4, 3),
            webm(b"V_VP8 A_OPUS"),
            mp4(b"vide", b"avc1"),
            b"<html>la la la</html>".to_vec(),
            b"\x1a\x45\xdf\xa3".to_vec(),
            noise(3000),
        ] {
            let path = begin(&olga, bytes.len() as u64, &words).await;
            let (status, told) = send(&olga, &path, 0, &bytes).await;
            assert_eq!(
                (status, told["code"].clone()),
                (400, json!("files.not_sound"))
            );
            assert_eq!(offset(&olga, &path).await, None, "and is not kept");
        }
        assert_eq!(parts(&app), 0);
        for bad in ["0", "-1", "x", "999999999999"] {
            let words = [
                ("filename", "a"),
                ("shown_as", "voice"),
                ("duration_ms", bad),
            ];
            assert_eq!(begun(&olga, 5, &words).await.status(), 400, "{bad}");
        }
        // The way in one request keeps to the same.
        let simple = async |bytes: Vec<u8>| {
            let answer = request(&olga, Method::POST, "/api/v1/files")
                .header("X-File-Name", "a.webm")
                .header("Upload-Metadata", metadata(&voice))
                .body(bytes)
                .send()
                .await
                .unwrap();
            (
                answer.status().as_u16(),
                answer.json::<Value>().await.unwrap(),
            )
        };
        assert_eq!(simple(webm(b"A_OPUS")).await.1["kind"], "voice");
        assert_eq!(simple(png(4, 3)).await.0, 400);
    }
);

story!(s2_12_a_picture_goes_as_a_photo_or_as_a_file, |app| {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let bytes = png(40, 30);
    let words = [("filename", "план.png"), ("shown_as", "file")];
    let path = begin(&olga, bytes.len() as u64, &words).await;
    assert_eq!(send(&olga, &path, 0, &bytes).await.0, 204);
    let file = whole(&olga, &path).await;
    assert_eq!(
        (&file["kind"], &file["width"]),
        (&json!("file"), &json!(40))
    );
    assert_eq!(bytes_of(&olga, &file).await, bytes);
    // Until it is sent its owner may change their mind; nobody else may.
    let path = format!("/files/{}", file["id"].as_str().unwrap());
    let as_file = |yes: bool| json!({"as_file": yes});
    assert_eq!(olga.patch(&path, as_file(false)).await["kind"], "image");
    assert_eq!(olga.patch(&path, as_file(true)).await["kind"], "file");
    let other = Some(as_file(false));
    assert_eq!(
        anna.refused(Method::PATCH, &path, other.clone()).await.0,
        404
    );
    let chat = olga.direct_with(&anna).await;
    let form = json!({"client_id": uuid(), "text": "", "files": [file["id"]]});
    let sent = olga.post(&format!("/chats/{chat}/messages"), form).await;
    assert_eq!(sent["files"][0]["kind"], "file");
    assert_eq!(olga.refused(Method::PATCH, &path, other).await.0, 409);
});

story!(a_chat_shows_its_media_files_links_and_voice, |app| {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let boris = app.join(&olga, "Борис", "boris", "Сотрудник").await;
    let chat = olga.direct_with(&anna).await;
    let send = async |text: &str, files: &[Value]| {
        let form = json!({"client_id": uuid(), "text": text, "files": files});
        olga.post(&format!("/chats/{chat}/messages"), form).await
    };
    let (_, picture) = olga.upload("/files", "план.png", &png(4, 3)).await;
    let (_, table) = olga.upload("/files", "смета.txt", b"1").await;
    let words = [
        ("filename", "Голос.webm"),
        ("shown_as", "voice"),
        ("duration_ms", "900"),
    ];
    let sound = webm(b"A_OPUS");
    let path = begin(&olga, sound.len() as u64, &words).await;
    assert_eq!(self::send(&olga, &path, 0, &sound).await.0, 204);
    let voice = whole(&olga, &path).await;
    send("вот", &[picture["id"].clone(), table["id"].clone()]).await;
    send("", std::slice::from_ref(&voice["id"])).await;
    send(
        "см. https://example.com/a и **https://example.com/b**, а \"link\" не ссылка",
        &[],
    )
    .await;
    send("слово \"link\" без ссылки", &[]).await;
    let gone = send("https://example.com/gone", &[]).await;
    olga.delete(&format!("/messages/{}", gone["id"].as_str().unwrap()))
        .await;
    let shelf = async |kind: &str| {
        let page = anna
            .get(&format!("/threads/{chat}/files?kind={kind}"))
            .await;
        assert_eq!(page["next"], Value::Null);
        page["items"].as_array().unwrap().clone()
    };
    let names = |items: &[Value]| -> Vec<String> {
        let name = |one: &Value| one["file"]["name"].as_str().unwrap().to_owned();
        items.iter().map(name).collect()
    };
    assert_eq!(names(&shelf("media").await), ["план.png"]);
    assert_eq!(names(&shelf("files").await), ["смета.txt"]);
    assert_eq!(names(&shelf("voice").await), ["Голос.webm"]);
    let links: Vec<Value> = shelf("links")
        .await
        .iter()
        .map(|one| one["href"].clone())
        .collect();
    assert_eq!(links, ["https://example.com/a", "https://example.com/b"]);
    let path = format!("/threads/{chat}/files?kind=media");
    assert_eq!(boris.refused(Method::GET, &path, None).await.0, 404);
    for n in 0..70 {
        send(&format!("https://example.com/{n}"), &[]).await;
    }
    let first = anna.get(&format!("/threads/{chat}/files?kind=links")).await;
    assert_eq!(first["items"].as_array().unwrap().len(), 60);
    let rest = format!("/threads/{chat}/files?kind=links&before={}", first["next"]);
    let rest = anna.get(&rest).await;
    assert_eq!(
        (rest["items"].as_array().unwrap().len(), &rest["next"]),
        (12, &Value::Null)
    );
});
