# huaweicloud-sdk-sdrs, the Huawei Cloud SDK for Java, with sdrs-mock at <<url>> (auth=<<auth>>).
# In a shell, with the flags of the server: eval "$(sdrs-mock env java)". <<note>>
export HUAWEICLOUD_SDK_AK=<<access>>
export HUAWEICLOUD_SDK_SK=<<secret>>
export HUAWEICLOUD_SDK_PROJECT_ID=<<project_id>>
export HUAWEICLOUD_SDK_IAM_ENDPOINT=<<url>>
export SDRS_ENDPOINT=<<url>>
export NO_PROXY=<<host>>"${NO_PROXY:+,$NO_PROXY}"
export no_proxy="$NO_PROXY"
[ca] # The server makes its certificates at every start; once it is ready, this fetches what they are verified with.
[ca] curl -sSf --insecure -o sdrs-mock-ca.pem <<url_ca>>
# In code:
#     var credentials = new BasicCredentials()
#         .withAk(System.getenv("HUAWEICLOUD_SDK_AK"))
#         .withSk(System.getenv("HUAWEICLOUD_SDK_SK"))
#         .withProjectId(System.getenv("HUAWEICLOUD_SDK_PROJECT_ID"));
#     var client = SdrsClient.newBuilder()
#         .withCredential(credentials)
#         .withEndpoint(System.getenv("SDRS_ENDPOINT"))
#         .build();
[ca] # To trust the server, a store, made anew with each ca.pem, and two options of the JVM:
[ca] #     rm -f sdrs-mock-ca.p12
[ca] #     keytool -importcert -noprompt -alias sdrs-mock -file sdrs-mock-ca.pem -keystore sdrs-mock-ca.p12 -storepass changeit
[ca] #     java -Djavax.net.ssl.trustStore=sdrs-mock-ca.p12 -Djavax.net.ssl.trustStorePassword=changeit ...
[ca] # Or, before build(), without verification:
[ca] #         .withHttpConfig(HttpConfig.getDefaultHttpConfig().withIgnoreSSLVerification(true))
