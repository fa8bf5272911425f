//! Sentences the server says (refusals, notices, event lines), from the Fluent catalogs of the domains.

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use kernel::{Error, Language, Refusal, Result};
use std::sync::Arc;

/// The catalogs of both languages.
#[derive(Clone)]
pub struct Texts {
    bundles: Arc<[FluentBundle<FluentResource>; 2]>,
}

const RU: &str = include_str!("../locales/ru.ftl");
const EN: &str = include_str!("../locales/en.ftl");

impl Texts {
    /// Builds the catalogs from this crate's own texts and those of the domains (`(ru, en)` each).
    pub fn new<'a>(parts: impl IntoIterator<Item = (&'a str, &'a str)> + Clone) -> Result<Self> {
        let ru = std::iter::once(RU).chain(parts.clone().into_iter().map(|p| p.0));
        let en = std::iter::once(EN).chain(parts.into_iter().map(|p| p.1));
        Ok(Self {
            bundles: Arc::new([bundle("ru", ru)?, bundle("en", en)?]),
        })
    }

    /// A sentence, or `None` if no catalog has it. Arguments that are numbers count as numbers for plurals.
    pub fn find(&self, language: Language, id: &str, args: &[(&str, String)]) -> Option<String> {
        let bundle = match language {
            Language::Ru => &self.bundles[0],
            Language::En => &self.bundles[1],
        };
        let pattern = bundle.get_message(id)?.value()?;
        let mut values = FluentArgs::new();
        for (name, value) in args {
            match value.parse::<i64>() {
                Ok(number) if value.len() < 10 => values.set(*name, FluentValue::from(number)),
                _ => values.set(*name, FluentValue::from(value.clone())),
            }
        }
        Some(
            bundle
                .format_pattern(pattern, Some(&values), &mut Vec::new())
                .into_owned(),
        )
    }

    /// A sentence; its own id when no catalog has it (a test finds those).
    pub fn say(&self, language: Language, id: &str, args: &[(&str, String)]) -> String {
        self.find(language, id, args)
            .unwrap_or_else(|| id.to_owned())
    }

    /// The sentence of a refusal.
    pub fn refusal(&self, language: Language, refusal: &Refusal) -> String {
        self.say(
            language,
            &refusal.code.replace(['.', '_'], "-"),
            &refusal.args,
        )
    }
}

fn bundle<'a>(
    language: &str,
    sources: impl Iterator<Item = &'a str>,
) -> Result<FluentBundle<FluentResource>> {
    let id = language
        .parse()
        .map_err(|_| Error::fault("a language is not a language"))?;
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    bundle.set_use_isolating(false);
    for source in sources {
        let resource = FluentResource::try_new(source.to_owned()).map_err(|(_, errors)| {
            Error::fault(format!("a {language} catalog is broken: {errors:?}"))
        })?;
        bundle.add_resource(resource).map_err(|errors| {
            Error::fault(format!("a {language} message stands twice: {errors:?}"))
        })?;
    }
    Ok(bundle)
}
