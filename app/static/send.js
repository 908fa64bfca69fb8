// Sends the form that is only there to lead on.
"use strict";
document.querySelector("form[data-send]").submit();
