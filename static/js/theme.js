// Runs before the first paint, so that what the reader chose never flashes. Without a choice the
// system's theme and our own sizes hold.
(() => {
  const root = document.documentElement;
  const show = () => {
    let theme = "system";
    let reading = {};
    try {
      theme = localStorage.getItem("theme") || theme;
      reading = JSON.parse(localStorage.getItem("reading")) ?? reading;
    } catch {
      // Storage is closed to us, or holds what we did not write.
    }
    root.dataset.theme = theme;
    for (const name of ["size", "width", "font", "wrap", "terms"]) {
      if (reading[name]) root.dataset[name] = reading[name];
      else delete root.dataset[name];
    }
  };
  show();
  root.dataset.script = "";
  addEventListener("storage", show);
})();
