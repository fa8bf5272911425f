//! Breaking one promise on purpose: a test that still passes then proves nothing (`make sabotage`).

/// Whether the promise behind `name` is to be broken in this process. Always `false` in a build without the cargo
/// feature `sabotage`; with it, `BESEDA_SABOTAGE` lists the names, separated by commas.
#[cfg(not(feature = "sabotage"))]
pub const fn sabotaged(_name: &str) -> bool {
    false
}

/// Whether the promise behind `name` is to be broken in this process: `BESEDA_SABOTAGE` lists the names, separated
/// by commas.
#[cfg(feature = "sabotage")]
pub fn sabotaged(name: &str) -> bool {
    static NAMES: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    #[expect(
        clippy::disallowed_methods,
        reason = "no configuration: a build that people use does not know the word"
    )]
    let names = NAMES.get_or_init(|| std::env::var("BESEDA_SABOTAGE").unwrap_or_default());
    names.split(',').any(|one| one == name)
}
