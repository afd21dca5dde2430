// npm fhir-kit-client reads a running clinic: discovery, token, search, paging, everything of a patient.
// node bench/other_houses/kit.mjs http://127.0.0.1:8000 CLIENT.json   (as for clients.py), in a folder that has
// `fhir-kit-client` 2.0: FOLDER=… names it.
import { createSign, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const folder = process.env.FOLDER || process.cwd();
const kit = await import(pathToFileURL(`${folder}/node_modules/fhir-kit-client/dist/index.js`));
const Client = kit.default || kit.Client;
const [site, file] = process.argv.slice(2);
const own = JSON.parse(readFileSync(file, "utf8"));
const base = `${site}/fhir/r4`;

function assertion(aud) {
  const part = value => Buffer.from(JSON.stringify(value)).toString("base64url");
  const exp = Math.floor(Date.now() / 1000) + 240;
  const said = { iss: own.client_id, sub: own.client_id, aud, exp, jti: randomUUID() };
  const body = `${part({ alg: "ES384", typ: "JWT", kid: "e" })}.${part(said)}`;
  const signature = createSign("SHA384").update(body).sign({ key: own.ec, dsaEncoding: "ieee-p1363" });
  return `${body}.${signature.toString("base64url")}`;
}

const client = new Client({ baseUrl: base });
const { tokenUrl } = await client.smartAuthMetadata();
const form = new URLSearchParams({
  grant_type: "client_credentials", scope: "system/*.rs", client_assertion: assertion(String(tokenUrl)),
  client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
});
const { access_token: token } = await (await fetch(tokenUrl, { method: "POST", body: form })).json();
client.bearerToken = token;

async function all(resourceType, searchParams) {
  let bundle = await client.search({ resourceType, searchParams });
  const entries = [];
  while (bundle) {
    entries.push(...(bundle.entry || []));
    bundle = bundle.link?.some(each => each.relation === "next") ? await client.nextPage({ bundle }) : undefined;
  }
  return entries.map(each => each.resource);
}

const counted = {};
for (const name of ["Patient", "Condition", "Observation", "Appointment", "DocumentReference"])
  counted[name] = (await all(name, { _count: 40 })).length;
const [first] = await all("Patient", { _count: 40 });
const again = await client.read({ resourceType: "Patient", id: first.id });
if (again.name[0].text !== first.name[0].text) throw new Error("read differs from search");
const whole = await client.operation({ name: "everything", resourceType: "Patient", id: first.id, method: "GET" });
counted.everything = whole.entry.length;
const refused = await client.read({ resourceType: "Patient", id: "999999" }).catch(error => error.response);
if ((refused.data || refused).resourceType !== "OperationOutcome" && refused.status !== 404) throw new Error("no 404");
console.log("fhir-kit-client, ES384:", JSON.stringify(counted));
