# @huaweicloud/huaweicloud-sdk-core, the Huawei Cloud SDK for Node, with sdrs-mock at <<url>> (auth=<<auth>>).
# In a shell, with the flags of the server: eval "$(sdrs-mock env node)". <<note>>
export HUAWEICLOUD_SDK_AK=<<access>>
export HUAWEICLOUD_SDK_SK=<<secret>>
export HUAWEICLOUD_SDK_PROJECT_ID=<<project_id>>
export HUAWEICLOUD_SDK_IAM_ENDPOINT=<<url>>
export SDRS_ENDPOINT=<<url>>
export NO_PROXY=<<host>>"${NO_PROXY:+,$NO_PROXY}"
export no_proxy="$NO_PROXY"
[ca] # The server makes its certificates at every start; once it is ready, this fetches what they are verified with.
[ca] curl -sSf --insecure -o sdrs-mock-ca.pem <<url_ca>>
[ca] export NODE_EXTRA_CA_CERTS="$PWD/sdrs-mock-ca.pem"
# In code; the package needs `uuid` beside it:
#     const { BasicCredentials } = require('@huaweicloud/huaweicloud-sdk-core');
#     const { ClientBuilder } = require('@huaweicloud/huaweicloud-sdk-core/ClientBuilder');
#     const credentials = new BasicCredentials()
#       .withAk(process.env.HUAWEICLOUD_SDK_AK)
#       .withSk(process.env.HUAWEICLOUD_SDK_SK)
#       .withProjectId(process.env.HUAWEICLOUD_SDK_PROJECT_ID);
#     const client = new ClientBuilder((http) => http, 'BasicCredentials')
#       .withCredential(credentials)
#       .withEndpoint(process.env.SDRS_ENDPOINT)
#       .build();
