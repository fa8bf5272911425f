//! What can go wrong, in two kinds: a refusal a person can act on, and a fault we must mend.

use std::{error::Error as StdError, fmt, time::Duration};

/// The result of everything that may be refused or fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A refusal (the caller's business) or a fault (ours).
pub enum Error {
    /// The request cannot be done as asked; told to the caller in their language.
    Refused(Refusal),
    /// Something of ours broke; logged once at the edge, answered as 500 with a reference.
    Fault(Box<dyn StdError + Send + Sync>),
}

/// Why something was refused: a stable code, the kind, and what a sentence about it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Stable word for programs, `domain.reason`; also the id of the Fluent message with `.` as `-`.
    pub code: &'static str,
    /// What sort of refusal it is; decides the HTTP status.
    pub kind: RefusalKind,
    /// The field of the request at fault, if one is.
    pub field: Option<&'static str>,
    /// Values for the sentence (names, numbers, seconds left).
    pub args: Vec<(&'static str, String)>,
}

/// The sorts of refusal, each with one HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalKind {
    /// 400: the request does not parse or breaks a rule.
    Invalid,
    /// 401: sign in first.
    SignIn,
    /// 403: known, but the right is missing.
    Denied,
    /// 404: it does not exist, or you may not know that it does.
    NotFound,
    /// 409: the state has changed meanwhile.
    Conflict,
    /// 413: larger than allowed.
    TooLarge,
    /// 429: too often; the number of seconds stands in `args` as `seconds`.
    TooMany,
    /// 503: cannot be done at present (stopping, the database is away).
    Unavailable,
    /// 507: the server's disk is full; nothing was changed, and reading goes on.
    Full,
}

impl Refusal {
    /// A refusal of a kind with its code.
    pub const fn new(kind: RefusalKind, code: &'static str) -> Self {
        Self {
            code,
            kind,
            field: None,
            args: Vec::new(),
        }
    }
    /// Names the field at fault.
    #[must_use]
    pub const fn field(mut self, field: &'static str) -> Self {
        self.field = Some(field);
        self
    }
    /// Adds a value for the sentence.
    #[must_use]
    pub fn arg(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.args.push((name, value.to_string()));
        self
    }
}

impl Error {
    /// 400 with a code.
    pub const fn invalid(code: &'static str) -> Self {
        Self::Refused(Refusal::new(RefusalKind::Invalid, code))
    }
    /// 400 with a code, about one field.
    pub const fn field(field: &'static str, code: &'static str) -> Self {
        Self::Refused(Refusal::new(RefusalKind::Invalid, code).field(field))
    }
    /// 404: does not exist, or not for you.
    pub const fn not_found() -> Self {
        Self::Refused(Refusal::new(RefusalKind::NotFound, "not-found"))
    }
    /// 403 with a code.
    pub const fn denied(code: &'static str) -> Self {
        Self::Refused(Refusal::new(RefusalKind::Denied, code))
    }
    /// 409 with a code.
    pub const fn conflict(code: &'static str) -> Self {
        Self::Refused(Refusal::new(RefusalKind::Conflict, code))
    }
    /// 401 with a code.
    pub const fn sign_in(code: &'static str) -> Self {
        Self::Refused(Refusal::new(RefusalKind::SignIn, code))
    }
    /// 429 with the time left.
    pub fn too_many(code: &'static str, wait: Duration) -> Self {
        let seconds = wait.as_secs().max(1);
        Self::Refused(Refusal::new(RefusalKind::TooMany, code).arg("seconds", seconds))
    }
    /// A fault of ours, from any error or sentence.
    pub fn fault(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Fault(cause.into())
    }
    /// The refusal's code, if it is a refusal.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::Refused(r) => Some(r.code),
            Self::Fault(_) => None,
        }
    }
    /// Whether it lies in the moment, not in what was asked: the same again will succeed once the disk has room or
    /// the database is back.
    pub fn passes(&self) -> bool {
        matches!(self, Self::Refused(r) if matches!(r.kind, RefusalKind::Unavailable | RefusalKind::Full))
    }
    /// Adds a value for the sentence of a refusal; faults pass unchanged.
    #[must_use]
    pub fn arg(self, name: &'static str, value: impl fmt::Display) -> Self {
        match self {
            Self::Refused(r) => Self::Refused(r.arg(name, value)),
            fault @ Self::Fault(_) => fault,
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}
impl From<std::io::Error> for Error {
    fn from(cause: std::io::Error) -> Self {
        Self::fault(cause)
    }
}
impl From<serde_json::Error> for Error {
    fn from(cause: serde_json::Error) -> Self {
        Self::fault(cause)
    }
}
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(r) => write!(f, "refused: {}", r.code),
            Self::Fault(cause) => {
                write!(f, "{cause}")?;
                let mut next = cause.source();
                while let Some(source) = next {
                    write!(f, ": {source}")?;
                    next = source.source();
                }
                Ok(())
            }
        }
    }
}
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(r) => r.fmt(f),
            Self::Fault(_) => write!(f, "Fault({self})"),
        }
    }
}
impl StdError for Error {}
