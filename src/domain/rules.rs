//! What a project is checked against: the flavour with its name rule.

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
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rules {
    /// The cloud that is emulated.
    pub flavour: Flavour,
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
