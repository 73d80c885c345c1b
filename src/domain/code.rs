//! The catalogue of the documented error codes, and [`Refusal`], what a rule answers with when it is broken.

use std::borrow::Cow;

/// What a documented error code says, wherever it is met: one row of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The code as clients read it, `SDRS.nnnn`.
    pub code: &'static str,
    /// The HTTP status that the documentation prints beside it.
    pub status: u16,
    /// The message, to the letter.
    pub message: &'static str,
    /// Which of the two documentations lists it.
    pub listed: Listed,
}

/// Which documentations list a code: Open Telekom Cloud's is a strict subset of Huawei Cloud's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// In both.
    Both,
    /// In Huawei Cloud's only.
    Huawei,
}

/// A rule said no: the code, what exactly was wrong, and whether the URL itself names nothing.
///
/// It knows no HTTP: status and envelope are the dialect's business, see `api/error.rs`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The code that the documentation gives for this violation.
    pub code: Code,
    /// Follows the catalogue's message after `: `, naming the member and the rule that it broke.
    pub detail: Option<Cow<'static, str>>,
    /// What is missing, where something is missing.
    pub absent: Absent,
}

/// Whether a refusal is about a thing that is not there, and who named it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    /// Nothing is missing, or the request's body named what is.
    No,
    /// The thing that the URL names does not exist.
    FromUrl,
    /// What the body tells to delete was deleted before, for which the live clouds have this other code.
    DeletedFromBody {
        /// The code of the live clouds.
        live: Code,
    },
    /// The thing that the URL tells to delete was deleted before, for which the live clouds have this other code.
    Deleted {
        /// The code of the live clouds.
        live: Code,
    },
}

impl Code {
    /// A refusal with this code and no further detail.
    pub fn refusal(self) -> Refusal {
        Refusal {
            code: self,
            detail: None,
            absent: Absent::No,
        }
    }

    /// A refusal with this code that says what exactly was wrong.
    pub fn because(self, detail: impl Into<Cow<'static, str>>) -> Refusal {
        Refusal {
            detail: Some(detail.into()),
            ..self.refusal()
        }
    }

    /// A refusal with this code because the URL's own thing does not exist.
    pub fn absent(self) -> Refusal {
        Refusal {
            absent: Absent::FromUrl,
            ..self.refusal()
        }
    }

    /// A refusal because what is to be deleted was deleted before; live clouds answer with another code.
    pub fn deleted(self, live: Self) -> Refusal {
        Refusal {
            absent: Absent::Deleted { live },
            ..self.refusal()
        }
    }

    /// This code's row of the catalogue.
    pub fn entry(self) -> &'static Entry {
        &CATALOGUE[self as usize]
    }
}

impl Refusal {
    /// The same refusal of a thing that the body names rather than the URL.
    #[must_use]
    pub fn of_body(self) -> Self {
        let absent = match self.absent {
            Absent::Deleted { live } => Absent::DeletedFromBody { live },
            _ => Absent::No,
        };
        Self { absent, ..self }
    }
}

/// Writes the table below out as the enum [`Code`] and, in the same order, its [`CATALOGUE`].
macro_rules! catalogue {
    ($($name:ident $digits:literal $status:literal $listed:ident $message:literal;)*) => {
        /// Every documented SDRS error code, in the order of its number.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code {
            $(#[doc = concat!("`SDRS.", $digits, "`: ", $message)] $name,)*
        }

        impl Code {
            /// All of them, in the order of the catalogue.
            pub const ALL: &[Code] = &[$(Code::$name),*];
        }

        /// One row a code; [`Code::entry`] finds it.
        pub const CATALOGUE: &[Entry] = &[$(Entry {
            code: concat!("SDRS.", $digits),
            status: $status,
            message: $message,
            listed: Listed::$listed,
        }),*];
    };
}

#[rustfmt::skip] // a table: one row a line
catalogue! {
    InvalidTenantId                     "0001" 400 Both   "Invalid tenant ID";
    InvalidTenantToken                  "0002" 400 Both   "Invalid tenant token";
    InvalidRoles                        "0003" 400 Both   "Invalid roles";
    NoInvokingPermission                "0004" 400 Both   "Incorrect API invoking permissions";
    NoPermission                        "0005" 400 Both   "No permission for the operation";
    TokenNotObtained                    "0006" 500 Both   "Failed to obtain the token for the tenant";
    PermissionNotUpgraded               "0007" 500 Both   "Failed to upgrade the permission";
    NetworkTimeout                      "0008" 500 Both   "Network connection timeout";
    NoServerPermission                  "0009" 500 Both   "No permission for the operation";
    DataError                           "0010" 500 Both   "Data error";
    ClientError                         "0011" 500 Both   "Client error";
    IncorrectConfiguration              "0012" 500 Both   "Incorrect configuration";
    InternalError                       "0013" 500 Both   "Internal error";
    NullDecodedToken                    "0014" 500 Both   "Null result of decoded tenant token";
    NoDomainIdInToken                   "0015" 500 Both   "Null or empty domain ID decoded from token";
    NoDomainNameInToken                 "0016" 500 Both   "Null or empty domain name decoded from token";
    InvalidParameters                   "0201" 400 Both   "Invalid request parameters";
    InvalidName                         "0202" 400 Both   "Invalid name";
    InvalidAz                           "0203" 400 Both   "Invalid AZ";
    InvalidVpc                          "0204" 400 Both   "Invalid VPC";
    InvalidDomainId                     "0205" 400 Both   "Invalid domain ID";
    InvalidAction                       "0206" 400 Both   "Invalid action";
    InvalidGroupId                      "0207" 400 Both   "Invalid protection group ID";
    InvalidInstanceId                   "0208" 400 Both   "Invalid protected instance ID";
    IncorrectStatus                     "0209" 400 Both   "Incorrect status";
    InvalidServerId                     "0210" 400 Both   "Invalid server ID";
    InvalidDiskId                       "0211" 400 Both   "Invalid disk ID";
    InvalidDescription                  "0212" 400 Both   "Invalid description";
    InvalidPairId                       "0213" 400 Both   "Invalid replication pair ID";
    IncorrectPairStatus                 "0214" 400 Both   "Incorrect replication pair status";
    InvalidReplicationGroupId           "0215" 400 Both   "Invalid replication group ID";
    InvalidPreferredAz                  "0216" 400 Both   "Invalid preferred AZ";
    InvalidDrType                       "0217" 400 Both   "Invalid DR drill type";
    InvalidClusterId                    "0218" 400 Huawei "Invalid cluster ID";
    InvalidIpAddress                    "0219" 400 Both   "Invalid IP address";
    InvalidLimit                        "0221" 400 Both   "limit value must be greater than 0 or less than 1000";
    InvalidOffset                       "0222" 400 Both   "offset value cannot be negative, and must be an integer";
    InvalidNicId                        "0223" 400 Both   "Invalid NIC ID";
    InvalidReplicationModel             "0224" 400 Both   "Invalid replication model.";
    FrozenVolume                        "0225" 400 Both   "Frozen volume";
    TooManyIds                          "0226" 400 Both   "IDs exceed the upper limit";
    InvalidDedicatedHostId              "0227" 400 Huawei "Invalid dedicated_host_id .";
    InvalidTenancy                      "0228" 400 Huawei "Invalid tenancy value";
    NoPermissionForSourceAz             "0231" 400 Huawei "No access permission for the source AZ";
    NoPermissionForTargetAz             "0232" 400 Huawei "No access permission for the target AZ";
    NoAvailableDomain                   "0233" 400 Huawei "No available active-active domain";
    InvalidQuotaName                    "0301" 400 Both   "Invalid quota resource name";
    InvalidQuotaValue                   "0302" 400 Both   "Invalid quota value";
    QuotaBelowUsed                      "0303" 400 Both   "Quota value less than used resources";
    QuotaOutOfRange                     "0304" 400 Both   "Quota value greater than the maximum or less than the minimum";
    GroupQuotaExceeded                  "0305" 400 Both   "Insufficient protection group quota";
    PairQuotaExceeded                   "0306" 400 Both   "Insufficient replication pair quota";
    WrongNumberOfSubJobs                "0401" 500 Both   "Incorrect number of subjobs";
    SubJobNotResubmitted                "0402" 500 Both   "Error occurred when submitting the subjob again";
    JobContextNotQueried                "0403" 500 Both   "Error occurred during job context query";
    JobNotSubmitted                     "0404" 500 Both   "Failed to submit the job";
    JobNotExecuted                      "0405" 500 Both   "Failed to execute the job";
    SubJobNotExecuted                   "0406" 500 Both   "Failed to execute the subjob";
    JobNotRolledBack                    "0407" 500 Both   "Failed to roll back the job";
    NullJob                             "0408" 500 Both   "Null job";
    GroupHasInstance                    "1001" 400 Both   "Protection group deletion not allowed due to a protected instance";
    GroupStateForbids                   "1002" 400 Both   "Operation not allowed for the protection group in the current state";
    GroupHasDrill                       "1003" 400 Both   "Protection group deletion not allowed due to a DR drill";
    GroupHasPair                        "1010" 400 Both   "Protection group deletion not allowed due to a replication pair";
    DomainNotQueried                    "1011" 500 Both   "Failed to query the active-active domain";
    GroupNotFound                       "1013" 400 Both   "Protection group not found";
    GroupNotCreated                     "1014" 500 Both   "Failed to create the protection group";
    AbnormalGroupData                   "1015" 400 Both   "Abnormal protection group data";
    GroupNotDeleted                     "1016" 500 Both   "Failed to delete the protection group";
    GroupNotAvailable                   "1017" 400 Both   "Operation not allowed because the protection group status not available";
    GroupProtectionNotStopped           "1018" 400 Both   "Operation not allowed because the protection status of the protection group not stopped";
    GroupProtectionNotStarted           "1019" 400 Both   "Operation not allowed because the protection status of the protection group not started";
    GroupNotAvailableOrStarting         "1020" 400 Both   "Operation not allowed because the protection group status not available or starting";
    GroupNotAvailableOrFailedOver       "1021" 400 Both   "Operation not allowed because the protection group status not available, failed-over, or failed-over-back";
    GroupNotAvailableOrErrorFailingOver "1022" 400 Both   "Operation not allowed because the protection group status not available, error-failing-over, or error-failing-over-back";
    GroupNotAvailableOrErrorReversing   "1023" 400 Both   "Operation not allowed because the protection group status not available, error-reversing, or error-failing-back";
    GroupNotAvailableOrProtected        "1024" 400 Both   "Operation not allowed because the protection group status not available or protected";
    InstanceStationDiffers              "1025" 400 Both   "priority station value of the protection group is different from that of the protected instance";
    PairStationDiffers                  "1026" 400 Both   "priority station value of the protection group is different from that of the replication pair";
    ProtectionNotEnabled                "1027" 400 Both   "Failed to enable protection";
    ProtectionNotDisabled               "1028" 400 Both   "Failed to disable protection";
    PlannedFailoverFailed               "1029" 400 Both   "Failed to perform the planned failover";
    FailoverFailed                      "1030" 400 Both   "Failed to perform the failover";
    ProtectionNotReenabled              "1032" 400 Both   "Failed to enable protection again";
    InstanceDeletionForbidden           "1301" 400 Both   "Protected instance deletion not allowed in the current state";
    ServerInOtherAz                     "1303" 400 Both   "Server AZ and production site AZ of the protection group are different";
    ServerInOtherVpc                    "1304" 400 Both   "VPC of the server inconsistent with that of the protection group";
    ServerAlreadyProtected              "1305" 400 Both   "Server already used to create a protected instance";
    ServerNotCreated                    "1306" 400 Both   "Failed to create the server";
    ServerNotDeleted                    "1307" 400 Both   "Failed to delete the server";
    ServerStopFailed                    "1308" 400 Both   "Failed to stop the server";
    DiskSpecificationsDiffer            "1309" 400 Both   "Inconsistent production site and DR site disk specifications";
    NicNotFound                         "1310" 400 Both   "NIC not exist";
    PrimaryNicNotDeletable              "1311" 400 Both   "Deleting the primary NIC not allowed";
    NicNotAdded                         "1312" 400 Both   "Failed to add the NIC to the protected instance";
    NicNotDeleted                       "1313" 400 Both   "Failed to delete the NIC from the protected instance";
    AbnormalInstance                    "1314" 400 Both   "Abnormal protected instance";
    ExtensionNicNotFound                "1315" 400 Both   "Extension NIC not found";
    ServerNotStopped                    "1316" 400 Both   "Server not stopped";
    NicNotAttached                      "1317" 400 Both   "Failed to attach the NIC to a protected instance";
    NicNotDetached                      "1318" 400 Both   "Failed to detach the NIC from a protected instance";
    ProductionServerNotStopped          "1319" 400 Both   "Server at the current production site not stopped";
    InstanceNotFound                    "1320" 400 Both   "Protected instance not found";
    ServerWithoutDisk                   "1321" 400 Both   "No disk attached to the server";
    AbnormalSystemDisk                  "1322" 400 Both   "Abnormal system disk of the server";
    InstanceCreationNeedsAvailableGroup "1323" 400 Both   "Protected instance creation not allowed because the protection group status not available";
    InstanceDeletionNeedsAvailableGroup "1324" 400 Both   "Protected instance deletion not allowed because the protection group status not available";
    InstanceCreationNeedsStoppedGroup   "1325" 400 Both   "Protected instance creation not allowed because the protection group status not stopped";
    ServerNotFound                      "1326" 400 Both   "Server not found";
    InstanceStateForbidsNic             "1327" 400 Both   "NIC-related operation not allowed for the protected instance state in the current state";
    InstanceNotAvailable                "1328" 400 Both   "Operation not allowed because the protected instance status not available";
    InstanceNotResized                  "1329" 400 Both   "Failed to modify protected instance specifications";
    OriginalProductionServerKept        "1330" 400 Both   "Server at the current production site cannot be deleted because the current production site not the one specified when the protection group is created";
    EipNotDeleted                       "1331" 400 Both   "Failed to delete the EIP";
    EipNotAdded                         "1332" 400 Both   "Failed to add the EIP";
    ServerNotActiveOrShutoff            "1333" 400 Both   "Operation not allowed because the server status is not active or shutoff";
    IpAddressInUse                      "1334" 400 Both   "Private IP address in the subnet is in use";
    SubnetNotFound                      "1335" 400 Both   "Subnet not found";
    ServerHasExtensionNic               "1336" 400 Both   "Protected instance cannot be created using a production site server attached with an extension NIC in the current system";
    ExtensionNicNotSupported            "1337" 400 Both   "Current system does not support the extension NIC to be added to the protected instance";
    OriginalProductionEipKept           "1338" 400 Both   "Failed to delete the EIP of the current production site server because the current production site is not the one specified when the protection group is created";
    ServerWithoutSystemDisk             "1339" 400 Both   "No system disk attached to the server";
    TooManyNics                         "1340" 400 Both   "Number of NICs for one protected instance reaches the upper limit";
    SameFlavor                          "1341" 400 Both   "Another flavor must be used for resizing";
    DrServerNotStopped                  "1342" 400 Both   "Current DR site server is not stopped";
    InstanceNotCreated                  "1350" 400 Both   "Failed to create the protected instance";
    InstanceNotDeleted                  "1351" 400 Both   "Failed to delete the protected instance";
    ProductionServerRunning             "1352" 400 Both   "Current production site server not stopped";
    DrFlavorNotSupported                "1353" 400 Both   "DR site server specifications not support protected instance creation";
    DrServerBilledYearly                "1354" 400 Huawei "DR site server in protected instance cannot be deleted because the billing mode for the DR site server is yearly/monthly";
    DrServerAccountFrozen               "1355" 400 Both   "Failed to delete the DR site server in the protected instance because the current account is frozen";
    ProductionFlavorNotSupported        "1356" 400 Both   "Production site server specifications not support protected instance creation";
    ServerLockedBySystem                "1357" 400 Both   "Production site server locked by system";
    TooManyInstances                    "1358" 400 Both   "Number of protected instances in the protection group reaches the upper limit";
    ServerLockedByService               "1359" 400 Both   "Production site server locked by another cloud service";
    BatchInvalidServerId                "1360" 400 Huawei "servers configuration contains an invalid production site server ID";
    BatchDuplicateServer                "1361" 400 Huawei "servers configuration contains a duplicate production site server ID";
    BatchTooLarge                       "1362" 400 Huawei "Number of production site servers in the servers configuration exceeds the upper limit";
    BatchDuplicateInstance              "1363" 400 Huawei "protected_instances configuration contains a duplicate protected instance ID";
    BatchSpansGroups                    "1364" 400 Huawei "protected_instances configuration contains IDs of protected instances from different protection groups";
    SharedPairElsewhere                 "1365" 400 Huawei "Failed to delete the protected instance because a shared replication pair attached to this protected instance is attached to another protected instance";
    DrServerOnHostNotSupported          "1366" 400 Huawei "System not support creating DR site servers on DeHs";
    DrHostNotApplicable                 "1367" 400 Huawei "Failed to specify the DeH parameters when you modify specifications of DR site servers not created on DeHs";
    ProductionHostNotApplicable         "1368" 400 Huawei "Failed to specify the DeH parameters when you modify specifications of production site servers not created on DeHs";
    DrHostIdEmpty                       "1369" 400 Huawei "DeH ID of the DR site server is empty";
    ProductionHostIdEmpty               "1370" 400 Huawei "DeH ID of the production site server is empty";
    HostNeedsDedicatedTenancy           "1371" 400 Huawei "dedicated_host_id cannot be specified when tenancy is set to shared";
    HostNotFound                        "1372" 400 Huawei "DeH not found";
    HostInOtherAz                       "1373" 400 Huawei "DeH AZ and the DR site AZ of the protection group are different";
    HostFlavorNotCreatable              "1374" 400 Huawei "Failed to create a DR site server of such specifications on a DeH";
    HostRefusesServerGroup              "1375" 400 Huawei "Failed to create a DR site server on the DeH because the production site server belongs to an ECS group";
    ResizeBilledYearly                  "1376" 400 Huawei "Failed to modify the specifications because the servers of the protected instance are billed in yearly/monthly mode";
    ResizeNeedsSystemPair               "1377" 400 Huawei "Failed to modify the specifications because the protected instance does not have a replication pair containing system disks attached";
    ProductionFlavorNotChanged          "1378" 400 Huawei "Failed to modify the specifications of the production site server to the current ones";
    DrFlavorNotChanged                  "1379" 400 Huawei "Failed to modify the specifications of the DR site server to the current ones";
    IpAddressNeedsSubnet                "1380" 400 Huawei "primary_subnet_id must be specified when primary_ip_address is specified";
    StoragePoolNotFound                 "1381" 400 Huawei "DSS storage pool ID not exist";
    StoragePoolNotSupported             "1382" 400 Huawei "DR site not support DSS";
    StoragePoolInOtherAz                "1383" 400 Huawei "DSS storage pool AZ and the DR site AZ of the protection group are different";
    StoragePoolDeploying                "1384" 400 Huawei "DSS storage pool is being deployed and cannot be used";
    StoragePoolFull                     "1385" 400 Huawei "Insufficient capacity of the DSS storage pool";
    StoragePoolTypeDiffers              "1386" 400 Huawei "Storage type of the DSS storage pool is different from the disk type of the production site";
    SharedDiskServerMissing             "1408" 400 Huawei "A server with the shared disk attached is not in the server list for which the protected instances are to be protected";
    SharedPairInstanceMissing           "1409" 400 Huawei "A protected instance with the shared replication pair attached is not in the deletion list";
    PairNotAvailable                    "1601" 400 Both   "Replication pair status not available";
    PairOrDeviceInUse                   "1603" 400 Both   "Replication pair attached or device name used to attach to a disk";
    PairNotAttached                     "1604" 400 Both   "Replication pair not attached";
    PairAttached                        "1605" 400 Both   "Replication pair attached";
    PairInError                         "1606" 400 Both   "Failed to create the replication pair and status being error";
    PairNotDeleted                      "1607" 400 Both   "Failed to delete the replication pair";
    PairNotFound                        "1608" 400 Both   "Replication pair not found";
    PairNotCreated                      "1609" 400 Both   "Replication pair creation failure";
    PairNotUpdated                      "1610" 400 Both   "Replication pair update failure";
    PairInOtherGroup                    "1611" 400 Both   "Replication pair not in the protection group";
    DiskNotAvailable                    "1801" 400 Both   "Disk status not available";
    DiskEncrypted                       "1802" 400 Both   "Disk encrypted";
    NullDisk                            "1803" 400 Both   "Null disk";
    DiskNotAttached                     "1804" 400 Both   "Disk not attached";
    DiskNotInPair                       "1805" 400 Both   "Disk not used for creating replication pair";
    DiskTypeForbids                     "1806" 400 Both   "Operation not allowed by disk type";
    DisksNotAttached                    "1807" 400 Both   "Disks failed to be attached to the server";
    DisksNotDetached                    "1808" 400 Both   "Disks failed to be detached from the server";
    OriginalProductionDiskKept          "1809" 400 Both   "Operation not allowed because the current production site of the replication pair is the DR site specified when the protection group is created";
    DiskInOtherAz                       "1810" 400 Both   "Current production site AZ of the disk different from that of the protection group";
    DiskAlreadyInPair                   "1811" 400 Both   "Disk already used by a replication pair";
    DiskNotCreated                      "1812" 400 Both   "Failed to create the disk";
    DiskNotDeleted                      "1813" 400 Both   "Failed to delete the disk";
    DiskSizeDiffers                     "1814" 400 Both   "Disk size is different";
    PairDiskNotAvailable                "1816" 400 Both   "Operation cannot be performed because the disk of the replication pair is not in the available state";
    PairDiskNotAvailableOrInUse         "1817" 400 Both   "Operation cannot be performed because the disk of the replication pair is not in the available or in-use state";
    SharedPairDiskNotAvailable          "1818" 400 Both   "This operation cannot be performed because the shared disks of the replication pair are not in the Available state";
    PairBilledYearly                    "1819" 400 Huawei "Replication pair capacity cannot be expanded because the billing mode for the disks of the replication pair is yearly/monthly";
    PairNotExpanded                     "1820" 400 Both   "Failed to expand the capacity";
    AttachFailed                        "1821" 400 Both   "Failed to attach the replication pair";
    DetachFailed                        "1822" 400 Both   "Failed to detach the replication pair";
    ReverseSystemError                  "1823" 400 Both   "Operation not allowed due to a system error";
    FailoverSystemError                 "1824" 400 Both   "Operation not allowed due to a system error";
    DiskInDrill                         "1825" 400 Both   "Disk already used in a DR drill";
    TooManyUnattachedPairs              "1826" 400 Both   "Replication pairs not attached to protected instances to the upper limit";
    DrDiskBilledYearly                  "1827" 400 Huawei "DR site disk in replication pair cannot be deleted because the billing mode for the disk is yearly/monthly";
    DrDiskAccountFrozen                 "1828" 400 Both   "Failed to delete the DR site disk in the replication pair because the current account is frozen";
    PairsSynchronizing                  "1830" 400 Both   "Operation not allowed because replication pairs in this protection group are synchronizing data";
    DiskLocked                          "1831" 400 Both   "Disk locked";
    PairDiskLocked                      "1832" 400 Both   "Failed to expand the capacity because a disk in the replication pair is locked";
    InvalidDrillId                      "1900" 400 Both   "Invalid DR drill ID";
    EmptyDrillId                        "1901" 400 Both   "Null or empty DR drill ID";
    DrillNotFound                       "1902" 400 Both   "DR drill not found";
    SnapshotNotFound                    "1904" 500 Both   "Snapshot not found";
    VolumeFromSnapshotFailed            "1905" 500 Both   "Failed to create a volume using the snapshot";
    SnapshotNotDeleted                  "1906" 500 Both   "Failed to delete the snapshot";
    DrillVpcIsGroupVpc                  "1907" 400 Both   "Drill VPC conflicts with the VPC of the protection group";
    DrillVpcWithoutSubnet               "1908" 400 Both   "Drill VPC not have a subnet";
    DrillVpcWithoutCidr                 "1909" 400 Both   "Drill VPC not have the CIDR block";
    DrillIpConflict                     "1910" 400 Both   "IP addresses in the drill VPC conflict";
    NullNic                             "1911" 400 Both   "Null or empty NIC";
    DrillNicNotCreated                  "1912" 500 Both   "Failed to create the drill NIC";
    DrillDeletionForbidden              "1913" 400 Both   "DR drill deletion not allowed in the current state";
    DrillServerRecordNotFound           "1914" 500 Both   "Drill server record not found";
    DrillStorageRecordNotFound          "1915" 500 Both   "Drill storage record not found";
    InvalidSnapshotId                   "1916" 500 Both   "Invalid snapshot ID";
    DrillNicRecordNotFound              "1917" 500 Both   "Drill NIC record not found";
    DrillNicNotDeleted                  "1918" 500 Both   "Failed to delete the drill NIC";
    DrillAttachmentNotQueried           "1919" 500 Both   "Failed to query the attachment information of the drill server";
    DrillAttachmentNull                 "1920" 500 Both   "Null attachment information of the replication pair for creating the DR drill";
    DrillVpcInUse                       "1921" 400 Both   "Drill VPC is already used for creating a DR drill";
    DrillNotCreated                     "1922" 400 Both   "Failed to create the DR drill";
    DrillNotDeleted                     "1923" 400 Both   "Failed to delete the DR drill";
    DrVpcWithoutSubnet                  "1924" 400 Both   "DR site VPC not have a subnet";
    DrillVpcNotCreated                  "1925" 400 Both   "Failed to create the drill VPC";
    DrillSubnetNotCreated               "1926" 400 Both   "Failed to create the subnet in the drill VPC";
    DrillSubnetNotDeleted               "1927" 400 Both   "Failed to delete the subnet in the drill VPC";
    VpcNotFound                         "1928" 400 Both   "Failed to find the VPC";
    VpcQuotaExceeded                    "1929" 400 Both   "Insufficient VPC quota";
    SubnetQuotaExceeded                 "1930" 400 Both   "Insufficient subnet quota";
    TagActionInvalid                    "2201" 400 Both   "action only create or delete";
    EmptyTagList                        "2202" 400 Both   "Empty tag list";
    TooManyTags                         "2203" 400 Both   "Number of tags exceeds the upper limit";
    InvalidTagKey                       "2204" 400 Both   "Invalid tag key";
    BlankTagKey                         "2205" 400 Both   "Tag key is blank or an empty string";
    TagKeyNotFound                      "2206" 404 Both   "Specified tag key is not found";
    InvalidTagValue                     "2207" 400 Both   "Invalid tag value";
    NullTagValue                        "2208" 400 Both   "Null tag value";
    DuplicateTagKeys                    "2209" 400 Both   "Tag parameter contains duplicate keys";
    TagQueryActionInvalid               "2210" 400 Both   "action can be set to only filter or count";
    CountTakesNoPaging                  "2211" 400 Both   "limit and offset are not supported when action is set to count";
    EmptyMatches                        "2212" 400 Both   "Empty matches parameter";
    EmptyMatchKey                       "2213" 400 Both   "Empty key in the matches parameter";
    InvalidMatchKey                     "2214" 400 Both   "Invalid key in the matches parameter";
    DuplicateMatchKeys                  "2215" 400 Both   "Duplicate keys in the matches parameter";
    NullMatchValue                      "2216" 400 Both   "Null value in the matches parameter";
    InvalidMatchValue                   "2217" 400 Both   "Invalid value in the matches parameter";
    TooManyTagValues                    "2218" 400 Both   "Number of values exceeds the upper limit";
    DuplicateTagValues                  "2219" 400 Both   "Value list of the same key has duplicate values";
    TagQueryLimitOutOfRange             "2220" 400 Both   "Minimum and maximum values of limit are 1 and 1000 respectively";
    TagAddingForbidden                  "2221" 400 Both   "Tag adding not allowed in the current protected instance state";
    TagDeletingForbidden                "2222" 400 Both   "Tag deleting not allowed in the current protected instance state";
}
