//! Tags of protected instances, and finding instances by them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde::ser::SerializeMap;

use super::body::{Inner, Text, Wrapped, Wrapper};
use super::error::{Dialect, Failure};
use super::input::{Call, Input, Project};
use super::reply::Reply;
use super::tag_query::{Action, ByTags};
use crate::domain::code::{Code, Refusal};
use crate::domain::protected_instance::ProtectedInstance;
use crate::domain::resource::{Id, Object};
use crate::domain::rules::Flavour;
use crate::domain::tag::{Tag, Tags, Unwanted, key_of, limit};

/// `AddProtectedInstanceTags`: a key that the instance has gets the new value.
pub fn add(
    project: Project<'_>,
    id: Id<ProtectedInstance>,
    new: Wrapped<OneTag, NewTag<'_>>,
) -> Result<Reply, Refusal> {
    let tag = Tag::parse(new.0.key(), new.0.value())?;
    tag_instance(&project, id, vec![tag])
}

/// `DeleteProtectedInstanceTag`: the only deletion that minds whether the tag is there.
pub fn delete(project: Project<'_>, id: Id<ProtectedInstance>, key: TagKey<'_>) -> Result<Reply, Refusal> {
    let key = key_of(Some(&key.0))?;
    untag_instance(
        &project,
        id,
        &[Unwanted {
            key: key.to_owned(),
            value: None,
        }],
        true,
    )
}

/// The same for the tag whose key is `action`, on the path that it shares with the batches.
pub fn delete_action(project: Project<'_>, id: Id<ProtectedInstance>) -> Result<Reply, Refusal> {
    delete(project, id, TagKey("action".into()))
}

/// `BatchAddTags`: all or none.
pub fn add_batch(project: Project<'_>, id: Id<ProtectedInstance>, batch: TagBatch) -> Result<Reply, Refusal> {
    let most = limit(project.flavour());
    let pairs = batch.0?;
    let tags = Tags::parse(
        pairs.iter().map(|(key, value)| (key.as_deref(), value.as_deref())),
        most,
    )?;
    tag_instance(&project, id, tags)
}

/// `BatchDeleteTags`: what is not there is no fault.
pub fn delete_batch(project: Project<'_>, id: Id<ProtectedInstance>, batch: TagBatch) -> Result<Reply, Refusal> {
    let unwanted = batch.0?.into_iter().map(|(key, value)| {
        key_of(key.as_deref())?;
        let key = key.unwrap_or_default();
        Ok(Unwanted { key, value })
    });
    untag_instance(&project, id, &unwanted.collect::<Result<Vec<_>, _>>()?, false)
}

/// `ListProtectedInstanceTags`.
pub fn list(project: Project<'_>, id: Id<ProtectedInstance>) -> Result<Reply, Refusal> {
    project.look(|project| {
        let tags = &project.instances.get(id)?.tags;
        Ok(Reply::json(&TagList { tags }))
    })
}

/// `ListProtectedInstancesProjectTags`: every key of the project with its values, both sorted.
pub fn list_all(project: Project<'_>) -> Result<Reply, Refusal> {
    Ok(project.look(|project| {
        let mut values = BTreeMap::<&str, BTreeSet<&str>>::new();
        for tag in project.instances.newest_first().flat_map(|instance| &instance.tags) {
            values.entry(&tag.key).or_default().insert(&tag.value);
        }
        let tags: Vec<_> = values
            .into_iter()
            .map(|(key, values)| KeyValues { key, values })
            .collect();
        Reply::json(&TagList { tags })
    }))
}

/// `ListProtectedInstancesByTags`: a page of instances, or only how many there are.
pub fn find(project: Project<'_>, asked: ByTags) -> Result<Reply, Refusal> {
    let asked = asked.check(project.flavour())?;
    let numbers = project.dialect() == Dialect::Live && project.flavour() == Flavour::Huawei;
    Ok(project.look(|project| {
        let found = project
            .instances
            .newest_first()
            .filter(|instance| asked.query.admits(instance));
        let found: Vec<_> = found.collect();
        let total_count = found.len();
        let resources = match asked.action {
            Action::Count => None,
            Action::Filter(page) => {
                let shown = found.into_iter().skip(page.offset).take(page.limit);
                Some(shown.map(|instance| Found::new(instance, numbers)).collect())
            }
        };
        Reply::json(&FoundList { resources, total_count })
    }))
}

fn tag_instance(project: &Project<'_>, id: Id<ProtectedInstance>, tags: Vec<Tag>) -> Result<Reply, Refusal> {
    let most = limit(project.flavour());
    project.shard().write(
        |project| {
            project.instances.get(id)?.admits_tags(&tags, most)?;
            project.instances.position(id)
        },
        |project, position, _| project.at_mut::<ProtectedInstance>(position).tag(tags.clone()),
    )?;
    Ok(Reply::no_content())
}

fn untag_instance(
    project: &Project<'_>,
    id: Id<ProtectedInstance>,
    unwanted: &[Unwanted],
    must_exist: bool,
) -> Result<Reply, Refusal> {
    project.shard().write(
        |project| {
            let instance = project.instances.get(id)?;
            instance.admits_untagging()?;
            let has = |unwanted: &Unwanted| instance.tags.iter().any(|tag| tag.key == unwanted.key);
            match unwanted.iter().find(|unwanted| must_exist && !has(unwanted)) {
                Some(missing) => Err(Code::TagKeyNotFound.because(format!("there is no tag {:?}", missing.key))),
                None => project.instances.position(id),
            }
        },
        |project, position, _| project.at_mut::<ProtectedInstance>(position).untag(unwanted),
    )?;
    Ok(Reply::no_content())
}

/// What wraps a single tag.
pub enum OneTag {}

impl Wrapper for OneTag {
    const NAME: &'static str = "tag";
}

/// A tag as a body names it.
#[derive(serde::Deserialize)]
pub struct NewTag<'r> {
    #[serde(borrow)]
    key: Option<Text<'r>>,
    #[serde(borrow)]
    value: Option<Text<'r>>,
}

impl Inner for NewTag<'_> {}

impl NewTag<'_> {
    /// The key, if it is given.
    pub fn key(&self) -> Option<&str> {
        self.key.as_ref().map(|key| &*key.0)
    }

    /// The value, if it is given.
    pub fn value(&self) -> Option<&str> {
        self.value.as_ref().map(|value| &*value.0)
    }
}

/// The key in a path, decoded after the path was cut: it may hold a slash.
pub struct TagKey<'r>(Cow<'r, str>);

impl<'r> Input<'r> for TagKey<'r> {
    fn read(call: &mut Call<'r>) -> Result<Self, Failure> {
        // Bad bytes become a character that no key may hold, so they name no tag.
        Ok(Self(call.parameter().exact().unwrap_or("\0".into())))
    }
}

/// The tags of a batch; that there must be some is a rule, not a shape.
pub struct TagBatch(Result<Vec<KeyValue>, Refusal>);

/// A key and a value as they were given.
type KeyValue = (Option<String>, Option<String>);

impl<'r> Input<'r> for TagBatch {
    fn read(call: &mut Call<'r>) -> Result<Self, Failure> {
        #[derive(serde::Deserialize)]
        struct Body<'r> {
            #[serde(borrow)]
            action: Option<Text<'r>>,
            #[serde(borrow)]
            tags: Option<Vec<Object<NewTag<'r>>>>,
        }
        let Object(body) = call.json::<Object<Body<'r>>>()?;
        let action = body.action.as_ref().map(|action| &*action.0);
        if !matches!(action, Some("create" | "delete")) {
            return Err(Code::TagActionInvalid
                .because(format!("it is {:?}", action.unwrap_or("missing")))
                .into());
        }
        let tags = body.tags.filter(|tags| !tags.is_empty());
        let own = |text: Option<&str>| text.map(str::to_owned);
        Ok(Self(match tags {
            None => Err(Code::EmptyTagList.refusal()),
            Some(tags) => Ok(tags
                .iter()
                .map(|Object(tag)| (own(tag.key()), own(tag.value())))
                .collect()),
        }))
    }
}

#[derive(Serialize)]
struct TagList<T> {
    tags: T,
}

#[derive(Serialize)]
struct KeyValues<'t> {
    key: &'t str,
    values: BTreeSet<&'t str>,
}

#[derive(Serialize)]
struct FoundList<'t> {
    #[serde(skip_serializing_if = "Option::is_none")]
    resources: Option<Vec<Found<'t>>>,
    total_count: usize,
}

/// An instance that was found; its tags stand there twice, as documented.
#[derive(Serialize)]
struct Found<'t> {
    resource_id: Id<ProtectedInstance>,
    resource_name: &'t str,
    resource_detail: Detail<'t>,
    tags: &'t [Tag],
}

/// The instance itself: as everywhere else, or with its times as numbers.
#[derive(Serialize)]
#[serde(untagged)]
enum Detail<'t> {
    Plain(&'t ProtectedInstance),
    Numbers(WithNumbers<'t>),
}

impl<'t> Found<'t> {
    fn new(instance: &'t ProtectedInstance, numbers: bool) -> Self {
        Self {
            resource_id: instance.id,
            resource_name: instance.name.as_str(),
            resource_detail: if numbers {
                Detail::Numbers(WithNumbers(instance))
            } else {
                Detail::Plain(instance)
            },
            tags: &instance.tags,
        }
    }
}

/// An instance with its times in milliseconds since the epoch, as the live service of Huawei Cloud writes it here and
/// nowhere else.
struct WithNumbers<'t>(&'t ProtectedInstance);

impl Serialize for WithNumbers<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(instance) = self;
        let mut map = serializer.serialize_map(Some(14))?;
        map.serialize_entry("id", &instance.id)?;
        map.serialize_entry("name", &instance.name)?;
        map.serialize_entry("description", &instance.description)?;
        map.serialize_entry("server_group_id", &instance.server_group_id)?;
        map.serialize_entry("status", &instance.status)?;
        map.serialize_entry("progress", &instance.progress)?;
        map.serialize_entry("source_server", &instance.source_server)?;
        map.serialize_entry("target_server", &instance.target_server)?;
        map.serialize_entry("created_at", &(instance.created_at.as_micros() / 1000))?;
        map.serialize_entry("updated_at", &(instance.updated_at.as_micros() / 1000))?;
        map.serialize_entry("priority_station", &instance.priority_station)?;
        map.serialize_entry("attachment", &instance.attachment)?;
        map.serialize_entry("tags", &instance.tags)?;
        map.serialize_entry("metadata", &instance.metadata)?;
        map.end()
    }
}
