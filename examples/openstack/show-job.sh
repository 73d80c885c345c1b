#!/usr/bin/env bash
# The two commands of SDRS that `openstack` has with otcextensions.
#
#     pip install python-openstackclient otcextensions
#     sdrs-mock &
#     OS_CLIENT_CONFIG_FILE=clouds.yaml OS_CLOUD=sdrs-mock ./show-job.sh
set -euo pipefail

# The command cannot create anything in SDRS, so the job is curl's; any client's would do.
endpoint=${SDRS_ENDPOINT:-http://localhost:7705}
eval "$(openstack token issue -f shell --prefix token_ -c id -c project_id)"
job=$(curl -sf -H "X-Auth-Token: $token_id" -H 'Content-Type: application/json' \
  -d '{"disaster_recovery_drill":{"server_group_id":"c2aee29a-2959-4d01-9755-01cc76a4d17d","name":"from-the-shell"}}' \
  "$endpoint/v1/$token_project_id/disaster-recovery-drills" | python3 -c 'import json, sys; print(json.load(sys.stdin)["job_id"])')

openstack sdrs active domain list -f value -c name
openstack sdrs job show "$job" -f value -c status
