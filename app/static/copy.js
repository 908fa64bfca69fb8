// Gives every value that somebody has to take elsewhere a button that copies it; without a script it can be selected.
"use strict";
for (const value of document.querySelectorAll("[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button second small";
  button.textContent = value.dataset.copy;
  const name = value.getAttribute("aria-labelledby");
  if (name) button.setAttribute("aria-describedby", name);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(value.textContent);
    } catch {
      getSelection().selectAllChildren(value);
      return;
    }
    button.textContent = value.dataset.copied;
    setTimeout(() => { button.textContent = value.dataset.copy; }, 4000);
  });
  value.after(button);
}
