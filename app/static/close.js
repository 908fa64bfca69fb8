// Tells the LMS that registering is over (IMS Dynamic Registration 1.0, section 3.8), so that it takes this page away.
"use strict";
const button = document.getElementById("close");
const owner = window.opener || (window.parent === window ? null : window.parent);
if (owner) {
  button.hidden = false;
  // The message says nothing but that it is over, and which page of the LMS holds this one cannot be known here.
  button.addEventListener("click", () => owner.postMessage({ subject: "org.imsglobal.lti.close" }, "*"));
}
