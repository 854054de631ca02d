// What all pages do in the browser: the theme, the bar on top, the address.
const wavehouse = {
  waiting: 0,
  busy(by) {
    this.waiting = Math.max(0, this.waiting + by);
    document.documentElement.classList.toggle("wh-is-busy", this.waiting > 0);
  },
  remember(place) {
    if (location.pathname + location.search !== place) history.pushState({ place }, "", place);
  },
  theme(name) {
    document.documentElement.dataset.theme = name;
    document.dispatchEvent(new CustomEvent("wavehouse-theme", { detail: name }));
    const quasar = () => globalThis.Quasar?.Dark.set(name === "dark");
    globalThis.Quasar ? quasar() : addEventListener("DOMContentLoaded", quasar);
  },
  toggle() {
    const name = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    localStorage.setItem("wavehouse-theme", name);
    this.theme(name);
  },
};
globalThis.wavehouse = wavehouse;
{
  const preferred = matchMedia("(prefers-color-scheme: dark)");
  const told = () => localStorage.getItem("wavehouse-theme");
  wavehouse.theme(told() ?? (preferred.matches ? "dark" : "light"));
  preferred.addEventListener("change", () => told() ?? wavehouse.theme(preferred.matches ? "dark" : "light"));
  // The page before has another state: whoever listens shows it, else it is built anew.
  let path = location.pathname;
  addEventListener("popstate", () => {
    if (wavehouse.listens && location.pathname === path) emitEvent("wavehouse-back", location.search.slice(1));
    else location.reload();
    path = location.pathname;
  });
}
