// One step of a launch without cookies: has the platform keep a secret and goes on, or gets it back and sends it.
"use strict";
(async () => {
  const step = document.getElementById("storage").dataset;
  const store = new PlatformStorage(step);
  const proof = document.getElementById("proof");
  if (proof === null) {
    if (await store.put(step.value)) return location.replace(step.then);
  } else {
    const secret = await store.get();
    if (secret !== null) {
      proof.elements.proof.value = secret;
      return proof.submit();
    }
  }
  tellFailed(document.getElementById("failed"));
})();
