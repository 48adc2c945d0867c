// Old syntax only: this must run on the Node it refuses.
var OLDEST_MAJOR = 20;

/** Ends the process with one sentence when this Node is older than the set-up can run on. */
export function requireNode() {
  var major = Number(process.versions.node.split(".")[0]);
  if (major >= OLDEST_MAJOR) return;
  console.error(
    "Torilla needs Node " +
      OLDEST_MAJOR +
      " or newer to start, and this is Node " +
      process.versions.node +
      ": install a current one from https://nodejs.org and try again.",
  );
  process.exit(1);
}
