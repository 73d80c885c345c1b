# huaweicloudsdksdrs, the Huawei Cloud SDK for Python, with sdrs-mock at <<url>> (auth=<<auth>>).
# In a shell, with the flags of the server: eval "$(sdrs-mock env python)". <<note>>
export HUAWEICLOUD_SDK_AK=<<access>>
export HUAWEICLOUD_SDK_SK=<<secret>>
export HUAWEICLOUD_SDK_PROJECT_ID=<<project_id>>
export HUAWEICLOUD_SDK_IAM_ENDPOINT=<<url>>
export HUAWEICLOUD_SDK_REGION_SDRS_<<REGION>>=<<url>>
export SDRS_ENDPOINT=<<url>>
export NO_PROXY=<<host>>"${NO_PROXY:+,$NO_PROXY}"
export no_proxy="$NO_PROXY"
# Code that picks its region by name needs no change:
#     from huaweicloudsdksdrs.v1 import SdrsClient
#     from huaweicloudsdksdrs.v1.region.sdrs_region import SdrsRegion
#     client = SdrsClient.new_builder().with_region(SdrsRegion.value_of("<<region>>")).build()
# Code that names an endpoint, with `import os`:
#     client = SdrsClient.new_builder().with_endpoint(os.environ["SDRS_ENDPOINT"]).build()
