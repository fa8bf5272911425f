//! The rules of accounts: what a login and a password must be, when sign-in is locked, who may sign in without a password.

use crate::model::{Person, Workspace};
use kernel::{Email, Error, Moment, Result};
use std::{net::IpAddr, time::Duration};

/// Failures that are forgiven before a lock.
const FREE_FAILURES: i64 = 5;
/// The longest lock.
const LONGEST_LOCK: Duration = Duration::from_secs(15 * 60);
/// After this long without failures the count starts anew.
const FORGET_AFTER: Duration = Duration::from_secs(60 * 60);

/// How long sign-in stays locked after `failures`, the last of them at `last`: 30 s, doubling, at most 15 minutes.
pub(crate) fn locked_for(failures: i64, last: Moment, now: Moment) -> Option<Duration> {
    if failures < FREE_FAILURES || now.since(last) > FORGET_AFTER {
        return None;
    }
    let doublings = u32::try_from((failures - FREE_FAILURES).clamp(0, 10)).unwrap_or(0);
    let lock = Duration::from_secs(30 << doublings).min(LONGEST_LOCK);
    lock.checked_sub(now.since(last))
        .filter(|left| !left.is_zero())
}

/// The count after one more failure.
pub(crate) fn count_failure(failures: i64, last: Moment, now: Moment) -> i64 {
    if now.since(last) > FORGET_AFTER {
        1
    } else {
        failures + 1
    }
}

/// Reads a login: 2 to 64 letters, digits, `.`, `_`, `-`, `@`; case does not matter.
pub(crate) fn login(input: &str) -> Result<String> {
    let login = input.trim().to_lowercase();
    let length = login.chars().count();
    let fits = login
        .chars()
        .all(|c| c.is_alphanumeric() || "._-@+".contains(c));
    if !(2..=64).contains(&length) || !fits {
        return Err(Error::field("login", "accounts.bad_login"));
    }
    Ok(login)
}

/// Checks a new password: 8 to 200 characters; composition rules help nobody (NIST SP 800-63B 5.1.1.2).
pub(crate) fn password(input: &str) -> Result<()> {
    match input.chars().count() {
        8..=200 => Ok(()),
        _ => Err(Error::field("password", "accounts.bad_password")),
    }
}

/// Reads a name of a person, department or role: something visible, at most 200 characters.
pub(crate) fn name(input: &str, field: &'static str) -> Result<String> {
    let name = text::clean_name(input);
    if name.is_empty() {
        Err(Error::field(field, "accounts.name_needed"))
    } else {
        Ok(name)
    }
}

/// An e-mail address, or none.
pub(crate) fn email(given: &str) -> Result<String> {
    match given.trim() {
        "" => Ok(String::new()),
        given => Email::parse(given)
            .map(|e| e.as_str().to_owned())
            .ok_or_else(|| Error::field("email", "accounts.bad_email")),
    }
}

/// Reads a network in CIDR form, `192.168.0.0/16`; a bare address is a network of one.
fn network(input: &str) -> Option<(IpAddr, u8)> {
    let (address, bits) = match input.trim().split_once('/') {
        Some((a, b)) => (a.parse().ok()?, b.parse().ok()?),
        None => {
            let a: IpAddr = input.trim().parse().ok()?;
            (a, if a.is_ipv4() { 32 } else { 128 })
        }
    };
    let most = if matches!(address, IpAddr::V4(_)) {
        32
    } else {
        128
    };
    (bits <= most).then_some((address, bits))
}

/// Checks the networks of a setting.
pub(crate) fn networks(list: &[String]) -> Result<()> {
    match list.iter().find(|n| network(n).is_none()) {
        Some(bad) => {
            Err(Error::field("passwordless_networks", "accounts.bad_network").arg("network", bad))
        }
        None => Ok(()),
    }
}

fn contains(network: (IpAddr, u8), address: IpAddr) -> bool {
    let bits = |a: IpAddr| match a {
        IpAddr::V4(v4) => u128::from(u32::from(v4)) << 96,
        IpAddr::V6(v6) => u128::from(v6),
    };
    if network.0.is_ipv4() != address.is_ipv4() {
        return false;
    }
    let mask = if network.1 == 0 {
        0
    } else {
        u128::MAX << (128 - u32::from(network.1))
    };
    bits(network.0) & mask == bits(address) & mask
}

/// S0-07: whether people without a password may sign in from `address`.
pub(crate) fn passwordless(workspace: &Workspace, address: IpAddr) -> bool {
    let address = address.to_canonical();
    workspace.passwordless
        && workspace
            .passwordless_networks
            .iter()
            .filter_map(|n| network(n))
            .any(|n| contains(n, address))
}

/// What a guest sees of somebody they share a chat with: who it is and whether they are there; how to reach them elsewhere,
/// and their place in the company, stay inside.
pub(crate) fn as_guests_see(person: &Person) -> Person {
    Person {
        login: None,
        email: String::new(),
        phones: Vec::new(),
        extension: String::new(),
        department_id: None,
        role_ids: Vec::new(),
        wrote_with: String::new(),
        wrote_at: None,
        ..person.clone()
    }
}

/// Checks a key with its modifiers, `Ctrl+Shift+KeyM` (L-84): the keys by which lists are walked cannot be given away.
pub(crate) fn chord(chord: &str) -> Result<()> {
    let mut parts = chord.split('+').rev();
    let key = parts.next().unwrap_or_default();
    let plain = (1..=24).contains(&key.len()) && key.chars().all(|c| c.is_ascii_alphanumeric());
    let modifiers: Vec<&str> = parts.collect();
    let known = modifiers
        .iter()
        .all(|m| ["Ctrl", "Shift", "Alt", "Meta"].contains(m));
    let taken =
        ["Enter", "Tab", "Escape", "ContextMenu", "F10"].contains(&key) || key.starts_with("Arrow");
    if plain && known && modifiers.len() <= 4 && !taken {
        Ok(())
    } else {
        Err(Error::field("sms_key", "accounts.bad_key"))
    }
}

/// Checks an IANA time zone.
pub(crate) fn time_zone(input: &str) -> Result<String> {
    jiff::tz::TimeZone::get(input)
        .map(|_| input.to_owned())
        .map_err(|_| Error::field("time_zone", "accounts.bad_time_zone"))
}

/// The name and version a program gives itself, as it is shown to others: short, and without tricks.
pub(crate) fn program(named: &str) -> String {
    let plain = |c: &char| c.is_ascii_alphanumeric() || " .-+".contains(*c);
    let name: String = named.chars().filter(plain).take(40).collect();
    match name.trim() {
        "" => "api".to_owned(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s2_17_a_program_names_itself_in_plain_letters() {
        assert_eq!(program("web 0.1.0"), "web 0.1.0");
        assert_eq!(program("<b>\u{202e}Андроид"), "b");
        assert_eq!(program("\u{202e}"), "api");
        assert_eq!(program(&"x".repeat(99)).len(), 40);
    }
    use kernel::Language;

    #[test]
    fn the_lock_grows_and_ends() {
        let start = Moment::from_seconds(1_000_000);
        for (failures, seconds) in [
            (4, None),
            (5, Some(30)),
            (6, Some(60)),
            (9, Some(480)),
            (50, Some(900)),
        ] {
            assert_eq!(
                locked_for(failures, start, start),
                seconds.map(Duration::from_secs),
                "{failures}"
            );
        }
        assert_eq!(locked_for(5, start, start + Duration::from_secs(31)), None);
        assert_eq!(
            locked_for(50, start, start + Duration::from_secs(3601)),
            None
        );
        assert_eq!(
            count_failure(50, start, start + Duration::from_secs(3601)),
            1
        );
        // A clock that jumped back neither unlocks nor locks for ever.
        assert_eq!(
            locked_for(5, start, start - Duration::from_secs(500)),
            Some(Duration::from_secs(30))
        );
    }

    #[test]
    fn s0_07_without_a_password_only_from_the_named_networks() {
        let mut workspace = Workspace {
            name: String::new(),
            language: Language::Ru,
            time_zone: "Europe/Moscow".into(),
            passwordless: true,
            passwordless_networks: vec!["192.168.1.0/24".into(), "::1".into()],
            guests: true,
        };
        for (address, allowed) in [
            ("192.168.1.77", true),
            ("::ffff:192.168.1.77", true),
            ("192.168.2.1", false),
            ("8.8.8.8", false),
            ("::1", true),
            ("::2", false),
        ] {
            assert_eq!(
                passwordless(&workspace, address.parse().unwrap()),
                allowed,
                "{address}"
            );
        }
        workspace.passwordless = false;
        assert!(!passwordless(&workspace, "192.168.1.77".parse().unwrap()));
        assert!(networks(&["10.0.0.0/33".into()]).is_err());
    }

    #[test]
    fn l_84_a_key_can_be_chosen_but_not_one_that_walks_the_list() {
        for good in [
            "Space",
            "Ctrl+Space",
            "KeyM",
            "Ctrl+Shift+KeyM",
            "F2",
            "Digit5",
        ] {
            assert!(chord(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "+",
            "Ctrl+",
            "Enter",
            "Ctrl+Enter",
            "ArrowUp",
            "Shift+F10",
            "Hyper+KeyM",
            "<b>",
            "Пробел",
        ] {
            assert!(chord(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn logins_are_one_whatever_the_case() {
        assert_eq!(login(" Anna.P ").unwrap(), "anna.p");
        for bad in ["", "a", "a b", "<script>", &"x".repeat(65)] {
            assert!(login(bad).is_err(), "{bad}");
        }
        assert!(password("1234567").is_err() && password("12345678").is_ok());
    }
}
