//! Creating a protection group.

use serde::{Deserialize, Serialize};

use super::{DrType, ProtectionGroup, ProtectionType, ServerType, Station};
use crate::domain::code::{Code, Refusal};
use crate::domain::ids::Ids;
use crate::domain::inventory::{Domain, Section, Vpc};
use crate::domain::job::{Entities, Subject, Target};
use crate::domain::name::{Description, Name};
use crate::domain::project::Project;
use crate::domain::resource::{Id, Reserved};
use crate::domain::rules::Flavour;
use crate::domain::status::Status;
use crate::domain::time::Time;
use crate::domain::work::{End, Of, Rule, Things, Work};

/// `CreateProtectionGroup`: two sites of a domain, one of them production (`protection-groups.md` section 5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateGroup {
    /// Its name.
    pub name: Name,
    /// Its description.
    pub description: Option<Description>,
    /// The production site.
    pub source_az: String,
    /// The DR site.
    pub target_az: String,
    /// The domain of the two.
    pub domain: Id<Domain>,
    /// The network of both.
    pub vpc: Id<Vpc>,
}

impl Work for CreateGroup {
    fn rule() -> &'static Rule {
        &Rule {
            job_type: "createProtectionGroupNoCG",
            of: Of::Group,
            gates: &[],
            during: Status::Creating,
            done: End::Is(Status::Available),
            failed: End::Is(Status::Error),
            members: false,
            failure: Code::GroupNotCreated,
            record: Some("createFail"),
        }
    }

    fn find<'p>(&self, project: &'p Project) -> Result<Things<'p>, Refusal> {
        let inventory = &project.inventory;
        // An open section takes any two sites: teams pick the first domain and write their own sites beside it.
        if inventory.is_closed(Section::Domains) {
            if inventory.domains.is_empty() && project.rules.flavour == Flavour::Huawei {
                return Err(Code::NoAvailableDomain.refusal());
            }
            let Some(domain) = inventory.domains.get(&self.domain) else {
                return Err(Code::InvalidDomainId.because(format!("there is no domain {}", self.domain)));
            };
            let sites = [&domain.local_replication_cluster, &domain.remote_replication_cluster];
            for (member, az) in [
                ("source_availability_zone", &self.source_az),
                ("target_availability_zone", &self.target_az),
            ] {
                if !sites.iter().any(|site| site.availability_zone == *az) {
                    let rule = format!("{member} must be a site of domain {}, it is {az:?}", domain.id);
                    return Err(Code::InvalidAz.because(rule));
                }
            }
        }
        if inventory.is_closed(Section::Vpcs) && !inventory.vpcs.contains_key(&self.vpc) {
            return Err(Code::InvalidVpc.because(format!("there is no VPC {}", self.vpc)));
        }
        Ok(Things::default())
    }

    fn guard(&self, project: &Project) -> Result<(), Refusal> {
        match project.rules.group_quota {
            Some(quota) if project.groups.len() >= quota => {
                Err(Code::GroupQuotaExceeded.because(format!("the project may have {quota} protection groups")))
            }
            _ => Ok(()),
        }
    }

    fn begin(&self, project: &mut Project, ids: &mut Ids, now: Time) -> Target {
        let id = project.fresh_id(ids);
        let domain_name = project.inventory.domain_name(self.domain).unwrap_or_default();
        let domain_name = domain_name.to_owned();
        project.insert(ProtectionGroup {
            id,
            name: self.name,
            description: self.description.clone(),
            source_availability_zone: self.source_az.clone(),
            target_availability_zone: self.target_az.clone(),
            domain_id: self.domain,
            domain_name,
            status: Status::Creating,
            protected_status: Reserved,
            replication_status: Reserved,
            health_status: Reserved,
            progress: 0,
            priority_station: Station::Source,
            protected_instance_num: 0,
            replication_num: 0,
            disaster_recovery_drill_num: 0,
            source_vpc_id: self.vpc,
            target_vpc_id: self.vpc,
            test_vpc_id: Reserved,
            dr_type: DrType::Migration,
            server_type: ServerType::Ecs,
            created_at: now.to_millis(),
            updated_at: now.to_millis(),
            protection_type: ProtectionType::ReplicationPair,
            replication_model: Reserved,
        });
        target(id)
    }
}

/// What a job about a group shows.
pub(super) fn target(id: Id<ProtectionGroup>) -> Target {
    let entities = Entities {
        server_group_id: Some(id),
        ..Entities::default()
    };
    Target {
        subject: Subject::Group(id),
        entities,
    }
}
