//! What a server begins with: its settings, and the world of its fixtures or of its state file.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use crate::api::auth::{self, Access};
use crate::config::Config;
use crate::control;
use crate::domain::rules::Rules;
use crate::serve::Limits;
use crate::shared::{Safety, Shared};
use crate::start_error::StartError;
use crate::store::clock::RealClock;
use crate::store::fixtures;
use crate::store::identity::Identity;
use crate::store::state_file::{StateFile, Unreadable};
use crate::store::{Settings, Store};

/// What projects are checked against.
pub(crate) fn rules(config: &Config) -> Arc<Rules> {
    Arc::new(Rules {
        flavour: config.flavor,
        group_quota: Some(config.quota_groups),
        pair_quota: Some(config.quota_pairs),
    })
}

/// All that a running server knows, before it listens.
pub(crate) fn shared(config: &Config) -> Result<Shared, StartError> {
    let rules = rules(config);
    let settings = Settings {
        // 53 bits, so that JSON readers that know only floating-point numbers read the seed as it is.
        seed: config.seed.unwrap_or_else(|| RandomState::new().hash_one(()) >> 11),
        unseen: config.unseen_projects,
        max_projects: config.max_projects,
        project_idle: config.project_idle.map(|idle| idle.0),
        clock: config.clock,
        progression: config.job_duration.0,
        rules,
    };
    let (store, files, state) = world(config, settings)?;
    let safety = Safety {
        control_token: config.control_token.clone(),
        no_control: config.no_control,
        allowed_hosts: config.allowed_hosts.clone(),
        cors: config.cors.clone(),
        no_prefer: config.no_prefer,
    };
    let body = (config.body_limit.0, config.body_timeout.0);
    Ok(Shared::new(
        store,
        (config.dialect, access(config)),
        body,
        limits(config),
        files,
        safety,
        state,
    ))
}

/// What the server starts from, what to call that, and where its state is kept.
fn world(config: &Config, settings: Settings) -> Result<(Store, Vec<String>, Option<StateFile>), StartError> {
    let Some(path) = &config.state else {
        let (store, files) = first_world(config, settings)?;
        return Ok((store, files, None));
    };
    let unreadable = |cause| StartError::State {
        path: path.clone(),
        cause,
    };
    let file = StateFile::new(path, config.state_interval).map_err(unreadable)?;
    let path = file.path().display().to_string();
    let (store, files) = if let Some(mut read) = file.read(&settings.rules).map_err(unreadable)? {
        control::check_settings(&read.state.seeds)
            .map_err(|problem| problem.fault(&[file.path().to_owned()]))
            .map_err(|bad| unreadable(Unreadable::Bad(bad)))?;
        let projects = read.state.seeds.projects.len();
        // Who there is is no state, and no state file shows their secrets.
        read.first.identity = first_identity(config, &settings.rules)?;
        let store = read.resume(settings).map_err(unreadable)?;
        tracing::info!(
            path,
            projects,
            "going on from the state; of --fixtures only identity is looked at, --scenario and --seed are not"
        );
        (store, vec![format!("state {path}")])
    } else {
        tracing::info!(path, "there is no state yet: a fresh start");
        first_world(config, settings)?
    };
    Ok((store, files, Some(file)))
}

/// The table of identity that the fixtures have, if they have one.
fn first_identity(config: &Config, rules: &Arc<Rules>) -> Result<Option<Arc<Identity>>, StartError> {
    if config.fixtures.is_empty() {
        return Ok(None);
    }
    Ok(fixtures::load(&config.fixtures, rules)?.seeds.identity)
}

/// The world of a fresh start.
fn first_world(config: &Config, settings: Settings) -> Result<(Store, Vec<String>), StartError> {
    let loaded = fixtures::start(
        config.scenario,
        &config.fixtures,
        &settings.rules,
        config.clock.now(RealClock::start().now()),
    )?;
    control::check_settings(&loaded.seeds).map_err(|problem| problem.fault(&config.fixtures))?;
    for warning in &loaded.warnings {
        tracing::warn!("{warning}");
    }
    let mut files: Vec<_> = config.fixtures.iter().map(|path| path.display().to_string()).collect();
    if files.is_empty() {
        let built_in = config.scenario.map_or("built in".to_owned(), |scenario| {
            format!("scenario {scenario} (built in)")
        });
        files.push(built_in);
    }
    Ok((Store::new(loaded.seeds, settings), files))
}

fn access(config: &Config) -> Access {
    Access {
        auth: config.auth,
        signer: auth::signer(config.token_key.as_deref()),
        has_key: config.token_key.is_some(),
        lifetime: config.token_lifetime,
        public_url: config.public_url.clone(),
        skew: config.auth_skew,
        regions: config.region.clone(),
    }
}

fn limits(config: &Config) -> Limits {
    Limits {
        header_timeout: config.header_timeout.0,
        idle_timeout: config.idle_timeout.0,
        shutdown_timeout: config.shutdown_timeout.0,
    }
}
