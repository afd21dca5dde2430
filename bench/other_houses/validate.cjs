// npm `fhir` reads what `python -m bench.fhir FOLDER` has written: node bench/other_houses/validate.cjs FOLDER
// with NODE_PATH at a folder that has `fhir` 4.12. Exit 1 if anything is refused.
const fs = require("fs"), path = require("path");
const { Fhir } = require("fhir");
const fhir = new Fhir(), folder = process.argv[2];
let seen = 0, refused = 0;
for (const file of fs.readdirSync(folder).filter(name => name.endsWith(".json"))) {
  for (const { resource } of JSON.parse(fs.readFileSync(path.join(folder, file))).entry) {
    const { valid, messages } = fhir.validate(resource, { errorOnUnexpected: true });
    seen++;
    if (valid) continue;
    refused++;
    const why = messages.filter(each => each.severity === "error").map(each => `${each.location}: ${each.message}`);
    console.log(`${resource.resourceType}/${resource.id}: ${why.join("; ")}`);
  }
}
console.log(`${seen} checks, ${refused} refused`);
process.exit(refused ? 1 : 0);
