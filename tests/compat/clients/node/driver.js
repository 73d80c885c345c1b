// Speaks for the Node core of the Huawei Cloud SDKs: reads what to call, a JSON line each, and writes what came of it.
//
// There is no published package for SDRS, so an application brings its own request options; here they are made from the
// list of operations, which the first argument names.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const readline = require('node:readline');

// Found beside node_modules, which is not beside this file.
const modules = path.join(process.env.COMPAT_WORK, 'node_modules');
const core = path.join(modules, '@huaweicloud/huaweicloud-sdk-core');
const { BasicCredentials } = require(core);
const { ClientBuilder } = require(path.join(core, 'ClientBuilder'));

const operations = new Map(JSON.parse(fs.readFileSync(process.argv[2], 'utf8')).map((row) => [row.operation, row]));

// The core prints errors, Authorization included, on the standard output; answers go where only they go.
const answers = fs.createWriteStream(null, { fd: fs.openSync('/dev/fd/1', 'a') });
process.stdout.write = process.stderr.write.bind(process.stderr);

const clients = new Map();

/** One client for the same settings, so that its connections live on. */
function client(settings) {
  const key = JSON.stringify(settings);
  if (!clients.has(key)) {
    const credential = new BasicCredentials().withAk(settings.ak).withSk(settings.sk);
    const builder = new ClientBuilder((http) => http, 'BasicCredentials').withCredential(credential);
    if (settings.region) {
      credential.withIamEndpoint(settings.endpoint);
      builder.withRegion({ id: settings.region, endpoints: [settings.endpoint] });
    } else {
      credential.withProjectId(settings.project);
      builder.withEndpoint(settings.endpoint);
    }
    clients.set(key, builder.build());
  }
  return clients.get(key);
}

/** The members of a request: those that the path names go there, `body` is the body, the others are the query. */
function options(http, { operation, members, headers }) {
  const { method, path: url } = operations.get(operation);
  const { body, ...others } = members;
  const inPath = [...url.matchAll(/{(\w+)}/g)].map((match) => match[1]);
  const pathParams = { project_id: http.credential.projectId };
  for (const name of inPath.filter((name) => name in others)) {
    pathParams[name] = others[name];
    delete others[name];
  }
  return { method, url, contentType: 'application/json', pathParams, queryParams: others, headers: { ...headers }, data: body };
}

async function outcome(http, call) {
  try {
    // The project that the core looks up by region is known only after its first request is built.
    if (http.region && !http.credential.projectId) {
      http.credential = await http.credential.processAuthParams(http, http.region.id);
    }
    const { httpStatusCode, ...answer } = await http.sendRequest(options(http, call));
    return { answer, raw: answer, status: httpStatusCode };
  } catch (error) {
    return { error: {
      kind: error.constructor.name, text: String(error.errorMsg || error.message), status: error.httpStatusCode,
      code: error.errorCode, message: error.errorMsg, request_id: error.requestId,
    } };
  }
}

readline.createInterface({ input: process.stdin }).on('line', async (line) => {
  const asked = JSON.parse(line);
  let replies;
  try {
    const http = client(asked.client);
    replies = await Promise.all(asked.calls.map((call) => outcome(http, call)));
  } catch (error) {
    replies = asked.calls.map(() => ({ error: { kind: error.constructor.name, text: String(error) } }));
  }
  answers.write(`${JSON.stringify(replies)}\n`);
});
