//! Parameters of a call, written as the vendor reads them.

/// A list of parameters under construction.
#[derive(Default, Clone)]
pub(crate) struct Parameters(Vec<(&'static str, String)>);

impl Parameters {
    /// The same with one more.
    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.0.push((name, value.to_string()));
        self
    }
    /// `application/x-www-form-urlencoded`, as bytes of a body.
    pub(crate) fn encoded(&self) -> String {
        let mut out = String::new();
        for (name, value) in &self.0 {
            if !out.is_empty() {
                out.push('&');
            }
            out.push_str(name);
            out.push('=');
            escape(value, &mut out);
        }
        out
    }
}

/// Everything but letters, digits and `-_.~` as percent signs and hexadecimal digits.
pub(crate) fn escape(value: &str, out: &mut String) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_survives_the_form() {
        let form = Parameters::default()
            .with("message", "a+b & ж=1\n")
            .with("peer_id", 7);
        assert_eq!(
            form.encoded(),
            "message=a%2Bb%20%26%20%D0%B6%3D1%0A&peer_id=7"
        );
    }
}
