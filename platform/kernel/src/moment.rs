//! A point in time, and nothing else: zones belong to people, not to moments.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::ops::{Add, Sub};
use std::time::Duration;

/// Microseconds since 1970-01-01 UTC. In JSON it is whole **milliseconds**, which a browser's `Date` takes as is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Moment(i64);

impl Moment {
    /// From microseconds, as stored in the database.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }
    /// From milliseconds, as written in JSON; saturates at the ends of the range.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis.saturating_mul(1000))
    }
    /// From whole seconds, as most messengers give it; saturates.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000_000))
    }
    /// Microseconds since 1970, as stored in the database.
    pub const fn micros(self) -> i64 {
        self.0
    }
    /// Milliseconds since 1970, rounded down.
    pub const fn millis(self) -> i64 {
        self.0.div_euclid(1000)
    }
    /// The moment as a calendar library's timestamp; out-of-range values become the epoch.
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_microsecond(self.0).unwrap_or_default()
    }
    /// How long ago `earlier` was; zero if it is not earlier (clocks jump).
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

fn micros(d: Duration) -> i64 {
    i64::try_from(d.as_micros()).unwrap_or(i64::MAX)
}
impl Add<Duration> for Moment {
    type Output = Self;
    fn add(self, d: Duration) -> Self {
        Self(self.0.saturating_add(micros(d)))
    }
}
impl Sub<Duration> for Moment {
    type Output = Self;
    fn sub(self, d: Duration) -> Self {
        Self(self.0.saturating_sub(micros(d)))
    }
}
impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        self.millis().serialize(s)
    }
}
impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        i64::deserialize(d).map(Self::from_millis)
    }
}
impl utoipa::__dev::ComposeSchema for Moment {
    fn compose(
        _: Vec<utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>>,
    ) -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        <i64 as utoipa::PartialSchema>::schema()
    }
}
impl utoipa::ToSchema for Moment {
    fn name() -> std::borrow::Cow<'static, str> {
        "Moment".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_milliseconds_and_arithmetic_saturates() {
        let m = Moment::from_micros(1_500_999);
        assert_eq!(serde_json::to_string(&m).unwrap(), "1500");
        assert_eq!(
            m + Duration::from_secs(u64::MAX),
            Moment::from_micros(i64::MAX)
        );
        assert_eq!(
            Moment::from_seconds(1).since(Moment::from_seconds(5)),
            Duration::ZERO
        );
        assert_eq!(Moment::from_micros(-1).millis(), -1);
    }
}
