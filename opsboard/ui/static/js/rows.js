// j and k move the picked row among [data-row]; after a swap the row in the same place is picked again.
let place = -1

function pick(next, { focus = false } = {}) {
  const rows = [...document.querySelectorAll("[data-row]")]
  if (!rows.length) return

  place = Math.max(0, Math.min(next, rows.length - 1))
  rows.forEach((row, at) => row.setAttribute("aria-selected", at === place))
  if (!focus) return
  const way = rows[place].querySelector("[data-key=Enter]") ?? rows[place].querySelector("a, button")
  way?.focus({ preventScroll: true })
  rows[place].scrollIntoView({ block: "nearest" })
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  if (document.body.dataset.keys === "off" || document.querySelector("dialog[open]")) return
  if (event.target.closest("input:not([type=checkbox]), select, textarea")) return
  const step = { j: 1, k: -1 }[event.key]
  if (!step) return

  event.preventDefault()
  pick(place + step, { focus: true })
})

addEventListener("click", (event) => {
  const row = event.target.closest("[data-row]")
  if (row) pick([...document.querySelectorAll("[data-row]")].indexOf(row))
})

// After an act on a row the next one is picked.
addEventListener("htmx:afterRequest", (event) => {
  const { elt, successful, requestConfig } = event.detail
  if (successful && requestConfig?.verb === "post" && requestConfig.target?.matches(".cause")) place += 1
})

addEventListener("htmx:afterSettle", () => {
  if (place >= 0) pick(place)
})
