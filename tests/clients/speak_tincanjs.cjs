// What TinCanJS makes of a record store; prints what it found as JSON.
const crypto = require("node:crypto");
const TinCan = require("tincanjs");

TinCan.disableDebug();
const { ENDPOINT, KEY, SECRET } = process.env;
const lrs = new TinCan.LRS({ endpoint: ENDPOINT, username: KEY, password: SECRET, allowFail: false });
const agent = new TinCan.Agent({ name: "Aygün Əliyeva", mbox: "mailto:aygun@example.org" });
const verb = `http://example.org/verbs/${crypto.randomUUID()}`;
const activity = new TinCan.Activity({ id: `http://example.org/${crypto.randomUUID()}` });

// Each of its methods calls back with an error, which is null or a status, and what came.
const call = (method, ...args) =>
  new Promise((resolve, reject) => {
    const config = typeof args.at(-1) === "object" && args.at(-1).isConfig ? args.pop() : {};
    const callback = (error, came) =>
      error === null
        ? resolve(came)
        : reject(new Error(`${method}: ${error} ${came && came.responseText}`));
    lrs[method](...args, { ...config, callback });
  });
const config = (values) => ({ ...values, isConfig: true });
const statement = (members) =>
  new TinCan.Statement({ actor: agent, verb: { id: verb, display: { az: "öyrəndi" } }, object: activity, ...members });

async function main() {
  const told = {};
  told.versions = (await call("about")).version;

  const one = statement({ id: crypto.randomUUID() });
  await call("saveStatement", one);
  const got = await call("retrieveStatement", one.id);
  told.statement = { id: got.id === one.id, name: got.actor.name, display: got.verb.display.az };

  await call("saveStatements", [statement({}), statement({}), statement({})]);
  let page = await call("queryStatements", config({ params: { verb: new TinCan.Verb({ id: verb }), limit: 2 } }));
  let found = page.statements.length;
  while (page.more) {
    page = await call("moreStatements", config({ url: page.more }));
    found += page.statements.length;
  }
  told.found = found;

  const file = new TextEncoder().encode("a file, Բարև").buffer;
  const attachment = new TinCan.Attachment({
    usageType: "http://example.org/usage",
    display: { en: "A file" },
    contentType: "text/plain",
    content: file,
  });
  const attached = statement({ id: crypto.randomUUID() });
  attached.attachments = [attachment];
  await call("saveStatement", attached);
  const back = await call("retrieveStatement", attached.id, config({ params: { attachments: true } }));
  told.file = back.attachments[0].getContentAsString();

  const voiding = new TinCan.Statement({
    actor: agent,
    verb: { id: "http://adlnet.gov/expapi/verbs/voided" },
    object: { objectType: "StatementRef", id: one.id },
  });
  await call("saveStatement", voiding);
  told.gone = await call("retrieveStatement", one.id).then(() => false, (error) => error.message.includes("404"));
  told.voided = (await call("retrieveVoidedStatement", one.id)).id === one.id;

  const whose = { agent, activity };
  await call("saveState", "bookmark", { page: 3 }, config({ ...whose, contentType: "application/json" }));
  const state = await call("retrieveState", "bookmark", config(whose));
  told.state = state.contents;
  told.states = await call("retrieveStateIds", config(whose));
  await call("saveState", "bookmark", { page: 4 }, config({ ...whose, contentType: "application/json", lastSHA1: state.etag.replaceAll('"', "") }));
  await call("dropState", "bookmark", config(whose));
  told.dropped = (await call("retrieveState", "bookmark", config(whose))) === null;

  await call("saveActivityProfile", "layout", { wide: true }, config({ activity, contentType: "application/json" }));
  told.activityProfile = (await call("retrieveActivityProfile", "layout", config({ activity }))).contents;
  const other = new TinCan.Agent({ account: { homePage: "http://example.org", name: crypto.randomUUID() } });
  await call("saveAgentProfile", "layout", { wide: false }, config({ agent: other, contentType: "application/json" }));
  told.agentProfile = (await call("retrieveAgentProfile", "layout", config({ agent: other }))).contents;
  told.activity = (await call("retrieveActivity", activity.id)).id === activity.id;
  process.stdout.write(JSON.stringify(told));
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
