//! The state of projects: shown, replaced, made and dropped.

use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::ask::{Ask, Scope, closed, project};
use super::faults::check;
use super::job_rules;
use super::problem::{Problem, nearest};
use super::{Answer, Removed};
use crate::domain::project::Project;
use crate::store::fixtures::{self, FixtureFault, SCHEMA_VERSION, Scenario, Source};
use crate::store::world::Seed;
use crate::store::{Defaults, ProjectId, Seeds, Shard};

/// `GET /_mock/state`: a document that can be put back, and that is a fixture too.
pub(super) fn show(ask: &Ask<'_>) -> Result<Answer, Problem> {
    Answer::ok(&ask.shared.store.document(ask.one()?.as_ref()))
}

/// What a replacement did.
#[derive(Serialize)]
struct Replaced {
    projects: Vec<ProjectId>,
    /// Members that were stated with another value than the derived one.
    warnings: Vec<Told>,
}

/// Something that was found in a document.
#[derive(Serialize)]
struct Told {
    pointer: String,
    message: String,
}

/// `PUT /_mock/state`.
pub(super) fn replace(ask: &Ask<'_>) -> Result<Answer, Problem> {
    let (scope, store) = (ask.changing_scope()?, &ask.shared.store);
    let (mut seeds, warnings) = read(ask)?;
    let projects = match scope {
        Scope::All => {
            let projects = seeds.projects.keys().cloned().collect();
            store.replace_all(seeds).map_err(closed)?;
            projects
        }
        Scope::One(id) => {
            let seed = seeds.projects.swap_remove(&id).ok_or_else(|| {
                Problem::invalid("missing_project", format!("the document has no project {id}")).at("/projects")
            })?;
            refuse_others(&id, &seeds)?;
            let world = store.grow(&seed, &id);
            ask.govern(&id)?.govern(|place, _| *place = world);
            vec![id]
        }
    };
    Answer::ok(&Replaced { projects, warnings })
}

/// Refuses a document that says something of more than this one project, which was taken from it.
fn refuse_others(id: &ProjectId, seeds: &Seeds) -> Result<(), Problem> {
    let project = seeds.projects.keys().next().map(|other| format!("/projects/{other}"));
    let template = (seeds.template != Seed::default()).then(|| "/template".to_owned());
    let default = (seeds.default != Defaults::default()).then(|| "/default".to_owned());
    let identity = seeds.identity.is_some().then(|| "/identity".to_owned());
    match project.or(template).or(default).or(identity) {
        None => Ok(()),
        Some(pointer) => {
            let message = format!("only project {id} is to be replaced: say ?project=* for the whole document");
            Err(Problem::invalid("invalid_value", message).at(pointer))
        }
    }
}

/// All that an old or a new document is told by.
#[derive(Deserialize)]
struct Version {
    schema_version: Option<serde_json::Number>,
}

/// The document of a request, checked as a fixture is.
fn read(ask: &Ask<'_>) -> Result<(Seeds, Vec<Told>), Problem> {
    let text = str::from_utf8(ask.body)
        .map_err(|error| Problem::invalid("invalid_json", format!("the body is not UTF-8: {error}")).at(""))?;
    if let Ok(Version {
        schema_version: Some(version),
    }) = serde_json::from_str(text)
        && version != SCHEMA_VERSION.into()
    {
        let message = format!(
            "this server reads schema_version {SCHEMA_VERSION}, the document has {version}: take the state from a server \
             of this version"
        );
        let problem = Problem::new(StatusCode::CONFLICT, "unknown_schema_version", message);
        return Err(problem.at("/schema_version"));
    }
    let rules = &ask.shared.store.settings().rules;
    let loaded = fixtures::read(&[Source { file: "", text }], rules).map_err(|bad| {
        let (first, others) = (&bad.0[0], bad.0.len() - 1);
        let Told { pointer, message } = told(first);
        let message = if others == 0 {
            message
        } else {
            format!("{message} (and {others} more)")
        };
        let hint = hint(&pointer, first);
        Problem::invalid("invalid_state", message).hinted(hint).at(pointer)
    })?;
    check_settings(&loaded.seeds)?;
    Ok((loaded.seeds, loaded.warnings.iter().map(told).collect()))
}

/// Refuses rules and faults that name what there is not.
pub(crate) fn check_settings(seeds: &Seeds) -> Result<(), Problem> {
    let projects = seeds
        .projects
        .iter()
        .map(|(id, seed)| (format!("/projects/{id}"), &seed.job_rules, &seed.faults));
    let (template, default) = (&seeds.template, &seeds.default);
    let worlds = [
        ("/template".to_owned(), &template.job_rules, &template.faults),
        ("/default".to_owned(), &default.job_rules, &default.faults),
    ];
    for (place, rules, faults) in worlds.into_iter().chain(projects) {
        for (index, rule) in rules.iter().enumerate() {
            job_rules::check(rule).map_err(|problem| problem.below(&format!("{place}/job_rules/{index}")))?;
        }
        for (index, fault) in faults.iter().enumerate() {
            check(fault).map_err(|problem| problem.below(&format!("{place}/faults/{index}")))?;
        }
    }
    Ok(())
}

/// The word that was probably meant, where the rule that was broken lists those that are known.
fn hint(pointer: &str, fault: &FixtureFault) -> Option<String> {
    let quoted: Vec<_> = fault.rule.split('`').skip(1).step_by(2).collect();
    let word = match &*quoted {
        [given, known @ ..] if fault.rule.starts_with("unknown ") => nearest(given, known.iter().copied()),
        _ => {
            let (_, known) = fault.rule.split_once("expected one of ")?;
            nearest(pointer.rsplit('/').next()?, known.split(", "))
        }
    };
    word.map(|word| format!("did you mean {word}?"))
}

/// A fault of a fixture, its JSON path (`$.a[0].b`) as a JSON pointer (`/a/0/b`).
fn told(fault: &FixtureFault) -> Told {
    let pointer = fault
        .path
        .trim_start_matches('$')
        .replace(['.', '['], "/")
        .replace(']', "");
    let message = match &*fault.value {
        "" => fault.rule.clone(),
        value => format!("{}; it is {value}", fault.rule),
    };
    Told { pointer, message }
}

/// How many rows a project has.
#[derive(Serialize)]
pub(super) struct Counts {
    pub(super) server_groups: usize,
    pub(super) protected_instances: usize,
    pub(super) replications: usize,
    pub(super) disaster_recovery_drills: usize,
    pub(super) jobs: usize,
    failure_jobs: usize,
}

impl Counts {
    pub(super) fn of(project: &Project) -> Self {
        Self {
            server_groups: project.groups.len(),
            protected_instances: project.instances.len(),
            replications: project.pairs.len(),
            disaster_recovery_drills: project.drills.len(),
            jobs: project.jobs.iter().count(),
            failure_jobs: project.failure_records.newest_first().count(),
        }
    }
}

/// What is told of a project.
#[derive(Serialize)]
struct Listed {
    id: ProjectId,
    #[serde(flatten)]
    rows: Counts,
    jobs_pending: usize,
    job_rules: usize,
    faults: usize,
}

impl Listed {
    fn of(id: ProjectId, shard: &Shard) -> Self {
        shard.inspect(|world, _| Self {
            id,
            rows: Counts::of(&world.project),
            jobs_pending: world.project.jobs.iter().filter(|job| !job.has_ended()).count(),
            job_rules: world.job_rules.len(),
            faults: world.faults.len(),
        })
    }
}

/// `GET /_mock/projects`.
pub(super) fn projects(ask: &Ask<'_>) -> Result<Answer, Problem> {
    #[derive(Serialize)]
    struct Projects {
        projects: Vec<Listed>,
    }
    let projects = ask
        .shared
        .store
        .projects()
        .into_iter()
        .map(|(id, shard)| Listed::of(id, &shard));
    Answer::ok(&Projects {
        projects: projects.collect(),
    })
}

/// What a project is made from.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct From {
    #[serde(default)]
    from: Option<String>,
}

/// `PUT /_mock/projects/{id}`: makes the project, or makes it anew.
pub(super) fn put_project(ask: &Ask<'_>) -> Result<Answer, Problem> {
    let (id, store) = (project(ask.parameter(0))?, &ask.shared.store);
    let From { from } = ask.json()?;
    let seed = match from.as_deref() {
        None | Some("template") => store.template(),
        Some("empty") => store.template().emptied(),
        Some(name) => scenario(ask, name)?,
    };
    let world = store.grow(&seed, &id);
    let shard = ask.govern(&id)?;
    shard.govern(|place, _| *place = world);
    Answer::ok(&Listed::of(id, &shard))
}

fn scenario(ask: &Ask<'_>, from: &str) -> Result<Seed, Problem> {
    let words: Vec<_> = Scenario::ALL
        .iter()
        .map(|scenario| format!("scenario:{}", scenario.word()))
        .collect();
    let position = words.iter().position(|word| word == from).ok_or_else(|| {
        let known = ["template", "empty"]
            .into_iter()
            .chain(words.iter().map(String::as_str));
        Problem::unknown("unknown_value", "world", from, known).at("/from")
    })?;
    let store = &ask.shared.store;
    let now = store.default_now();
    let loaded = fixtures::start(Some(Scenario::ALL[position]), &[], &store.settings().rules, now);
    Ok(loaded.expect("a scenario that is built in is sound").seeds.template)
}

/// `DELETE /_mock/projects/{id}`.
pub(super) fn delete_project(ask: &Ask<'_>) -> Result<Answer, Problem> {
    let id = ask.parameter(0);
    project(id)?;
    if ask.shared.store.remove(id) {
        Answer::ok(&Removed { removed: id })
    } else {
        Err(Problem::absent("project", id))
    }
}
