// Draws Plotly figures in place with Plotly.react: an update keeps the viewer's zoom and hidden lines, and
// nothing is taken down and put up again. What people typed arrives as escaped text inside the figures.

const states = new WeakMap();

function libraryAddress(file) {
  const entry = document.querySelector('script[type="module"][src*="static/js/"]');
  const base = entry ? entry.src : new URL("static/js/", document.baseURI).href;
  return new URL(file, base).href;
}

function library(file) {
  if (!window.blockwrightPlotly) {
    window.blockwrightPlotly = import(libraryAddress(file)).then(() => {
      if (!window.Plotly) throw new Error("window.Plotly is missing");
      return window.Plotly;
    });
    window.blockwrightPlotly.catch(() => { window.blockwrightPlotly = null; });
  }
  return window.blockwrightPlotly;
}

function themed(layout, root) {
  const style = getComputedStyle(root);
  const value = (name, fallback) => style.getPropertyValue(name).trim() || fallback;
  const text = value("--st-text-color", style.color);
  const line = value("--st-border-color", "#cccccc");
  const axis = (given) => ({
    gridcolor: line, linecolor: line, tickcolor: line, zerolinecolor: line, ...(given || {}),
  });
  return {
    ...layout,
    autosize: true,
    font: { family: value("--st-font", "sans-serif"), size: 12, color: text, ...(layout.font || {}) },
    hoverlabel: {
      bgcolor: value("--st-background-color", "#ffffff"), bordercolor: line,
      font: { color: text, size: 13 }, align: "left", ...(layout.hoverlabel || {}),
    },
    modebar: { bgcolor: "rgba(0,0,0,0)", color: line, activecolor: text },
    xaxis: axis(layout.xaxis),
    yaxis: axis(layout.yaxis),
  };
}

// One drawing after the other: Plotly goes on after it returns, and fails where the plot was purged meanwhile.
function work(here, act) {
  here.busy = here.busy.then(() => (here.gone ? undefined : act())).catch((error) => {
    if (!here.gone) console.error(error);
  });
}

function discard(here) {
  here.gone = true;
  here.observer.disconnect();
  here.busy.then(() => window.Plotly && window.Plotly.purge(here.plot));
}

function panel(state, root, name) {
  let found = state.panels.get(name);
  if (!found) {
    const figure = document.createElement("figure");
    figure.className = "bw-figure";
    const caption = document.createElement("figcaption");
    const plot = document.createElement("div");
    plot.className = "bw-plot";
    figure.append(caption, plot);
    root.append(figure);
    const observer = new ResizeObserver(() => {
      if (plot.data && plot.clientWidth) work(found, () => window.Plotly.Plots.resize(plot));
    });
    found = { figure, caption, plot, observer, drawn: "", busy: Promise.resolve() };
    observer.observe(plot);
    state.panels.set(name, found);
  }
  return found;
}

// Plotly keeps a zoom while the range that it is given stays the same; that of a long training grows. A range that
// was never given is the viewer's own, until a double click brings one back that was.
function keepZoom(here, layout) {
  const given = layout.xaxis.range;
  if (!given) return;
  if (here.viewer !== layout.uirevision) {
    here.viewer = layout.uirevision;
    here.given = new Set();
  }
  const now = here.plot.layout && here.plot.layout.xaxis.range;
  const own = here.given.size && now && !here.given.has(JSON.stringify(now));
  here.given.add(JSON.stringify(given));
  layout.xaxis.range = [...(own ? now : given)];
}

function draw(state, root, data, trigger) {
  const names = new Set(data.figures.map((one) => one.name));
  for (const [name, old] of state.panels) {
    if (!names.has(name)) {
      discard(old);
      old.figure.remove();
      state.panels.delete(name);
    }
  }
  root.style.setProperty("--bw-height", `${data.height}px`);
  const look = ["--st-text-color", "--st-background-color", "--st-border-color"]
    .map((name) => getComputedStyle(root).getPropertyValue(name)).join();
  for (const one of data.figures) {
    const here = panel(state, root, one.name);
    here.caption.textContent = one.title || "";
    here.caption.hidden = !one.title;
    here.plot.setAttribute("role", "img");
    here.plot.setAttribute("aria-label", one.alt || one.title || "");
    const drawn = JSON.stringify([one.data, one.layout, data.viewer, look]);
    if (here.drawn === drawn) continue;
    here.drawn = drawn;
    const layout = themed({ ...one.layout, uirevision: data.viewer }, root);
    const config = {
      displaylogo: false, responsive: false, modeBarButtons: [["toImage", "zoom2d", "pan2d", "resetScale2d"]],
    };
    work(here, async () => {
      keepZoom(here, layout);
      await window.Plotly.react(here.plot, one.data, layout, config);
      here.plot.dataset.updates = String(Number(here.plot.dataset.updates || 0) + 1);
      here.plot.removeAllListeners("plotly_click");
      here.plot.on("plotly_click", (event) => {
        const point = event.points[0];
        const at = Array.isArray(point.pointNumber) ? point.pointNumber : [point.pointNumber];
        trigger("clicked", { figure: one.name, point: at });
      });
    });
  }
}

export default function ({ data: [data] = [], parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".bw-figures");
  if (!root || !data) return undefined;
  let state = states.get(root);
  if (!state) {
    state = { panels: new Map(), wanted: null };
    states.set(root, state);
  }
  state.wanted = data;
  root.style.setProperty("--bw-height", `${data.height}px`);
  root.style.setProperty("--bw-width", `${data.least_width}px`);
  library(data.library)
    .then(() => {
      root.classList.remove("bw-failed");
      if (state.wanted && root.isConnected) draw(state, root, state.wanted, setTriggerValue);
    })
    .catch((error) => {
      console.error(error);
      root.classList.add("bw-failed");
    });
  return () => {
    state.wanted = null;
    for (const one of state.panels.values()) discard(one);
    state.panels.clear();
    states.delete(root);
  };
}
