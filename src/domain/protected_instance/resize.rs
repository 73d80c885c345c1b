//! Giving the servers of a protected instance other specifications.

use serde::{Deserialize, Serialize};

use super::{GROUP_IN_ORDER, ProtectedInstance};
use crate::domain::code::{Code, Refusal};
use crate::domain::ids::Ids;
use crate::domain::inventory::{Flavor, Server};
use crate::domain::job::{Entities, Subject, Target};
use crate::domain::project::Project;
use crate::domain::protection_group::Station;
use crate::domain::resource::Id;
use crate::domain::rules::Flavour;
use crate::domain::status::Status;
use crate::domain::time::Time;
use crate::domain::work::{End, Gate, Of, Rule, Things, Work};

/// `ResizeProtectedInstance` (`protected-instances.md` section 10): on one side or on both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResizeInstance {
    /// The instance.
    pub instance: Id<ProtectedInstance>,
    /// What the server of the current production site is to become.
    pub production: Option<Box<str>>,
    /// What the server of the current DR site is to become.
    pub recovery: Option<Box<str>>,
}

/// A server that is resized, and how.
struct Side<'w> {
    server: Id<Server>,
    flavor: &'w str,
}

impl Work for ResizeInstance {
    fn rule() -> &'static Rule {
        &Rule {
            job_type: "resizeProtectedInstanceNew",
            of: Of::Instance,
            gates: &[
                GROUP_IN_ORDER,
                Gate {
                    of: Of::Instance,
                    allowed: &[Status::Available, Status::Protected, Status::ErrorResizing],
                    denied: Code::AbnormalInstance,
                },
            ],
            during: Status::Resizing,
            done: End::Base,
            failed: End::Is(Status::ErrorResizing),
            members: false,
            failure: Code::InstanceNotResized,
            record: Some("resizeFail"),
        }
    }

    fn find<'p>(&self, project: &'p Project) -> Result<Things<'p>, Refusal> {
        let instance = project.instances.get(self.instance)?;
        Ok(Things {
            group: Some(project.groups.named(instance.server_group_id)?),
            instance: Some(instance),
            ..Things::default()
        })
    }

    fn guard(&self, project: &Project) -> Result<(), Refusal> {
        let instance = project.instances.get(self.instance)?;
        let [production, recovery] = self.sides(instance);
        let stopped = |side: &Option<Side<'_>>, denied: Code| match side {
            Some(side) if project.inventory.is_running(side.server) => {
                Err(denied.because(format!("server {} runs", side.server)))
            }
            _ => Ok(()),
        };
        stopped(&production, Code::ProductionServerRunning)?;
        stopped(&recovery, Code::DrServerNotStopped)?;
        for side in [&production, &recovery].into_iter().flatten() {
            if project.inventory.flavor_of(side.server) == Some(side.flavor) {
                return Err(Code::SameFlavor.because(format!("server {} has {} now", side.server, side.flavor)));
            }
        }
        self.check_support(project)?;
        let mut attachment = instance.attachment.iter();
        let bootable = attachment.any(|attachment| {
            let pair = project.pairs.find(attachment.replication);
            pair.is_some_and(|pair| pair.record_metadata.bootable)
        });
        // The other documentation has no such code.
        if project.rules.flavour == Flavour::Huawei && !bootable {
            return Err(Code::ResizeNeedsSystemPair.refusal());
        }
        Ok(())
    }

    fn begin(&self, _project: &mut Project, _ids: &mut Ids, _now: Time) -> Target {
        Target {
            subject: Subject::Instance(self.instance),
            entities: Entities {
                protected_instance_id: Some(self.instance),
                ..Entities::default()
            },
        }
    }

    fn finish(&self, project: &mut Project, _target: &Target, _now: Time) {
        let Some(instance) = project.instances.find(self.instance) else {
            return;
        };
        for side in self.sides(instance).into_iter().flatten() {
            project.inventory.server_mut(side.server).flavor = Some(side.flavor.to_owned());
        }
    }
}

impl ResizeInstance {
    /// The servers that change: that of the current production site, then that of the current DR site.
    fn sides(&self, instance: &ProtectedInstance) -> [Option<Side<'_>>; 2] {
        let (production, recovery) = match instance.priority_station {
            Station::Source => (instance.source_server, instance.target_server),
            Station::Target => (instance.target_server, instance.source_server),
        };
        let side = |server: Id<Server>| move |flavor| Side { server, flavor };
        [
            self.production.as_deref().map(side(production)),
            self.recovery.as_deref().map(side(recovery)),
        ]
    }

    /// Refuses specifications that the inventory says a site does not support.
    fn check_support(&self, project: &Project) -> Result<(), Refusal> {
        let supported = |flavor: Option<&str>, at: fn(&Flavor) -> bool, denied: Code| match flavor {
            Some(flavor) if !project.inventory.supports(flavor, at) => {
                Err(denied.because(format!("flavor {flavor} is not supported there")))
            }
            _ => Ok(()),
        };
        let (production, recovery) = match project.rules.flavour {
            Flavour::Huawei => (Code::ProductionFlavorNotChanged, Code::DrFlavorNotChanged),
            Flavour::Otc => (Code::ProductionFlavorNotSupported, Code::DrFlavorNotSupported),
        };
        supported(
            self.production.as_deref(),
            |flavor| flavor.supported_production,
            production,
        )?;
        supported(self.recovery.as_deref(), |flavor| flavor.supported_dr, recovery)
    }
}
