# huaweicloudsdksdrs, the Huawei Cloud SDK for Python, with sdrs-mock at <<url>> (auth=<<auth>>).
# In a shell, with the flags of the server: eval "$(sdrs-mock env python)". <<note>>
export HUAWEICLOUD_SDK_AK=<<access>>
export HUAWEICLOUD_SDK_SK=<<secret>>
export HUAWEICLOUD_SDK_PROJECT_ID=<<project_id>>
export HUAWEICLOUD_SDK_IAM_ENDPOINT=<<url>>
[region] export HUAWEICLOUD_SDK_REGION_SDRS_<<REGION>>=<<url>>
export SDRS_ENDPOINT=<<url>>
export NO_PROXY=<<host>>"${NO_PROXY:+,$NO_PROXY}"
export no_proxy="$NO_PROXY"
[ca] # The server makes its certificates at every start; once it is ready, this fetches what they are verified with.
[ca] curl -sSf --insecure -o sdrs-mock-ca.pem <<url_ca>>
[ca] export REQUESTS_CA_BUNDLE="$PWD/sdrs-mock-ca.pem"
[region] # Code that picks its region by name needs no change:
[region] #     from huaweicloudsdksdrs.v1 import SdrsClient
[region] #     from huaweicloudsdksdrs.v1.region.sdrs_region import SdrsRegion
[region] #     client = SdrsClient.new_builder().with_region(SdrsRegion.value_of("<<region>>")).build()
# Code that names an endpoint, with `import os`:
#     client = SdrsClient.new_builder().with_endpoint(os.environ["SDRS_ENDPOINT"]).build()
[ca] # Where other hosts are to be verified as before, in code and without that variable:
[ca] #     config = HttpConfig.get_default_config()
[ca] #     config.ssl_ca_cert = "sdrs-mock-ca.pem"
[ca] #     client = SdrsClient.new_builder().with_http_config(config)...
