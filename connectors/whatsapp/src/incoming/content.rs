//! What a message says: text, files, places, cards, orders, pressed buttons.

use crate::wire::{list, number, word};
use channel::{FileKind, MediaRef};
use serde_json::Value;
use text::{clean_name, from_entities, sanitize_filename};

/// What of a message we understand.
#[derive(Default)]
pub(super) struct Content {
    pub(super) text: String,
    pub(super) media: Vec<MediaRef>,
    pub(super) context: Vec<(String, String)>,
    /// Meta's word for what it does not hand on itself.
    pub(super) strange: Option<String>,
}

/// The content of a message of this type.
pub(super) fn of(it: &Value, kind: &str) -> Content {
    let mut content = Content::default();
    match kind {
        "text" => content.line(word(it, "/text/body")),
        "image" | "sticker" => content.file(it, kind, FileKind::Image),
        "video" => content.file(it, kind, FileKind::Video),
        "document" => content.file(it, kind, FileKind::File),
        "audio" if it.pointer("/audio/voice") == Some(&Value::Bool(true)) => {
            content.file(it, kind, FileKind::Voice);
        }
        "audio" => content.file(it, kind, FileKind::Audio),
        "location" => content.place(it),
        "contacts" => list(it, "/contacts")
            .iter()
            .for_each(|card| content.card(card)),
        "order" => content.order(it),
        "button" => content.pressed(it, "/button/text", "/button/payload"),
        "interactive" => content.answered(it),
        "unsupported" => content.strange = word(it, "/unsupported/type").map(str::to_owned),
        _ => {}
    }
    if !content.is_empty() {
        content.beside(it);
    }
    content
}

impl Content {
    /// There is nothing to show.
    pub(super) fn is_empty(&self) -> bool {
        self.text.trim().is_empty() && self.media.is_empty()
    }

    fn file(&mut self, it: &Value, kind: &str, shown: FileKind) {
        let Some(file) = it.get(kind) else { return };
        self.line(word(file, "/caption"));
        let Some(id) = word(file, "/id") else { return };
        let hash = word(file, "/sha256").unwrap_or_default();
        let sticker = (kind == "sticker").then_some("image/webp");
        self.media.push(MediaRef {
            // Fetched by the id; the hash travels with it, to be compared with what comes.
            ext_id: format!("{id} {hash}").trim_end().to_owned(),
            kind: shown,
            mime: word(file, "/mime_type").or(sticker).map(str::to_owned),
            size: number(file, "/file_size").and_then(|size| u64::try_from(size).ok()),
            name: word(file, "/filename").map(sanitize_filename),
            width: None,
            height: None,
            duration_ms: None,
        });
    }

    fn place(&mut self, it: &Value) {
        let coordinate = |at: &str| it.pointer(at).and_then(Value::as_f64);
        let place = (
            coordinate("/location/latitude"),
            coordinate("/location/longitude"),
        );
        let (Some(latitude), Some(longitude)) = place else {
            return;
        };
        let name = word(it, "/location/name").unwrap_or_default();
        self.line(Some(format!("📍 {name}").trim()));
        self.line(word(it, "/location/address"));
        self.line(Some(&format!("{latitude}, {longitude}")));
        self.line(word(it, "/location/url"));
        self.fact("location", Some(&format!("{latitude},{longitude}")));
    }

    fn card(&mut self, card: &Value) {
        let name = word(card, "/name/formatted_name").or_else(|| word(card, "/name/first_name"));
        let name = clean_name(name.unwrap_or_default());
        let phones: Vec<&str> = list(card, "/phones")
            .iter()
            .filter_map(|phone| word(phone, "/phone"))
            .collect();
        let mails = list(card, "/emails").iter();
        let mails: Vec<&str> = mails.filter_map(|mail| word(mail, "/email")).collect();
        if name.is_empty() && phones.is_empty() && mails.is_empty() {
            return;
        }
        self.line(Some(format!("👤 {name}").trim()));
        for line in phones.iter().chain(&mails) {
            self.line(Some(line));
        }
        self.fact("contact_phone", phones.first().copied());
    }

    fn order(&mut self, it: &Value) {
        self.line(word(it, "/order/text"));
        for item in list(it, "/order/product_items") {
            let what = word(item, "/product_retailer_id").unwrap_or("?");
            let count = number(item, "/quantity").unwrap_or(1);
            let price = item.get("item_price").and_then(Value::as_f64);
            let price = price.map(|price| {
                let currency = word(item, "/currency").unwrap_or_default();
                format!(" · {price} {currency}").trim_end().to_owned()
            });
            self.line(Some(&format!(
                "🛒 {what} × {count}{}",
                price.unwrap_or_default()
            )));
        }
        self.fact("order", word(it, "/order/catalog_id"));
    }

    fn answered(&mut self, it: &Value) {
        let answer = it.get("interactive").unwrap_or(&Value::Null);
        match word(answer, "/type").unwrap_or_default() {
            "button_reply" => self.pressed(answer, "/button_reply/title", "/button_reply/id"),
            "list_reply" => {
                self.pressed(answer, "/list_reply/title", "/list_reply/id");
                self.line(word(answer, "/list_reply/description"));
            }
            // A filled-in form: the words Meta shows for it, and the answers as they are.
            "nfm_reply" => {
                self.line(word(answer, "/nfm_reply/body"));
                self.line(word(answer, "/nfm_reply/response_json"));
            }
            _ => {}
        }
    }

    fn pressed(&mut self, it: &Value, title: &str, data: &str) {
        self.line(word(it, title));
        self.fact("button", word(it, data));
    }

    /// What stands beside the content of any type: passed on, come by an advertisement, about a product.
    fn beside(&mut self, it: &Value) {
        let truth = |at: &str| it.pointer(at) == Some(&Value::Bool(true));
        if truth("/context/forwarded") || truth("/context/frequently_forwarded") {
            self.fact("forwarded", Some("true"));
        }
        self.fact(
            "product",
            word(it, "/context/referred_product/product_retailer_id"),
        );
        let ad = word(it, "/referral/headline").or_else(|| word(it, "/referral/source_id"));
        self.fact("ad", ad.or_else(|| word(it, "/referral/source_url")));
        self.fact("referrer", word(it, "/referral/source_url"));
    }

    fn fact(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.context.push((name.to_owned(), value.to_owned()));
        }
    }

    fn line(&mut self, line: Option<&str>) {
        let Some(line) = line else { return };
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(&from_entities(line, &[]));
    }
}
