# The Terraform provider opentelekomcloud, with sdrs-mock at <<url>> (auth=<<auth>>).
# <<note>>
# In the shell that runs terraform: export NO_PROXY=<<host>>
[ca] # The server makes its certificates at every start; once it is ready, fetch what they are verified with:
[ca] #     curl -sSf --insecure -o sdrs-mock-ca.pem <<url_ca>>
provider "opentelekomcloud" {
  auth_url    = <<url_v3>>
  domain_name = <<domain>>
  tenant_name = <<project>>
  user_name   = <<user>>
  password    = <<password>>
  region      = <<region>>
[ca]   cacert_file = "sdrs-mock-ca.pem"
}
