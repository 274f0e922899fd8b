// Plotly knows neither var() nor light-dark(), older ones not oklch(): a token is painted on one pixel and read back.
const ROLES = /^(series-[1-5]|heat-[1-3]|ink(-[23])?|loud|soon|good|paper|shade|rule|edge|link)$/
const pixel = document.createElement("canvas").getContext("2d", { willReadFrequently: true })
const probe = document.createElement("i")

function token(name) {
  probe.style.color = `var(--${name})`
  document.body.append(probe)
  pixel.clearRect(0, 0, 1, 1)
  pixel.fillStyle = getComputedStyle(probe).color
  pixel.fillRect(0, 0, 1, 1)
  probe.remove()
  return `rgb(${[...pixel.getImageData(0, 0, 1, 1).data].slice(0, 3).join(", ")})`
}

function template() {
  const [ink, soft, rule] = ["ink", "ink-2", "rule"].map(token)
  const axis = {
    automargin: true, gridcolor: rule, linecolor: ink, tickfont: { color: soft },
    ticks: "outside", ticklen: 6, tickcolor: "rgba(0,0,0,0)",
    title: { standoff: 8 }, zeroline: false, exponentformat: "none", separatethousands: true,
  }
  return {
    layout: {
      font: { family: getComputedStyle(document.body).fontFamily, size: 13, color: ink },
      colorway: [1, 2, 3, 4].map((n) => token(`series-${n}`)),
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      margin: { l: 8, r: 8, t: 8, b: 8 }, showlegend: false, separators: ".\u00a0", bargap: 0.28,
      hovermode: "closest", hoverlabel: { bgcolor: token("raised"), bordercolor: ink, font: { color: ink } },
      xaxis: { ...axis, showgrid: false, showline: true }, yaxis: { ...axis, showline: false },
    },
  }
}

// Colours come by role name ("series-1", "loud"), alone or in lists.
function painted(key, value) {
  const fits = (one) => typeof one === "string" && ROLES.test(one)
  if (!/color/i.test(key)) return value
  return Array.isArray(value) ? value.map((one) => (fits(one) ? token(one) : one)) : fits(value) ? token(value) : value
}

function draw() {
  for (const place of document.querySelectorAll("[data-figure]")) {
    const { data, layout } = JSON.parse(document.getElementById(place.dataset.figure).textContent, painted)
    Plotly.react(place, data, { ...layout, template: template() }, { displayModeBar: false, responsive: true })
    if (place.dataset.drawn) continue
    place.dataset.drawn = "yes"
    place.on("plotly_click", ({ points }) => points[0].customdata && location.assign([points[0].customdata].flat()[0]))
  }
}

document.fonts.ready.then(draw)
document.addEventListener("htmx:afterSwap", draw)
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw)
