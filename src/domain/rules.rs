//! What a project is checked against: the flavour with its name rule, quotas, limits.

use super::name::NameRule;

/// Which of the two clouds is emulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Flavour {
    /// Huawei Cloud: names may hold Chinese characters.
    #[default]
    Huawei,
    /// Open Telekom Cloud: ASCII names, three operations fewer.
    Otc,
}

impl Flavour {
    /// The word that names this flavour on the command line and in `operations.json`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Huawei => "huawei",
            Self::Otc => "otc",
        }
    }
}

/// The rules in force for a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// The cloud that is emulated.
    pub flavour: Flavour,
    /// How many protection groups the project may have; `None` is without limit.
    pub group_quota: Option<usize>,
    /// How many replication pairs the project may have; `None` is without limit.
    pub pair_quota: Option<usize>,
}

/// The most pairs of a group that are attached to no instance (Huawei's user guide; scope inferred).
pub const UNATTACHED_PAIRS: usize = 5;
/// The most network interfaces of an instance, the primary one included (user guides).
pub const NICS: usize = 12;
/// The most servers that one batch creates instances of.
pub const BATCH_CREATE: usize = 5;
/// The most instances that one batch deletes.
pub const BATCH_DELETE: usize = 20;

impl Default for Rules {
    fn default() -> Self {
        Self {
            flavour: Flavour::default(),
            group_quota: Some(50),
            pair_quota: Some(100),
        }
    }
}

impl Rules {
    /// Which characters names may have.
    pub const fn names(&self) -> NameRule {
        match self.flavour {
            Flavour::Huawei => NameRule::Chinese,
            Flavour::Otc => NameRule::Ascii,
        }
    }
}
