# huaweicloud-sdk-go-v3, the Huawei Cloud SDK for Go, with sdrs-mock at <<url>> (auth=<<auth>>).
# In a shell, with the flags of the server: eval "$(sdrs-mock env go)". <<note>>
export HUAWEICLOUD_SDK_AK=<<access>>
export HUAWEICLOUD_SDK_SK=<<secret>>
export HUAWEICLOUD_SDK_PROJECT_ID=<<project_id>>
export HUAWEICLOUD_SDK_IAM_ENDPOINT=<<url>>
export SDRS_ENDPOINT=<<url>>
export NO_PROXY=<<host>>"${NO_PROXY:+,$NO_PROXY}"
export no_proxy="$NO_PROXY"
[ca] # The server makes its certificates at every start; once it is ready, this fetches what they are verified with.
[ca] curl -sSf --insecure -o sdrs-mock-ca.pem <<url_ca>>
[ca] export SSL_CERT_FILE="$PWD/sdrs-mock-ca.pem"
# In code:
#     credentials, err := basic.NewCredentialsBuilder().
#         WithAk(os.Getenv("HUAWEICLOUD_SDK_AK")).
#         WithSk(os.Getenv("HUAWEICLOUD_SDK_SK")).
#         WithProjectId(os.Getenv("HUAWEICLOUD_SDK_PROJECT_ID")).
#         SafeBuild()
#     http, err := sdrs.SdrsClientBuilder().
#         WithEndpoint(os.Getenv("SDRS_ENDPOINT")).
#         WithCredential(credentials).
#         SafeBuild()
#     client := sdrs.NewSdrsClient(http)
[ca] # On macOS and Windows, where Go asks the system instead, before SafeBuild():
[ca] #     WithHttpConfig(config.DefaultHttpConfig().WithIgnoreSSLVerification(true)).
