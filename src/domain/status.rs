//! The one vocabulary of statuses; each resource names the part of it that it uses.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::ser::{Serialize, Serializer};

/// A status word of the documentation. Which of them a resource can have is [`Resource::STATUSES`].
///
/// [`Resource::STATUSES`]: super::resource::Resource::STATUSES
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the documented word itself, see `word`")]
pub enum Status {
    Creating,
    Available,
    Protected,
    FailedOver,
    Error,
    Starting,
    Stopping,
    Reversing,
    FailingOver,
    Reprotecting,
    Deleting,
    Resizing,
    NicCreating,
    NicDeleting,
    Attaching,
    Detaching,
    Extending,
    ErrorStarting,
    ErrorStopping,
    ErrorReversing,
    ErrorFailingOver,
    ErrorReprotecting,
    ErrorDeleting,
    ErrorResizing,
    ErrorAttaching,
    ErrorDetaching,
    ErrorExtending,
    Invalid,
    Fault,
}

impl Status {
    /// Every word of the vocabulary.
    pub const ALL: [Self; 29] = [
        Self::Creating,
        Self::Available,
        Self::Protected,
        Self::FailedOver,
        Self::Error,
        Self::Starting,
        Self::Stopping,
        Self::Reversing,
        Self::FailingOver,
        Self::Reprotecting,
        Self::Deleting,
        Self::Resizing,
        Self::NicCreating,
        Self::NicDeleting,
        Self::Attaching,
        Self::Detaching,
        Self::Extending,
        Self::ErrorStarting,
        Self::ErrorStopping,
        Self::ErrorReversing,
        Self::ErrorFailingOver,
        Self::ErrorReprotecting,
        Self::ErrorDeleting,
        Self::ErrorResizing,
        Self::ErrorAttaching,
        Self::ErrorDetaching,
        Self::ErrorExtending,
        Self::Invalid,
        Self::Fault,
    ];

    /// The word as the wire has it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Creating => "creating",
            Self::Available => "available",
            Self::Protected => "protected",
            Self::FailedOver => "failed-over",
            Self::Error => "error",
            Self::Starting => "starting",
            Self::Stopping => "stopping",
            Self::Reversing => "reversing",
            Self::FailingOver => "failing-over",
            Self::Reprotecting => "reprotecting",
            Self::Deleting => "deleting",
            Self::Resizing => "resizing",
            Self::NicCreating => "nic-creating",
            Self::NicDeleting => "nic-deleting",
            Self::Attaching => "attaching",
            Self::Detaching => "detaching",
            Self::Extending => "extending",
            Self::ErrorStarting => "error-starting",
            Self::ErrorStopping => "error-stopping",
            Self::ErrorReversing => "error-reversing",
            Self::ErrorFailingOver => "error-failing-over",
            Self::ErrorReprotecting => "error-reprotecting",
            Self::ErrorDeleting => "error-deleting",
            Self::ErrorResizing => "error-resizing",
            Self::ErrorAttaching => "error-attaching",
            Self::ErrorDetaching => "error-detaching",
            Self::ErrorExtending => "error-extending",
            Self::Invalid => "invalid",
            Self::Fault => "fault",
        }
    }

    const WORDS: [&'static str; Self::ALL.len()] = {
        let mut words = [""; Self::ALL.len()];
        let mut place = 0;
        while place < words.len() {
            words[place] = Self::ALL[place].word();
            place += 1;
        }
        words
    };

    /// Whether something goes on that ends by itself.
    pub const fn is_transient(self) -> bool {
        use Status::{Attaching, Creating, Deleting, Detaching, Extending, FailingOver, NicCreating, NicDeleting};
        use Status::{Reprotecting, Resizing, Reversing, Starting, Stopping};
        matches!(
            self,
            Creating
                | Deleting
                | Starting
                | Stopping
                | Reversing
                | FailingOver
                | Reprotecting
                | Resizing
                | NicCreating
                | NicDeleting
                | Attaching
                | Detaching
                | Extending
        )
    }

    /// Whether something is wrong: what the lists' `query_type=status_abnormal` asks for (inferred).
    pub fn is_abnormal(self) -> bool {
        matches!(self, Self::Invalid | Self::Fault) || self.word().starts_with("error")
    }

    /// The status that this word stands for, in exactly this spelling.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.word() == word)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl Serialize for Status {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

impl<'de> Deserialize<'de> for Status {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Word;
        impl Visitor<'_> for Word {
            type Value = Status;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a status word of the documentation")
            }

            fn visit_str<E: Error>(self, word: &str) -> Result<Status, E> {
                Status::parse(word).ok_or_else(|| E::unknown_variant(word, &Status::WORDS))
            }
        }
        deserializer.deserialize_str(Word)
    }
}
