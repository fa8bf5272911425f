//! Stories of files.

use crate::{
    app::{App, Visitor, connect_widget, uuid},
    story,
};
use reqwest::{Method, header};
use serde_json::json;

pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    let shade = |n: u32| u8::try_from(n % 256).unwrap();
    let mut out = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_fn(width, height, |x, y| image::Rgb([shade(x), shade(y), 99]))
        .write_to(&mut out, image::ImageFormat::Png)
        .unwrap();
    out.into_inner()
}

/// A signed address of a file, from the root.
pub(crate) async fn public_path(app: &App, id: kernel::Id<files::File>) -> String {
    let find = async move |tx: &mut db::Tx<'_>| files::by_ids(tx, &[id]).await;
    let found = app.house().read(find).await.unwrap().remove(0);
    files::public_path(app.house(), &found).unwrap()
}

story!(s0_02_the_same_bytes_under_the_same_name, |app| {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let boris = app.join(&olga, "Борис", "boris", "Сотрудник").await;
    let chat = olga.direct_with(&anna).await;
    let bytes: Vec<u8> = (0..200_000u32)
        .map(|n| u8::try_from(n % 251).unwrap())
        .collect();
    let (status, file) = olga.upload("/files", "Договор № 5.bin", &bytes).await;
    assert!(status.is_success(), "{file}");
    let path = format!("/files/{}", file["id"].as_str().unwrap());
    assert_eq!(
        anna.refused(Method::GET, &path, None).await.0,
        404,
        "not sent yet"
    );
    olga.post(
        &format!("/chats/{chat}/messages"),
        json!({"client_id": uuid(), "text": "вот", "files": [file["id"]]}),
    )
    .await;
    let get = async |range: Option<&str>| {
        let mut request = anna
            .http
            .get(app.url(&path))
            .header(header::COOKIE, &anna.cookie);
        if let Some(range) = range {
            request = request.header(header::RANGE, range);
        }
        request.send().await.unwrap()
    };
    let whole = get(None).await;
    let name = whole.headers()[header::CONTENT_DISPOSITION]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        name.starts_with("attachment; filename*=UTF-8''%D0%94"),
        "{name}"
    );
    assert_eq!(whole.bytes().await.unwrap(), bytes);
    let part = get(Some("bytes=100-199")).await;
    assert_eq!(
        (
            part.status().as_u16(),
            part.headers()[header::CONTENT_RANGE].to_str().unwrap()
        ),
        (206, "bytes 100-199/200000")
    );
    assert_eq!(part.bytes().await.unwrap(), bytes[100..200]);
    assert_eq!(get(Some("bytes=300000-")).await.status().as_u16(), 416);
    assert_eq!(
        boris.refused(Method::GET, &path, None).await.0,
        404,
        "not a member"
    );
    let theft = Some(json!({"client_id": uuid(), "text": "", "files": [file["id"]]}));
    let other = anna.direct_with(&boris).await;
    assert_eq!(
        anna.refused(Method::POST, &format!("/chats/{other}/messages"), theft)
            .await
            .0,
        400,
        "somebody else's upload"
    );
});

story!(f11_pictures_are_what_their_bytes_say, |app| {
    let olga = app.olga().await;
    let (_, picture) = olga
        .upload("/files", "../../etc/лампа.png", &png(1600, 900))
        .await;
    assert_eq!(
        (
            picture["kind"].clone(),
            picture["width"].clone(),
            picture["height"].clone()
        ),
        (json!("image"), json!(1600), json!(900))
    );
    assert!(
        !picture["name"].as_str().unwrap().contains('/'),
        "{picture}"
    );
    let preview = format!("/files/{}/preview", picture["id"].as_str().unwrap());
    let small = olga
        .http
        .get(app.url(&preview))
        .header(header::COOKIE, &olga.cookie)
        .send()
        .await
        .unwrap();
    assert_eq!(small.headers()[header::CONTENT_TYPE], "image/jpeg");
    let small = image::load_from_memory(&small.bytes().await.unwrap()).unwrap();
    assert_eq!((small.width(), small.height()), (720, 405));
    // A page with a picture's name is only ever downloaded.
    let (_, page) = olga
        .upload(
            "/files",
            "photo.jpg",
            b"<html><script>alert(1)</script></html>",
        )
        .await;
    assert_eq!(page["kind"], "file");
    let got = olga
        .http
        .get(app.url(&format!("/files/{}", page["id"].as_str().unwrap())))
        .header(header::COOKIE, &olga.cookie)
        .send()
        .await
        .unwrap();
    assert_eq!(
        got.headers()[header::CONTENT_TYPE],
        "application/octet-stream"
    );
    assert!(
        got.headers()[header::CONTENT_DISPOSITION]
            .to_str()
            .unwrap()
            .starts_with("attachment")
    );
    assert!(
        got.headers()[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .unwrap()
            .contains("sandbox")
    );
    // A small file that claims a huge canvas is kept as a file and never decoded.
    let mut bomb = png(1, 1);
    bomb[16..24].copy_from_slice(&[0, 1, 0x86, 0xa0, 0, 1, 0x86, 0xa0]);
    let (_, claimed) = olga.upload("/files", "bomb.png", &bomb).await;
    assert_eq!(
        (claimed["kind"].clone(), claimed["preview"].clone()),
        (json!("file"), json!(false))
    );
    let (status, nameless) = olga.upload("/files", "", b"x").await;
    assert_eq!(
        (status.as_u16(), nameless["code"].clone()),
        (400, json!("files.bad_name"))
    );
});

story!(a_visitors_file_reaches_the_employee_and_back, |app| {
    let olga = app.olga().await;
    let (key, _) = connect_widget(&olga).await;
    let visitor = Visitor::new(&app, &key).await;
    let (status, file) = visitor
        .caller
        .upload(&format!("/widget/{key}/files"), "чек.png", &png(40, 30))
        .await;
    assert!(status.is_success(), "{file}");
    let body = json!({"client_id": uuid(), "text": "Вот чек", "files": [file["id"]]});
    let mine = visitor
        .caller
        .post(&format!("/widget/{key}/messages"), body.clone())
        .await;
    assert_eq!(
        visitor
            .caller
            .post(&format!("/widget/{key}/messages"), body)
            .await["id"],
        mine["id"],
        "the same id again"
    );
    let chat = olga.inbox("queue").await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let page = olga.get(&format!("/threads/{chat}/messages")).await;
    let message = page["messages"]
        .as_array()
        .unwrap()
        .iter()
        .find(|m| m["text"] == "Вот чек")
        .unwrap()
        .clone();
    let got = olga
        .http
        .get(app.url(&format!(
            "/files/{}",
            message["files"][0]["id"].as_str().unwrap()
        )))
        .header(header::COOKIE, &olga.cookie)
        .send()
        .await
        .unwrap();
    assert_eq!(got.bytes().await.unwrap(), png(40, 30));
    let (_, ours) = olga.upload("/files", "счёт.pdf", b"%PDF-1.4 test").await;
    olga.post(
        &format!("/client-chats/{chat}/messages"),
        json!({"client_id": uuid(), "text": "Счёт", "files": [ours["id"]]}),
    )
    .await;
    let seen = visitor.reads().await;
    let theirs = seen.iter().find(|m| m["text"] == "Счёт").unwrap();
    let url = format!(
        "http://{}{}?t={}",
        app.address,
        theirs["files"][0]["url"].as_str().unwrap(),
        visitor.caller.bearer.as_ref().unwrap()
    );
    assert_eq!(
        visitor
            .caller
            .http
            .get(url)
            .send()
            .await
            .unwrap()
            .bytes()
            .await
            .unwrap(),
        "%PDF-1.4 test"
    );
    let stranger = Visitor::new(&app, &key).await;
    let url = format!(
        "/widget/{key}/files/{}?t={}",
        ours["id"].as_str().unwrap(),
        stranger.caller.bearer.as_ref().unwrap()
    );
    assert_eq!(
        stranger.caller.refused(Method::GET, &url, None).await.0,
        404
    );
});

story!(
    a_signed_address_opens_its_file_for_a_day_and_nothing_else,
    |app| {
        let olga = app.olga().await;
        let bytes = [b"%PDF-1.4 ".to_vec(), b"price ".repeat(2000)].concat();
        let (_, file) = olga.upload("/files", "Прайс №5.pdf", &bytes).await;
        let (_, other) = olga.upload("/files", "другой.png", &png(5, 5)).await;
        let id = |file: &serde_json::Value| file["id"].as_str().unwrap().parse().unwrap();
        let path = public_path(&app, kernel::Id::new(id(&file))).await;
        assert!(path.ends_with("/file.pdf"), "{path}");
        let second = public_path(&app, kernel::Id::new(id(&other))).await;
        assert!(second.ends_with("/file.png"), "{second}");
        // No session, no cookie: whoever has the address has the file.
        let stranger = app.stranger();
        let ask = async |method: Method, path: &str, name: header::HeaderName, value: &str| {
            let url = format!("http://{}{path}", app.address);
            let request = stranger.http.request(method, url).header(name, value);
            request.send().await.unwrap()
        };
        let packed = || (header::ACCEPT_ENCODING, "gzip, br");
        for method in [Method::GET, Method::HEAD] {
            let got = ask(method.clone(), &path, packed().0, packed().1).await;
            assert_eq!(got.status(), 200);
            let length = got.headers()[header::CONTENT_LENGTH].to_str().unwrap();
            assert_eq!(length, bytes.len().to_string(), "{method}: an exact length");
            assert_eq!(got.headers()[header::CONTENT_TYPE], "application/pdf");
            let body = got.bytes().await.unwrap();
            assert!(method == Method::HEAD || body == bytes);
        }
        let part = ask(Method::GET, &path, header::RANGE, "bytes=0-3").await;
        assert_eq!(part.status(), 206);
        assert_eq!(part.bytes().await.unwrap(), "%PDF".as_bytes());

        let status = async |path: &str| {
            let got = ask(Method::GET, path, packed().0, packed().1).await;
            got.status().as_u16()
        };
        let words: Vec<&str> = path.split('/').collect();
        let theirs: Vec<&str> = second.split('/').collect();
        let with = |at: usize, word: &str| {
            let mut words = words.clone();
            words[at] = word;
            words.join("/")
        };
        let later = (words[3].parse::<i64>().unwrap() + 1).to_string();
        let mut bent = words[4].to_owned();
        let first = if bent.starts_with('0') { "1" } else { "0" };
        bent.replace_range(..1, first);
        for wrong in [
            with(2, theirs[2]),
            with(3, &later),
            with(3, "9223372036854775807"),
            with(3, "-9223372036854775808"),
            with(3, "soon"),
            with(4, &bent),
            with(4, &words[4][..62]),
            with(4, theirs[4]),
            with(4, "-"),
            with(5, "file.exe"),
        ] {
            assert_eq!(status(&wrong).await, 404, "{wrong}");
        }
        // It is no key to anything else of the file.
        let elsewhere = format!("/files/{}", file["id"].as_str().unwrap());
        assert_eq!(stranger.refused(Method::GET, &elsewhere, None).await.0, 401);
        app.clock
            .advance(std::time::Duration::from_hours(24) - std::time::Duration::from_secs(1));
        assert_eq!(status(&path).await, 200);
        app.clock.advance(std::time::Duration::from_secs(1));
        assert_eq!(status(&path).await, 404, "a day is over");
    }
);
