// What @xapi/xapi makes of a record store; prints what it found as JSON.
const crypto = require("node:crypto");
const XAPI = require("@xapi/xapi").default ?? require("@xapi/xapi");

const { ENDPOINT, KEY, SECRET, VERSION } = process.env;
const auth = XAPI.toBasicAuth(KEY, SECRET);
// In Node its other adapter, axios, calls a body with files application/octet-stream.
const xapi = new XAPI({ endpoint: ENDPOINT, auth, version: VERSION, adapter: "fetch" });
const agent = { objectType: "Agent", name: "Aygün Əliyeva", mbox: "mailto:aygun@example.org" };
const verb = { id: `http://example.org/verbs/${crypto.randomUUID()}`, display: { az: "öyrəndi" } };
const activity = { objectType: "Activity", id: `http://example.org/${crypto.randomUUID()}` };
const statement = { actor: agent, verb, object: activity };
const status = (error) => JSON.parse(error.message).status; // with fetch it throws the body of the answer

async function main() {
  const told = {};
  told.versions = (await xapi.getAbout()).data.version;

  const [id] = (await xapi.sendStatement({ statement })).data;
  const got = (await xapi.getStatement({ statementId: id })).data;
  told.statement = { id: got.id === id, name: got.actor.name, display: got.verb.display.az };

  await xapi.sendStatements({ statements: [statement, statement, statement] });
  let page = (await xapi.getStatements({ verb: verb.id, agent, limit: 2 })).data;
  let found = page.statements.length;
  while (page.more) {
    page = (await xapi.getMoreStatements({ more: page.more })).data;
    found += page.statements.length;
  }
  told.found = found;

  const file = new TextEncoder().encode("a file, Բարև").buffer;
  const attachment = {
    usageType: "http://example.org/usage",
    display: { en: "A file" },
    contentType: "text/plain",
    length: file.byteLength,
    sha2: crypto.createHash("sha256").update(Buffer.from(file)).digest("hex"),
  };
  const [attached] = (
    await xapi.sendStatement({ statement: { ...statement, attachments: [attachment] }, attachments: [file] })
  ).data;
  const parts = (await xapi.getStatement({ statementId: attached, attachments: true })).data;
  told.file = parts[0].id === attached && String(parts[1]);

  await xapi.voidStatement({ actor: agent, statementId: id });
  told.gone = await xapi.getStatement({ statementId: id }).then(() => false, (error) => status(error) === 404);
  told.voided = (await xapi.getVoidedStatement({ voidedStatementId: id })).data.id === id;

  const state = { agent, activityId: activity.id, stateId: "bookmark" };
  await xapi.createState({ ...state, state: { page: 3 } });
  const stored = await xapi.getState(state);
  told.state = stored.data;
  told.states = (await xapi.getStates({ agent, activityId: activity.id })).data;
  const stale = { ...state, state: { page: 5 }, etag: `"${"0".repeat(40)}"`, matchHeader: "If-Match" };
  told.stale = await xapi.setState(stale).then(() => false, status);
  await xapi.setState({ ...state, state: { page: 4 }, etag: stored.headers.etag, matchHeader: "If-Match" });
  await xapi.deleteState(state);
  told.dropped = await xapi.getState(state).then(() => false, (error) => status(error) === 404);

  const ofActivity = { activityId: activity.id, profileId: "layout" };
  const isNew = { etag: "*", matchHeader: "If-None-Match" };
  await xapi.setActivityProfile({ ...ofActivity, profile: { wide: true }, ...isNew });
  told.activityProfile = (await xapi.getActivityProfile(ofActivity)).data;
  const ofAgent = { agent: { account: { homePage: "http://example.org", name: crypto.randomUUID() } }, profileId: "layout" };
  await xapi.createAgentProfile({ ...ofAgent, profile: { wide: false } });
  told.agentProfile = (await xapi.getAgentProfile(ofAgent)).data;
  told.activity = (await xapi.getActivity({ activityId: activity.id })).data.id === activity.id;
  told.person = (await xapi.getAgent({ agent })).data.objectType;
  process.stdout.write(JSON.stringify(told));
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
