# The Terraform provider huaweicloud, with sdrs-mock at <<url>> (auth=<<auth>>).
# <<note>>
# In the shell that runs terraform: export NO_PROXY=<<host>>
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

  # Without these the provider asks public addresses, and waits for minutes where it is refused.
  skip_check_website_type = true
  skip_check_upgrade      = true
  max_retries             = 0
}
