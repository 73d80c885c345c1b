//! What the lists of a batch must keep before anything that they name is looked up.

use super::ProtectedInstance;
use crate::domain::code::{Code, Refusal};
use crate::domain::inventory::Server;
use crate::domain::resource::{Id, Identified};
use crate::domain::rules::{BATCH_CREATE, BATCH_DELETE};

/// The production servers that a batch creates instances of: 1 to 5, each once.
pub fn servers_of_batch<'t>(ids: impl ExactSizeIterator<Item = Option<&'t str>>) -> Result<Vec<Id<Server>>, Refusal> {
    check_size(ids.len(), BATCH_CREATE, "servers")?;
    let parse = |(index, id): (usize, Option<&str>)| {
        Id::parse(id.unwrap_or_default(), &format!("servers[{index}].server_id")).map_err(|refusal| Refusal {
            code: Code::BatchInvalidServerId,
            ..refusal
        })
    };
    let ids = ids.enumerate().map(parse).collect::<Result<Vec<_>, _>>()?;
    distinct(ids, Code::BatchDuplicateServer)
}

/// The instances that a batch deletes: 1 to 20, each once.
pub fn instances_of_batch<'t>(
    ids: impl ExactSizeIterator<Item = Option<&'t str>>,
) -> Result<Vec<Id<ProtectedInstance>>, Refusal> {
    check_size(ids.len(), BATCH_DELETE, "protected_instances")?;
    let parse = |(index, id): (usize, Option<&str>)| {
        Id::parse(id.unwrap_or_default(), &format!("protected_instances[{index}].id"))
    };
    let ids = ids.enumerate().map(parse).collect::<Result<Vec<_>, _>>()?;
    distinct(ids, Code::BatchDuplicateInstance)
}

fn check_size(given: usize, most: usize, member: &str) -> Result<(), Refusal> {
    match given {
        0 => Err(Code::InvalidParameters.because(format!("{member} must not be empty"))),
        given if given > most => {
            Err(Code::BatchTooLarge.because(format!("{member} may have {most} entries, it has {given}")))
        }
        _ => Ok(()),
    }
}

fn distinct<T: Identified>(ids: Vec<Id<T>>, denied: Code) -> Result<Vec<Id<T>>, Refusal> {
    let again = ids.iter().enumerate().find(|(index, id)| ids[..*index].contains(id));
    match again {
        None => Ok(ids),
        Some((_, id)) => Err(denied.because(format!("{} {id} stands there twice", T::NAME))),
    }
}
