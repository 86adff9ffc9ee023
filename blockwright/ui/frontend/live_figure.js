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
  const axis = (own) => ({
    gridcolor: line, linecolor: line, tickcolor: line, zerolinecolor: line, ...(own || {}),
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
function enqueue(panel, draw) {
  panel.busy = panel.busy.then(() => (panel.gone ? undefined : draw())).catch((error) => {
    if (!panel.gone) console.error(error);
  });
}

function discard(panel) {
  panel.gone = true;
  panel.observer.disconnect();
  panel.busy.then(() => window.Plotly && window.Plotly.purge(panel.plot));
}

function panelOf(state, root, name) {
  let panel = state.panels.get(name);
  if (!panel) {
    const figure = document.createElement("figure");
    figure.className = "bw-figure";
    const caption = document.createElement("figcaption");
    const plot = document.createElement("div");
    plot.className = "bw-plot";
    figure.append(caption, plot);
    root.append(figure);
    const observer = new ResizeObserver(() => {
      if (plot.data && plot.clientWidth) enqueue(panel, () => window.Plotly.Plots.resize(plot));
    });
    panel = { figure, caption, plot, observer, drawn: "", busy: Promise.resolve() };
    observer.observe(plot);
    state.panels.set(name, panel);
  }
  return panel;
}

// Plotly keeps a zoom while the range that it is given stays the same; that of a long training grows. A range that
// was never given is the viewer's own, until a double click brings one back that was.
function keepZoom(panel, layout) {
  const range = layout.xaxis.range;
  if (!range) return;
  if (panel.viewer !== layout.uirevision) {
    panel.viewer = layout.uirevision;
    panel.ranges = new Set();
  }
  const shown = panel.plot.layout && panel.plot.layout.xaxis.range;
  const isZoomed = panel.ranges.size && shown && !panel.ranges.has(JSON.stringify(shown));
  panel.ranges.add(JSON.stringify(range));
  layout.xaxis.range = [...(isZoomed ? shown : range)];
}

function draw(state, root, data, trigger) {
  const names = new Set(data.figures.map((figure) => figure.name));
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
  if (data.figures.length) root.style.minHeight = "0";
  for (const figure of data.figures) {
    const panel = panelOf(state, root, figure.name);
    panel.caption.textContent = figure.title || "";
    panel.caption.hidden = !figure.title;
    panel.figure.classList.toggle("bw-square", Boolean(figure.layout.yaxis.scaleanchor));
    panel.plot.setAttribute("role", "group");
    panel.plot.setAttribute("aria-label", figure.alt || figure.title || "");
    const drawn = JSON.stringify([figure.data, figure.layout, data.viewer, look]);
    if (panel.drawn === drawn) continue;
    panel.drawn = drawn;
    const layout = themed({ ...figure.layout, uirevision: data.viewer }, root);
    const config = {
      displaylogo: false, responsive: false, modeBarButtons: [["toImage", "zoom2d", "pan2d", "resetScale2d"]],
    };
    enqueue(panel, async () => {
      keepZoom(panel, layout);
      await window.Plotly.react(panel.plot, figure.data, layout, config);
      panel.plot.dataset.updates = String(Number(panel.plot.dataset.updates || 0) + 1);
      panel.plot.removeAllListeners("plotly_click");
      panel.plot.on("plotly_click", (event) => {
        const point = event.points[0];
        const at = Array.isArray(point.pointNumber) ? point.pointNumber : [point.pointNumber];
        trigger("clicked", { figure: figure.name, point: at });
      });
    });
  }
}

export default function ({ data: [data] = [], parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".bw-figures");
  if (!root || !data) return undefined;
  let state = states.get(root);
  if (!state) {
    state = { panels: new Map(), data: null };
    states.set(root, state);
  }
  state.data = data;
  root.style.setProperty("--bw-height", `${data.height}px`);
  root.style.setProperty("--bw-width", `${data.least_width}px`);
  library(data.library)
    .then(() => {
      root.classList.remove("bw-failed");
      if (state.data && root.isConnected) draw(state, root, state.data, setTriggerValue);
    })
    .catch((error) => {
      console.error(error);
      root.classList.add("bw-failed");
    });
  return () => {
    state.data = null;
    for (const panel of state.panels.values()) discard(panel);
    state.panels.clear();
    states.delete(root);
  };
}
