// Says of each object on standard input what its schema does not take.
const objects = JSON.parse(require("node:fs").readFileSync(0, "utf8"));

for (const object of objects) {
  const models = require(`@kubernetes-models/gke/${object.apiVersion}`);
  try {
    new models[object.kind](object).validate();
  } catch (error) {
    console.log(`${object.kind}: ${error.message}`);
  }
}
