//! Gateways whose form is filled in already. Each value can be changed; one left empty is the preset's.
//!
//! Sources: smsc.ru/api/http (sending, balance, statuses, error codes), sms.ru/api/send and sms.ru/api/balance. What their
//! pages do not promise is left empty here and said in docs/run/channels.md.

/// One gateway, as pairs of a setting and its value.
pub(crate) struct Preset {
    /// The word of the set-up form.
    pub(crate) word: &'static str,
    pub(crate) values: &'static [(&'static str, &'static str)],
}

pub(crate) const ALL: [Preset; 4] = [
    Preset {
        word: "json",
        values: &[
            ("method", "post"),
            ("format", "json"),
            ("auth", "bearer"),
            (
                "body",
                "{\"to\": \"{to}\", \"text\": \"{text}\", \"from\": \"{sender}\", \"id\": \"{id}\"}",
            ),
            ("id_path", "id"),
            ("error_paths", "error"),
            ("receipt_id", "id"),
            ("receipt_status", "status"),
            ("receipt_to", "to"),
            ("statuses", WORDS),
            ("in_from", "from"),
            ("in_text", "text"),
            ("in_id", "id"),
        ],
    },
    Preset {
        word: "form",
        values: &[
            ("method", "post"),
            ("format", "form"),
            ("auth", "none"),
            (
                "body",
                "login={login}\npassword={password}\nto={to}\ntext={text}\nfrom={sender}\nid={id}",
            ),
            ("id_path", "id"),
            ("error_paths", "error"),
            ("receipt_id", "id"),
            ("receipt_status", "status"),
            ("receipt_to", "to"),
            ("statuses", WORDS),
            ("in_from", "from"),
            ("in_text", "text"),
            ("in_id", "id"),
        ],
    },
    Preset {
        word: "smsc_ru",
        values: &[
            ("url", "https://smsc.ru/sys/send.php"),
            ("method", "post"),
            ("format", "form"),
            ("auth", "none"),
            (
                "body",
                "login={login}\npsw={password}\nphones={to}\nmes={text}\nsender={sender}\ncharset=utf-8\nfmt=3",
            ),
            ("id_path", "id"),
            ("error_paths", "error_code"),
            (
                "errors",
                "2 = account\n3 = money\n4 = account\n7 = number\n8 = number\n9 = retry",
            ),
            (
                "balance_url",
                "https://smsc.ru/sys/balance.php?login={login}&psw={password}&fmt=3",
            ),
            ("balance_path", "balance"),
            ("receipt_id", "id"),
            ("receipt_status", "status"),
            ("receipt_to", "phone"),
            (
                "statuses",
                "-1 = sent\n0 = sent\n1 = delivered\n2 = delivered\n3 = failed\n20 = failed\n22 = failed\n23 = failed\n24 = failed\n25 = failed",
            ),
            ("in_from", "phone"),
            ("in_text", "mes"),
            ("in_id", "id"),
        ],
    },
    Preset {
        word: "sms_ru",
        values: &[
            ("url", "https://sms.ru/sms/send"),
            ("method", "post"),
            ("format", "form"),
            ("auth", "none"),
            (
                "body",
                "api_id={password}\nto={to}\nmsg={text}\nfrom={sender}\njson=1",
            ),
            ("id_path", "sms.{to}.sms_id"),
            ("error_paths", "status_code\nsms.{to}.status_code"),
            (
                "errors",
                "100 = ok\n200 = account\n201 = money\n202 = number\n204 = sender\n207 = number\n220 = retry\n300 = account\n301 = account\n302 = account",
            ),
            (
                "balance_url",
                "https://sms.ru/my/balance?api_id={password}&json=1",
            ),
            ("balance_path", "balance"),
        ],
    },
];

/// Words that most gateways use.
const WORDS: &str = "delivered = delivered\nsent = sent\naccepted = sent\nfailed = failed\nundelivered = failed\nrejected = failed\nexpired = failed";

/// The preset of a word.
pub(crate) fn of(word: &str) -> Option<&'static Preset> {
    ALL.iter().find(|preset| preset.word == word)
}

impl Preset {
    /// The preset's value of a setting; empty if it has none.
    pub(crate) fn value(&self, name: &str) -> &'static str {
        let found = self.values.iter().find(|(known, _)| *known == name);
        found.map_or("", |(_, value)| value)
    }
}
