# huaweicloud-sdk-sdrs, the Huawei Cloud SDK for Java, with sdrs-mock at <<url>> (auth=<<auth>>).
# In a shell, with the flags of the server: eval "$(sdrs-mock env java)". <<note>>
export HUAWEICLOUD_SDK_AK=<<access>>
export HUAWEICLOUD_SDK_SK=<<secret>>
export HUAWEICLOUD_SDK_PROJECT_ID=<<project_id>>
export HUAWEICLOUD_SDK_IAM_ENDPOINT=<<url>>
export SDRS_ENDPOINT=<<url>>
export NO_PROXY=<<host>>"${NO_PROXY:+,$NO_PROXY}"
export no_proxy="$NO_PROXY"
# In code:
#     var credentials = new BasicCredentials()
#         .withAk(System.getenv("HUAWEICLOUD_SDK_AK"))
#         .withSk(System.getenv("HUAWEICLOUD_SDK_SK"))
#         .withProjectId(System.getenv("HUAWEICLOUD_SDK_PROJECT_ID"));
#     var client = SdrsClient.newBuilder()
#         .withCredential(credentials)
#         .withEndpoint(System.getenv("SDRS_ENDPOINT"))
#         .build();
