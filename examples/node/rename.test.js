// Node's own test runner with the core of the Huawei Cloud SDK for Node; there is no published package for SDRS.
//
//     npm install @huaweicloud/huaweicloud-sdk-core uuid
//     sdrs-mock --dialect live &
//     node --test rename.test.js
'use strict';

const assert = require('node:assert');
const { randomUUID } = require('node:crypto');
const { test } = require('node:test');
const { BasicCredentials } = require('@huaweicloud/huaweicloud-sdk-core');
const { ClientBuilder } = require('@huaweicloud/huaweicloud-sdk-core/ClientBuilder');

const endpoint = process.env.SDRS_ENDPOINT || 'http://localhost:7705';

// A drill of the sample world, with which every project starts.
const DRILL = 'e472d26f-9624-42fb-8bfc-717d4714c225';

/** A caller in a project of its own: tests need no reset, and run beside each other. */
function caller() {
  const projectId = randomUUID().replaceAll('-', '');
  const credential = new BasicCredentials().withAk('AKMOCK').withSk('SKMOCK').withProjectId(projectId);
  const http = new ClientBuilder((client) => client, 'BasicCredentials')
    .withCredential(credential).withEndpoint(endpoint).build();
  return (method, path, data) => http.sendRequest({
    method, url: `/v1/${projectId}${path}`, contentType: 'application/json', pathParams: {}, queryParams: {}, headers: {}, data,
  });
}

test('a drill gets its new name', async () => {
  const call = caller();
  await call('PUT', `/disaster-recovery-drills/${DRILL}`, { disaster_recovery_drill: { name: 'new_dr_drill_name' } });
  const shown = await call('GET', `/disaster-recovery-drills/${DRILL}`);
  assert.equal(shown.disaster_recovery_drill.name, 'new_dr_drill_name');
});

test('a name with a blank is refused', async () => {
  const call = caller();
  const refusal = await call('PUT', `/disaster-recovery-drills/${DRILL}`, { disaster_recovery_drill: { name: 'new name' } })
    .catch((error) => error);
  assert.equal(refusal.httpStatusCode, 400);
  // This client reads the code only where the body has `error`, so it is lost in dialect `documented`.
  assert.ok([undefined, 'SDRS.0202'].includes(refusal.errorCode));
});
