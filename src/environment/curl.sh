# curl with sdrs-mock at <<url>> (auth=<<auth>>).
# In a shell, with the flags of the server: eval "$(sdrs-mock env curl)". <<note>>
export SDRS_ENDPOINT=<<url>>
export SDRS_PROJECT_ID=<<project_id>>
export NO_PROXY=<<host>>"${NO_PROXY:+,$NO_PROXY}"
export no_proxy="$NO_PROXY"
[ca] # The server makes its certificates at every start; once it is ready, this fetches what they are verified with.
[ca] curl -sSf --insecure -o sdrs-mock-ca.pem <<url_ca>>
[ca] export CURL_CA_BUNDLE="$PWD/sdrs-mock-ca.pem"
[present] export SDRS_TOKEN=any
[strict] SDRS_TOKEN=$(curl -sS -D - -o /dev/null -H 'Content-Type: application/json' "$SDRS_ENDPOINT/v3/auth/tokens" -d <<login>> |
[strict]   tr -d '\r' | sed -n 's/^X-Subject-Token: //p')
[strict] export SDRS_TOKEN
[off] # curl "$SDRS_ENDPOINT/v1/$SDRS_PROJECT_ID/disaster-recovery-drills"
[present] # curl -H "X-Auth-Token: $SDRS_TOKEN" "$SDRS_ENDPOINT/v1/$SDRS_PROJECT_ID/disaster-recovery-drills"
[strict] # curl -H "X-Auth-Token: $SDRS_TOKEN" "$SDRS_ENDPOINT/v1/$SDRS_PROJECT_ID/disaster-recovery-drills"
