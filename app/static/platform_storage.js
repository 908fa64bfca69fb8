// A window of the learning platform that keeps one value for us where this browser keeps no cookie, in the words of
// 1EdTech's LTI Client Side postMessages 0.1 and LTI postMessage Storage 0.1.
"use strict";
const CAPABILITIES_MS = 2000;
const ANSWER_MS = 6000;
const AGAIN_MS = 300; // a frame that is not loaded yet hears nothing

class PlatformStorage {
  // What the page says of it: its origin, its window (a frame beside ours, or "_parent") and the key of the value.
  constructor({ origin, target, key }) {
    this.origin = origin;
    this.target = target;
    this.key = key;
  }

  // Whether the value is kept now.
  async put(value) {
    const said = await askStorage(this, { subject: "lti.put_data", key: this.key, value });
    return said !== null && !said.error;
  }

  // The value, or null where there is none or nobody answers.
  async get() {
    const said = await askStorage(this, { subject: "lti.get_data", key: this.key });
    return said !== null && !said.error && typeof said.value === "string" ? said.value : null;
  }
}

async function askStorage(storage, message) {
  const name = await windowOf(storage, message.subject);
  return name === null ? null : ask(() => windowNamed(name), storage.origin, message, ANSWER_MS);
}

// The name of the window to speak to, or null where none takes this. A platform that tells its capabilities is believed,
// above what it said at login; one that does not may keep values all the same.
async function windowOf(storage, subject) {
  if (window.parent === window) return null;
  const can = await ask(() => window.parent, "*", { subject: "lti.capabilities" }, CAPABILITIES_MS);
  if (can === null) return storage.target;
  const supported = Array.isArray(can.supported_messages) ? can.supported_messages : [];
  const found = supported.find((each) => each?.subject === subject);
  if (found === undefined) return null;
  return typeof found.frame === "string" && found.frame ? found.frame : storage.target;
}

function windowNamed(name) {
  if (name === "_parent") return window.parent;
  try {
    return window.parent.frames[name] ?? null;
  } catch {
    return null; // a window of another origin throws for a name that no frame of it has
  }
}

// The answer to `message`, or null after `milliseconds`. It is sent to a window of `origin` alone, and heard from one
// alone. "*" is for asking what a window of unknown origin can do, which is no secret; then it is heard from it alone.
function ask(receiver, origin, message, milliseconds) {
  const id = Array.from(crypto.getRandomValues(new Uint32Array(4)), (each) => each.toString(16)).join("-");
  return new Promise((resolve) => {
    const send = () => {
      try {
        receiver()?.postMessage({ ...message, message_id: id }, origin);
      } catch {
        // It is no window after all; the time-out says so.
      }
    };
    const hear = (event) => {
      const expected = origin === "*" ? event.source === receiver() : event.origin === origin;
      const said = event.data;
      if (!expected || typeof said !== "object" || said === null) return;
      if (said.message_id === id && said.subject === `${message.subject}.response`) end(said);
    };
    const end = (said) => {
      clearInterval(again);
      clearTimeout(late);
      removeEventListener("message", hear);
      resolve(said);
    };
    addEventListener("message", hear);
    const again = setInterval(send, AGAIN_MS);
    const late = setTimeout(() => end(null), milliseconds);
    send();
  });
}

// Shows `failed`, the part of the page that says why nothing goes on, and how it does.
function tellFailed(failed) {
  const working = document.getElementById("working");
  if (working !== null) {
    working.remove();
    document.querySelector("h1").textContent = failed.dataset.heading;
  }
  failed.hidden = false;
}
