// Light or dark: as the system says, until somebody says otherwise.
"use strict";

rackwright.theme = (() => {
  const KEY = "rackwright-theme";
  const NEXT = { system: "light", light: "dark", dark: "system" };

  // A browser may keep a page of a disk from remembering anything.
  const remembered = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  };
  const remember = (key, value) => {
    try {
      localStorage.setItem(key, value);
    } catch {
      // it lasts until the page is left
    }
  };

  let theme = remembered(KEY) in NEXT ? remembered(KEY) : "system";

  const show = () => {
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    const button = document.getElementById("theme");
    button.textContent = `Colours: ${theme}`;
    button.setAttribute("aria-label", `Colours: ${theme}; change to ${NEXT[theme]}`);
  };

  const change = () => {
    theme = NEXT[theme];
    remember(KEY, theme);
    show();
  };

  const start = () => {
    document.getElementById("theme").addEventListener("click", change);
    show();
  };

  return { change, remember, remembered, start };
})();
