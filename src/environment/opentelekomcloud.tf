# The Terraform provider opentelekomcloud, with sdrs-mock at <<url>> (auth=<<auth>>).
# <<note>>
# In the shell that runs terraform: export NO_PROXY=<<host>>
provider "opentelekomcloud" {
  auth_url    = <<url_v3>>
  domain_name = <<domain>>
  tenant_name = <<project>>
  user_name   = <<user>>
  password    = <<password>>
  region      = <<region>>
}
