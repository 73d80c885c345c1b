//! How each refusal is provoked: what the request that succeeds, or its world, has to be changed by.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use indexmap::IndexMap;
use sdrs_mock::api::error::Dialect;
use serde::Deserialize;
use serde_json::Value;

use super::operations::{OPERATIONS, Operation, named};
use super::requests::{REQUESTS, Request, spelled_out};
use super::table::{Grade, Row, TABLE};
use crate::support::{DIALECTS, NOBODY};

/// All recipes: those of `tests/it/data/recipes.json`, and those that follow from what an operation is.
pub static RECIPES: LazyLock<Vec<Recipe>> = LazyLock::new(|| {
    let written = spelled_out(include_str!("../data/recipes.json"));
    let mut all: Vec<Recipe> = serde_json::from_str(&written).expect("recipes");
    all.extend(OPERATIONS.iter().flat_map(derived));
    all
});

/// How one refusal of one operation is provoked.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Recipe {
    pub operation: String,
    pub code: String,
    /// The only flavour that it works in.
    flavour: Option<String>,
    /// The only dialect that it works in.
    dialect: Option<String>,
    /// Other parameters of the path.
    path: BTreeMap<String, String>,
    query: String,
    /// What the body is changed by, as a JSON merge patch.
    body: Option<Value>,
    /// Another body altogether.
    text: Option<String>,
    /// Other values in the world, by JSON pointers; one that ends in `-` adds to a list.
    pub world: IndexMap<String, Value>,
    /// Operations that are done before.
    pub before: Vec<String>,
}

impl Recipe {
    pub fn operation(&self) -> &'static Operation {
        named(&self.operation)
    }

    /// The row that it is the recipe of.
    pub fn row(&self) -> Option<&'static Row> {
        TABLE.own(self.operation()).iter().find(|row| row.code == self.code)
    }

    /// Whether it provokes its row there.
    pub fn works_in(&self, flavour: &str, dialect: Dialect) -> bool {
        self.flavour.as_deref().is_none_or(|only| only == flavour)
            && self.dialect.as_deref().is_none_or(|only| only == dialect.word())
            && self
                .row()
                .is_some_and(|row| can_be(self.operation(), row, flavour, dialect))
    }

    /// The request that is refused.
    pub fn request(&self) -> Request {
        let plain = REQUESTS.plain[&self.operation].clone();
        let (mut path, mut body) = (plain.path, plain.body);
        path.extend(self.path.clone());
        if let Some(patch) = &self.body {
            merge(&mut body, patch);
        }
        let written = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let body = self.text.clone().unwrap_or(written);
        Request::to(self.operation(), &path, &self.query, body)
    }

    /// The world in which it is refused, if it is another one.
    pub fn world(&self) -> Option<Value> {
        let mut world = (!self.world.is_empty()).then(|| REQUESTS.world.clone())?;
        for (pointer, value) in &self.world {
            let (parent, member) = pointer.rsplit_once('/').expect("a JSON pointer");
            let parent = world
                .pointer_mut(parent)
                .unwrap_or_else(|| panic!("{pointer} leads nowhere"));
            match parent.as_array_mut() {
                Some(list) if member == "-" => list.push(value.clone()),
                Some(list) => list[member.parse::<usize>().expect("a place in a list")] = value.clone(),
                None => parent[member] = value.clone(),
            }
        }
        Some(world)
    }

    /// What it is called in a report.
    pub fn name(&self) -> String {
        let Self {
            operation,
            code,
            path,
            query,
            body,
            text,
            world,
            ..
        } = self;
        let body = body.as_ref().map(ToString::to_string);
        let parts = [
            body.unwrap_or_default(),
            text.clone().unwrap_or_default(),
            query.clone(),
        ];
        let world = serde_json::to_string(world).expect("JSON");
        format!("{operation} {code} {path:?} {} {world}", parts.join(" "))
    }
}

/// Whether the operation answers with this row in this flavour and dialect.
pub fn can_be(operation: &Operation, row: &Row, flavour: &str, dialect: Dialect) -> bool {
    let has = |list: &[String]| list.iter().any(|one| one == flavour);
    // That an operation is not served is said where it is not.
    let served = has(&operation.flavours) != (row.status == Some(501));
    row.answered(dialect).is_some() && has(&row.flavours) && served
}

/// RFC 7396: null takes a member away.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(members) = patch else {
        *target = patch.clone();
        return;
    };
    for (name, value) in members {
        match value {
            Value::Null => drop(target.as_object_mut().expect("an object").shift_remove(name)),
            value => merge(&mut target[name], value),
        }
    }
}

/// What is wrong with an ID in a path, by the parameter: no ID at all, an ID of nothing.
const IDS: [(&str, &str, Option<&str>); 6] = [
    ("server_group_id", "SDRS.0207", Some("SDRS.1013")),
    ("protected_instance_id", "SDRS.0208", Some("SDRS.1320")),
    ("replication_id", "SDRS.0213", Some("SDRS.1608")),
    ("disaster_recovery_drill_id", "SDRS.1900", Some("SDRS.1902")),
    ("job_id", "SDRS.0201", Some("SDRS.0408")),
    ("failure_job_id", "SDRS.0201", None),
];

/// The recipes that follow from the path, the query and the body that an operation has.
fn derived(operation: &'static Operation) -> Vec<Recipe> {
    let recipe = |code: &str| Recipe {
        operation: operation.name.clone(),
        code: code.to_owned(),
        ..Recipe::default()
    };
    let asking = |code, query: &str| Recipe {
        query: query.to_owned(),
        ..recipe(code)
    };
    let mut all = Vec::new();
    for parameter in operation.parameters() {
        let naming = |code, value: &str| Recipe {
            path: BTreeMap::from([(parameter.to_owned(), value.to_owned())]),
            ..recipe(code)
        };
        let Some((_, malformed, unknown)) = IDS.iter().find(|(name, ..)| *name == parameter) else {
            continue;
        };
        all.push(naming(*malformed, "x"));
        let nobody = if parameter == "job_id" {
            "0".repeat(32)
        } else {
            NOBODY.to_owned()
        };
        all.extend(unknown.map(|code| naming(code, &nobody)));
        if parameter == "disaster_recovery_drill_id" {
            all.push(naming("SDRS.1901", "%20"));
        }
    }
    if operation.is_paged() {
        all.extend([
            asking("SDRS.0201", "name=%ff"),
            asking("SDRS.0221", "limit=1001"),
            asking("SDRS.0222", "offset=-1"),
        ]);
    }
    // A body without a key would be that of another operation of the route.
    if !REQUESTS.plain[&operation.name].body.is_null() && operation.discriminator.is_none() {
        let text = Some("[]".to_owned());
        all.push(Recipe {
            text,
            ..recipe("SDRS.0201")
        });
    }
    if operation.flavours.len() == 1 {
        all.push(recipe("501"));
    }
    all
}

#[test]
fn every_row_that_the_rules_can_produce_has_a_recipe_and_every_recipe_a_row() {
    let mut wrong = BTreeSet::new();
    for recipe in RECIPES.iter() {
        if recipe.row().is_none_or(|row| row.grade == Grade::FaultOnly) {
            wrong.insert(format!("no row: {}", recipe.name()));
        }
    }
    for operation in OPERATIONS.iter() {
        for row in TABLE.own(operation).iter().filter(|row| row.grade != Grade::FaultOnly) {
            for (flavour, dialect) in ["huawei", "otc"]
                .iter()
                .flat_map(|flavour| DIALECTS.map(|one| (*flavour, one)))
            {
                let provokes = |recipe: &&Recipe| {
                    recipe.operation == operation.name && recipe.code == row.code && recipe.works_in(flavour, dialect)
                };
                if can_be(operation, row, flavour, dialect) && !RECIPES.iter().any(|recipe| provokes(&recipe)) {
                    let dialect = dialect.word();
                    wrong.insert(format!(
                        "no recipe: {} {} in {flavour}, {dialect}",
                        operation.name, row.code
                    ));
                }
            }
        }
    }
    assert_eq!(wrong, BTreeSet::new());
}
