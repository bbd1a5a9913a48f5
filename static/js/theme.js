// Runs before the first paint, so that the chosen theme never flashes. Without a choice the
// system's holds.
(() => {
  const root = document.documentElement;
  const show = () => {
    try {
      root.dataset.theme = localStorage.getItem("theme") || "system";
    } catch {
      root.dataset.theme = "system"; // storage is closed to us
    }
  };
  show();
  root.dataset.script = "";
  addEventListener("storage", show);
})();
