// The platform's side of platform storage, in the page of an activity or in a frame beside the tool's. What is kept is
// kept apart by the origin that asks.
"use strict";
const kind = document.currentScript.dataset.kind;
const inFrame = window.parent !== window;
const says = {
  "lti.capabilities": () => {
    const frame = kind === "frame" ? { frame: "lms-storage" } : {};
    const subjects = kind === "missing" ? [] : ["lti.put_data", "lti.get_data"];
    return { supported_messages: [{ subject: "lti.capabilities" }, ...subjects.map((subject) => ({ subject, ...frame }))] };
  },
  "lti.put_data": ({ key, value }, place) => {
    if (kind === "full") return { key, error: { code: "storage_exhaustion", message: "Nothing more is kept." } };
    if (value === null || value === undefined) localStorage.removeItem(place);
    else localStorage.setItem(place, value);
    return { key, value };
  },
  "lti.get_data": ({ key }, place) => ({ key, value: localStorage.getItem(place) }),
};

addEventListener("message", (event) => {
  const asked = event.data;
  if (inFrame && kind === "impostor") return pretend(asked);
  if (typeof asked !== "object" || asked === null || !(asked.subject in says) || !asked.message_id) return;
  const speaks = asked.subject === "lti.capabilities" ? !inFrame && kind !== "missing" : inFrame === (kind === "frame");
  if (!speaks || (kind === "silent" && asked.subject !== "lti.capabilities")) return;
  if (kind === "impostor" && asked.subject !== "lti.capabilities") return frames["impostor"].postMessage(asked, "*");
  const said = says[asked.subject](asked, `lti ${event.origin} ${asked.key}`);
  event.source.postMessage({ subject: `${asked.subject}.response`, message_id: asked.message_id, ...said }, event.origin);
});

// Answers in the name of the platform, from another site.
function pretend(asked) {
  window.pretended = true;
  const said = { subject: `${asked.subject}.response`, message_id: asked.message_id, key: asked.key, value: asked.value };
  parent.frames[0].postMessage(said, "*");
}
