//! The private `PostgreSQL` of the tests, as stories and the tests of the binary use it.

/// The server's address; none when none was given (`tools/with-postgres.sh` gives one; CI must).
pub(crate) fn server() -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "the runner's word to the tests")]
    let (url, ci) = (std::env::var("BESEDA_TEST_POSTGRES"), std::env::var("CI"));
    assert!(
        url.is_ok() || ci.is_err(),
        "CI runs these on PostgreSQL too: BESEDA_TEST_POSTGRES is not set"
    );
    url.ok()
}

/// The address of another database of that server.
pub(crate) fn named(url: &str, name: &str) -> String {
    let (front, query) = url.split_once('?').unwrap_or((url, ""));
    let (server, _) = front.rsplit_once('/').unwrap();
    format!("{server}/{name}?{query}")
}
