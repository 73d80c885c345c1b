# The Terraform provider huaweicloud, with sdrs-mock at <<url>> (auth=<<auth>>).
# <<note>>
# In the shell that runs terraform: export NO_PROXY=<<host>>
[ca] # The server makes its certificates at every start; once it is ready, fetch what they are verified with:
[ca] #     curl -sSf --insecure -o sdrs-mock-ca.pem <<url_ca>>
provider "huaweicloud" {
  region     = <<region>>
  access_key = <<access>>
  secret_key = <<secret>>
  project_id = <<project_id>>
  auth_url   = <<url_v3>>

  endpoints = {
    sdrs = <<url>>
    iam  = <<url>>
  }
[ca]   cacert_file = "sdrs-mock-ca.pem"

  # Without these the provider asks public addresses, and waits for minutes where it is refused.
  skip_check_website_type = true
  skip_check_upgrade      = true
  max_retries             = 0
}
