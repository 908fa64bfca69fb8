// A frame in which the browser keeps no cookie: the platform keeps the token of its session. Each page is asked for once
// more with the token in a header and shown in the place of this one; forms are sent with it, and files saved. The token
// never stands in an address.
"use strict";
(async () => {
  const here = document.getElementById("storage").dataset;
  const failed = document.getElementById("failed");
  const token = await new PlatformStorage(here).get();
  let busy = false;
  if (token === null) return fail();
  addEventListener("submit", send);
  addEventListener("click", save);
  await load(location.href, {}, () => history.back());

  // What `address` answers: a page is shown, a way on is gone, and a file is saved, after which `then` is done.
  async function load(address, options, then) {
    if (busy) return;
    busy = true;
    try {
      const headers = { "Waymark-Session": token, Accept: "text/html,*/*;q=0.8" };
      const answer = await fetch(address, { ...options, headers, cache: "no-store" });
      const onward = answer.headers.get("Waymark-Location");
      if (onward !== null) go(new URL(onward, address), options.method === "POST");
      else if ((answer.headers.get("Content-Type") ?? "").startsWith("text/html")) show(await answer.text());
      else {
        download(await answer.blob(), answer.headers.get("Content-Disposition") ?? "", address);
        then();
      }
    } catch {
      fail();
    } finally {
      busy = false;
    }
  }

  // What only leads on is left out of the history, so that "back" does not lead here again.
  function go(onward, staysBehind) {
    const anew = onward.href.split("#")[0] !== location.href.split("#")[0];
    if (anew) return staysBehind ? location.assign(onward) : location.replace(onward);
    history.replaceState(null, "", onward);
    location.reload(); // the same page with another mark in it would not be loaded again
  }

  function show(text) {
    const page = new DOMParser().parseFromString(text, "text/html");
    const scripts = Array.from(page.querySelectorAll("script[src]"), (each) => each.getAttribute("src"));
    document.title = page.title;
    document.documentElement.lang = page.documentElement.lang;
    document.body.className = page.body.className;
    document.body.replaceChildren(...page.body.childNodes);
    const loaded = Array.from(document.scripts, (each) => each.getAttribute("src"));
    for (const src of scripts.filter((each) => !loaded.includes(each))) {
      document.head.append(Object.assign(document.createElement("script"), { src }));
    }
    const mark = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (mark) mark.scrollIntoView();
    else scrollTo(0, 0);
  }

  function send(event) {
    const form = event.target;
    const sender = event.submitter;
    const action = sender?.getAttribute("formaction") ?? form.getAttribute("action");
    const address = new URL(action || location.href, location.href);
    if (form.getAttribute("method")?.toLowerCase() !== "post" || !isOurs(address)) return;
    event.preventDefault();
    const data = new FormData(form);
    if (sender?.name) data.append(sender.name, sender.value);
    const whole = form.enctype === "multipart/form-data";
    load(address, { method: "POST", body: whole ? data : new URLSearchParams(data) }, () => {});
  }

  // A link to a file is followed here; one to a page is followed by the browser, and that page comes back to this script.
  function save(event) {
    const link = event.target.closest?.("a[href]");
    if (!link || !isOurs(link) || !/\.(csv|ics|jsonl?|pdf|xlsx)$/.test(link.pathname)) return;
    event.preventDefault();
    load(link.href, {}, () => {});
  }

  function isOurs(address) {
    return address.origin === location.origin && address.pathname.startsWith(here.prefix);
  }

  function download(blob, disposition, address) {
    const name = /filename="?([^";]+)/.exec(disposition)?.[1] ?? new URL(address).pathname.split("/").pop();
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }

  function fail() {
    if (document.getElementById("working") === null) document.querySelector("main").prepend(failed);
    tellFailed(failed);
    failed.scrollIntoView();
  }
})();
