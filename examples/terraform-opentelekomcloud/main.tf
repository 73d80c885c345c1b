# terraform-provider-opentelekomcloud against `sdrs-mock --flavor otc`, in dialect `documented`: it takes only a 404 for
# "gone". It has no resource for drills.
#
# Not run by CI, for neither Terraform nor the provider comes from a package registry; it follows the provider's source.

terraform {
  required_providers {
    opentelekomcloud = {
      source = "opentelekomcloud/opentelekomcloud"
    }
  }
}

# It finds SDRS in the catalog that the login answers with. It logs in again without end where a 401 stays.
provider "opentelekomcloud" {
  auth_url    = "http://localhost:7705/v3"
  user_name   = "mock-user"
  password    = "mock-password"
  domain_name = "OTC-TEST-00000000001"
  tenant_name = "eu-test-1"
  region      = "eu-test-1"
}

data "opentelekomcloud_sdrs_domain_v1" "this" {}

resource "opentelekomcloud_sdrs_protectiongroup_v1" "this" {
  name                     = "from-terraform"
  description              = "made by an example"
  source_availability_zone = "eu-de-01"
  target_availability_zone = "eu-de-02"
  domain_id                = data.opentelekomcloud_sdrs_domain_v1.this.id
  source_vpc_id            = "046852ef-c49d-409b-8389-546aaaa5701f"
  dr_type                  = "migration"
}
