# terraform-provider-huaweicloud against `sdrs-mock --dialect live`, whose errors are the ones that it knows.
#
# Not run by CI, for neither Terraform nor the provider comes from a package registry; it follows the provider's source.

terraform {
  required_providers {
    huaweicloud = {
      source = "huaweicloud/huaweicloud"
    }
  }
}

# Keep SDRS in a module of its own: this provider sends SDRS and identity to the mock, which serves nothing else.
provider "huaweicloud" {
  region     = "eu-test-1"
  access_key = "AKMOCK"
  secret_key = "SKMOCK"
  project_id = "0123456789abcdef0123456789abcdef"
  auth_url   = "http://localhost:7705/v3"

  endpoints = {
    sdrs = "http://localhost:7705"
    iam  = "http://localhost:7705"
  }

  # Else it asks the public billing service, looks for a newer provider, and waits minutes where the mock is not up.
  skip_check_website_type = true
  skip_check_upgrade      = true
  max_retries             = 0
}

resource "huaweicloud_sdrs_drill" "this" {
  name     = "from-terraform"
  group_id = "c2aee29a-2959-4d01-9755-01cc76a4d17d"
}

output "drill" {
  value = huaweicloud_sdrs_drill.this.id
}
