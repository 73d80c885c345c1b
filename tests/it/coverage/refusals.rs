//! Every refusal of every operation, provoked in both dialects and both flavours.

use sdrs_mock::api::error::Dialect;
use sdrs_mock::domain::rules::Flavour;
use serde_json::{Map, Value};

use super::operations::named;
use super::recipes::{RECIPES, Recipe};
use super::requests::Request;
use super::{FLAVOURS, differs, speaking, start};
use crate::support::{DIALECTS, World};

/// The project of all recipes that need no world of their own: a refusal leaves it to the next as it was.
const SHARED: &str = "shared";

/// A recipe and where it is tried.
struct Case {
    recipe: &'static Recipe,
    project: String,
}

fn cases(flavour: Flavour, dialect: Dialect) -> Vec<Case> {
    let works = |(_, recipe): &(usize, &'static Recipe)| recipe.works_in(flavour.word(), dialect);
    let all = RECIPES.iter().enumerate().filter(works);
    all.map(|(number, recipe)| {
        let own = !recipe.world.is_empty() || !recipe.before.is_empty();
        let project = if own {
            format!("recipe-{number}")
        } else {
            SHARED.to_owned()
        };
        Case { recipe, project }
    })
    .collect()
}

/// All that a project has, as its lists show it.
fn state(world: &World, project: &str) -> String {
    let lists = [
        "server-groups",
        "protected-instances",
        "replications",
        "disaster-recovery-drills",
    ];
    let list = |name| world.ask("GET", &format!("/v1/{project}/{name}"), &[], "").body;
    lists.map(list).join("\n")
}

impl Case {
    /// What is wrong with the answer, or with what is left of it.
    fn fault(&self, world: &World, dialect: Dialect) -> Option<String> {
        let Self { recipe, project } = self;
        let before: Vec<_> = recipe.before.iter().map(|name| Request::plain(named(name))).collect();
        let untouched = (project != SHARED && before.is_empty()).then(|| state(world, project));
        let answer = recipe.request().send_after(&before, world, project);
        let row = recipe.row().expect("a recipe without a row works nowhere");
        let changed = untouched.is_some_and(|untouched| state(world, project) != untouched);
        let fault = differs(&answer, row, dialect).or(changed.then(|| "the state changed".to_owned()))?;
        Some(format!("{} {}: {fault}", dialect.word(), recipe.name()))
    }
}

#[test]
fn every_row_that_the_rules_can_produce_is_answered_as_it_says() {
    let mut faults = Vec::new();
    for (flavour, dialect) in FLAVOURS
        .iter()
        .flat_map(|flavour| DIALECTS.map(|dialect| (*flavour, dialect)))
    {
        let cases = cases(flavour, dialect);
        let worlds = cases
            .iter()
            .filter_map(|case| Some((case.project.clone(), case.recipe.world()?)));
        let worlds: Map<_, _> = worlds.collect();
        let world = start(Value::Object(worlds), speaking(dialect, flavour));
        let untouched = state(&world, SHARED);
        faults.extend(cases.iter().filter_map(|case| case.fault(&world, dialect)));
        if state(&world, SHARED) != untouched {
            faults.push("a refusal changed the world that others share".to_owned());
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
