// Loads a page that shows work under way again, every two seconds while somebody looks at it.
"use strict";
setInterval(() => document.hidden || location.reload(), 2000);
