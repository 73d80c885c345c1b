//! Changing a row past the API's transitions: a status that no operation leads to, a server that runs.

use std::hash::Hash;
use std::sync::Arc;

use indexmap::IndexMap;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::Answer;
use super::ask::{Ask, read};
use super::problem::Problem;
use crate::domain::drill::Drill;
use crate::domain::inventory::{Domain, Inventory, Server, Volume, Vpc};
use crate::domain::project::Project;
use crate::domain::protected_instance::ProtectedInstance;
use crate::domain::protection_group::ProtectionGroup;
use crate::domain::replication_pair::ReplicationPair;
use crate::domain::resource::{Fault, Faults, Id, Identified, Object, Resource};
use crate::domain::time::Time;
use crate::store::Shard;
use crate::store::world::World;

/// The collections, as the URLs of the API call those that it has.
const COLLECTIONS: [&str; 8] = [
    "server-groups",
    "protected-instances",
    "replications",
    "disaster-recovery-drills",
    "servers",
    "volumes",
    "vpcs",
    "domains",
];

/// A row as it is now, and what no longer holds because of it.
#[derive(Serialize)]
struct Patched {
    resource: Value,
    warnings: Vec<Warning>,
}

#[derive(Serialize)]
struct Warning {
    /// The row that breaks a rule, by its ID.
    id: String,
    member: String,
    message: String,
}

/// `PATCH /_mock/resources/{collection}/{id}`, with a JSON merge patch (RFC 7386).
pub(super) fn patch(ask: &Ask<'_>) -> Result<Answer, Problem> {
    let project = ask.one()?.ok_or_else(|| {
        Problem::invalid(
            "missing_project",
            "this changes something: name the project it is for (?project=ID)",
        )
    })?;
    let (collection, id) = (ask.parameter(0), ask.parameter(1));
    let patch: Map<String, Value> = ask.json()?;
    let try_on = |shard: &Shard| {
        shard.try_govern(|world, now| {
            let resource = change(world, (collection, id), &patch, now)?;
            let warnings = warnings(&mut world.project);
            Ok::<_, Problem>(Patched { resource, warnings })
        })
    };
    let store = &ask.shared.store;
    if store.existing(&project.to_string()).is_none() {
        // A project is made only for a change that is not refused.
        try_on(&store.look(&project))?;
    }
    let shard = ask.govern(&project)?;
    Answer::ok(&try_on(&shard)?)
}

/// Changes what an ID names in a collection.
fn change(
    world: &mut World,
    (collection, id): (&str, &str),
    patch: &Map<String, Value>,
    now: Time,
) -> Result<Value, Problem> {
    match collection {
        "server-groups" => row::<ProtectionGroup>(world, id, patch, now),
        "protected-instances" => row::<ProtectedInstance>(world, id, patch, now),
        "replications" => row::<ReplicationPair>(world, id, patch, now),
        "disaster-recovery-drills" => row::<Drill>(world, id, patch, now),
        "servers" => listed(
            world,
            id,
            patch,
            |inventory| &mut inventory.servers,
            |id| Some(Server::unlisted(id)),
        ),
        "volumes" => listed(
            world,
            id,
            patch,
            |inventory| &mut inventory.volumes,
            |id| Some(Volume::unlisted(id)),
        ),
        "vpcs" => listed(
            world,
            id,
            patch,
            |inventory| &mut inventory.vpcs,
            |id| {
                Some(Vpc {
                    id,
                    subnets: Vec::new(),
                })
            },
        ),
        "domains" => listed(
            world,
            id,
            patch,
            |inventory| &mut inventory.domains,
            |_: Id<Domain>| None,
        ),
        given => Err(Problem::unknown("unknown_collection", "collection", given, COLLECTIONS).at("{collection}")),
    }
}

/// The members that follow from other rows.
const DERIVED: [&str; 5] = [
    "domain_name",
    "protected_instance_num",
    "replication_num",
    "disaster_recovery_drill_num",
    "attachment",
];

fn absent<T: Identified>(id: &str) -> Problem {
    Problem::absent(T::NAME, id)
}

/// Changes a row of the API; its ID and its group stay, for tables are found by them.
fn row<T: Resource>(world: &mut World, text: &str, patch: &Map<String, Value>, now: Time) -> Result<Value, Problem> {
    let id = Id::<T>::read(text).ok_or_else(|| absent::<T>(text))?;
    let before = T::table(&world.project).find(id).ok_or_else(|| absent::<T>(text))?;
    let mut form = serde_json::to_value(before).expect("a row is JSON");
    merge(&mut form, &Value::Object(patch.clone()));
    let mut after: T = typed(&form)?;
    if after.id() != id || after.group() != before.group() {
        let message = "a row's ID and its group cannot be changed";
        return Err(Problem::invalid("invalid_value", message).at(if after.id() == id {
            "/server_group_id"
        } else {
            "/id"
        }));
    }
    if let Some(derived) = DERIVED.iter().find(|derived| {
        patch.contains_key(**derived) && (**derived != "attachment" || T::COLLECTION == ReplicationPair::COLLECTION)
    }) {
        let message = format!("{derived} is derived from other rows: change those");
        return Err(Problem::invalid("invalid_value", message).at(format!("/{derived}")));
    }
    let mut faults = Faults::default();
    faults.vocabulary(&after, &world.project.rules);
    // A value that no row can have is refused; what other rows have to do with it is worth a warning.
    after.check(&world.project, &mut faults);
    if let Some(Fault { member, rule, value }) = faults.broken.into_iter().find(Fault::is_own) {
        let message = format!("{rule}; it is {value}");
        return Err(Problem::invalid("invalid_value", message).at(format!("/{member}")));
    }
    if !patch.contains_key("updated_at") {
        after.touch(now);
    }
    let written = serde_json::to_value(&after).expect("a row is JSON");
    let project = Arc::make_mut(&mut world.project);
    *T::table_mut(project).find_mut(id).expect("it was just found") = after;
    Ok(written)
}

/// Changes a listed thing; one that is not listed is from now on, where a default says what it is.
fn listed<T: Identified + Serialize + DeserializeOwned + Clone>(
    world: &mut World,
    text: &str,
    patch: &Map<String, Value>,
    section: fn(&mut Inventory) -> &mut IndexMap<Id<T>, T>,
    unlisted: fn(Id<T>) -> Option<T>,
) -> Result<Value, Problem>
where
    Id<T>: Hash + Eq,
{
    let id = Id::<T>::read(text).ok_or_else(|| absent::<T>(text))?;
    let inventory = &mut Arc::make_mut(&mut world.project).inventory;
    let section = section(inventory);
    let before = section.get(&id).cloned().or_else(|| unlisted(id));
    let mut form = match &before {
        Some(before) => serde_json::to_value(before).expect("a row is JSON"),
        None => serde_json::json!({ "id": id }),
    };
    merge(&mut form, &Value::Object(patch.clone()));
    if form["id"] != serde_json::json!(id) {
        return Err(Problem::invalid("invalid_value", "an ID cannot be changed").at("/id"));
    }
    let after: T = typed(&form)?;
    let written = serde_json::to_value(&after).expect("a row is JSON");
    section.insert(id, after);
    Ok(written)
}

fn typed<T: DeserializeOwned>(form: &Value) -> Result<T, Problem> {
    // As fixtures read a row, so that both share the code that does it.
    read(form.to_string().as_bytes()).map(|Object(row)| row)
}

/// Applies a JSON merge patch: null takes a member away, objects are merged, all else replaces.
pub(crate) fn merge(value: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        value.clone_from(patch);
        return;
    };
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    let members = value.as_object_mut().expect("it is one now");
    for (name, patch) in patch {
        if patch.is_null() {
            members.shift_remove(name);
        } else {
            merge(members.entry(name.clone()).or_insert(Value::Null), patch);
        }
    }
}

/// What of a project breaks a rule that a fixture would be refused for, and what was derived anew.
fn warnings(project: &mut Arc<Project>) -> Vec<Warning> {
    let warning = |id: Uuid, fault: Fault| Warning {
        id: id.to_string(),
        member: fault.member,
        message: format!("{}; it is {}", fault.rule, fault.value),
    };
    let mut warnings = Vec::new();
    Arc::make_mut(project).derive(|id, faults| {
        warnings.extend(faults.warnings.into_iter().map(|fault| warning(id, fault)));
    });
    warnings.extend(project.broken().into_iter().map(|(id, fault)| warning(id, fault)));
    warnings
}
