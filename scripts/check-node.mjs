// Imported first by every script: an old Node gets this message instead of a syntax error from deep inside.
// So this file, and what scripts import before it has run, keeps to what Node 14 can read.
const [major, minor] = process.versions.node.split(".").map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Flotilla needs Node 20.19 or newer; this is Node ${process.versions.node} (${process.execPath}).`);
  console.error("Install a newer one, for example from nodejs.org or with your version manager, and run this again.");
  process.exit(3);
}
