//! The rules of links, pure: who is a robot, what may be shortened, where a click lands.

use kernel::{Error, Result};

/// The name of the click in the address of a page that carries the pixel.
pub(crate) const CLICK: &str = "_b";

/// Words in the names of programs that fetch addresses to show a preview or to check them. A person's browser has none of
/// them. (Messengers: core.telegram.org/bots/webhooks FAQ and what their robots call themselves in server logs.)
const ROBOTS: [&str; 22] = [
    "bot",
    "crawler",
    "spider",
    "preview",
    "whatsapp/",
    "viber/",
    "vkshare",
    "facebookexternalhit",
    "slurp",
    "mail.ru",
    "okhttp",
    "curl/",
    "wget/",
    "python-",
    "go-http-client",
    "java/",
    "headless",
    "skypeuripreview",
    "embedly",
    "google-read-aloud",
    "scanner",
    "fetch",
];

/// Whether a request comes from a program that looks at links for people. Who does not say what it is is one, too.
pub(crate) fn robot(method: &str, agent: &str) -> bool {
    let agent = agent.to_lowercase();
    method == "HEAD" || agent.trim().is_empty() || ROBOTS.iter().any(|word| agent.contains(word))
}

/// The host of a web address, lower case, without a port.
pub(crate) fn host(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return None;
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default().to_lowercase();
    (!host.is_empty()).then_some(host)
}

/// Whether an address is to get a code: not our own ones, and not one that is no longer than what it would become.
pub(crate) fn worth(base: &str, url: &str, short_len: usize) -> bool {
    let ours = url
        .strip_prefix(base)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    !ours && host(url).is_some() && url.chars().count() > short_len
}

/// Longest address of a link for anybody, in characters; a QR code of more is a grey square.
const LONGEST: usize = 2000;

/// Whether an address may stand behind a link that anybody can follow: something a browser or a telephone opens, whatever
/// scheme a messenger has of its own, and nothing that a browser would run or read from the machine itself.
pub(crate) fn public(url: &str) -> bool {
    const RUN: [&str; 6] = ["javascript", "data", "vbscript", "file", "blob", "about"];
    let scheme = |s: &str| {
        s.starts_with(|c: char| c.is_ascii_lowercase())
            && s.bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"+-.".contains(&b))
    };
    let known = url
        .split_once(':')
        .is_some_and(|(s, rest)| scheme(s) && !RUN.contains(&s) && !rest.is_empty());
    let web = !url.starts_with("http") || host(url).is_some();
    let odd = |c: char| c.is_whitespace() || c.is_control() || "\"<>\\^`{|}".contains(c);
    known && web && url.chars().count() <= LONGEST && !url.chars().any(odd)
}

/// A site as people write it: `https://Shop.Example/lamps` is `shop.example`.
pub(crate) fn site(input: &str) -> Result<String> {
    let input = input.trim();
    let with_scheme = if input.contains("://") {
        input.to_owned()
    } else {
        format!("https://{input}")
    };
    let host = host(&with_scheme).unwrap_or_default();
    let fine = !host.is_empty()
        && host.len() <= 253
        && !host.starts_with(['.', '-'])
        && host
            .chars()
            .all(|c| c.is_alphanumeric() || c == '.' || c == '-');
    if fine {
        Ok(host)
    } else {
        Err(Error::field("sites", "links.bad_site").arg("site", input))
    }
}

/// Whether a host belongs to one of the sites: itself, or below it.
pub(crate) fn of_site(sites: &[String], host: &str) -> bool {
    sites.iter().any(|site| {
        host == site
            || host
                .strip_suffix(site.as_str())
                .is_some_and(|rest| rest.ends_with('.'))
    })
}

/// Where a click goes: a page with our pixel learns which click brought its visitor, others get their address as it is.
pub(crate) fn landing(url: &str, sites: &[String], click: &str) -> String {
    if !host(url).is_some_and(|h| of_site(sites, &h)) {
        return url.to_owned();
    }
    let (page, fragment) = match url.split_once('#') {
        Some((page, fragment)) => (page, format!("#{fragment}")),
        None => (url, String::new()),
    };
    let sign = if page.contains('?') { '&' } else { '?' };
    format!("{page}{sign}{CLICK}={click}{fragment}")
}

/// Whether a browser's id looks like one the pixel makes.
pub(crate) fn visitor(id: &str) -> bool {
    id.len() == 32 && id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn l_78_only_what_a_telephone_opens_is_given_away() {
        for good in [
            "https://wa.me/79120001122?text=%D0%94",
            "viber://pa?chatURI=shop&text=x",
            "mailto:shop@shop.example?body=x",
            "sms:+79120001122?body=x",
            "tel:+79120001122",
        ] {
            assert!(public(good), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "data:text/html,x",
            "JAVASCRIPT:alert(1)",
            "https://",
            "https:evil",
            "//evil.example",
            "sms:",
            "https://a.example/\r\nX: y",
            "https://a.example/<b>",
            "file:///etc/passwd",
            "",
        ] {
            assert!(!public(bad), "{bad}");
        }
        assert!(!public(&format!("https://a.example/{}", "x".repeat(2000))));
    }

    #[test]
    fn s3_09_robots_of_messengers_are_no_people() {
        for agent in [
            "TelegramBot (like TwitterBot)",
            "WhatsApp/2.24.6 A",
            "Mozilla/5.0 (compatible; vkShare; +http://vk.com/dev/Share)",
            "Viber/21.0",
            "facebookexternalhit/1.1",
            "Mozilla/5.0 (compatible; YandexBot/3.0)",
            "",
        ] {
            assert!(robot("GET", agent), "{agent}");
        }
        for agent in [
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36",
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        ] {
            assert!(!robot("GET", agent), "{agent}");
            assert!(robot("HEAD", agent));
        }
    }

    #[test]
    fn s3_08_what_is_worth_a_code() {
        let base = "https://chat.example";
        for (url, wanted) in [
            (
                "https://shop.example/catalogue/lamps?colour=black&page=2",
                true,
            ),
            (
                "https://chat.example/l/abcdefgh-and-much-longer-than-that",
                false,
            ),
            (
                "https://chat.example.evil.example/catalogue/lamps/black",
                true,
            ),
            ("https://a.io/x", false),
            (
                "mailto:anna@romashka.example?subject=lamps-and-shades",
                false,
            ),
        ] {
            assert_eq!(worth(base, url, 31), wanted, "{url}");
        }
    }

    #[test]
    fn s3_09_a_click_lands_where_it_should() {
        let sites = vec!["shop.example".to_owned()];
        for (url, wanted) in [
            ("https://shop.example/a", "https://shop.example/a?_b=7"),
            (
                "https://www.shop.example/a?x=1#top",
                "https://www.shop.example/a?x=1&_b=7#top",
            ),
            ("https://notshop.example/a", "https://notshop.example/a"),
            (
                "https://shop.example:8443/",
                "https://shop.example:8443/?_b=7",
            ),
        ] {
            assert_eq!(landing(url, &sites, "7"), wanted);
        }
        assert_eq!(
            site(" https://Shop.Example/lamps ").unwrap(),
            "shop.example"
        );
        assert_eq!(site("магазин.рф").unwrap(), "магазин.рф");
        for wrong in ["", "two words", "-x", "ftp://x"] {
            assert!(site(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn s3_09_no_address_breaks_the_rules(url in "\\PC{0,60}", agent in "\\PC{0,40}") {
            let _ = (host(&url), site(&url), robot("GET", &agent), worth("https://b.example", &url, 20));
            let landed = landing(&url, &["shop.example".to_owned()], "7");
            prop_assert!(landed.len() >= url.len());
        }
    }
}
