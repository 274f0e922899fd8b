// Ticks: with shift a whole stretch, and the bar asks the server what is picked. The server's answer may
// be "all of the filter" (data-all); whoever then unticks a row picks by row again.
let last = null

const ticks = () => [...document.querySelectorAll(".picking .tick input")]
const isAll = () => document.querySelector("#bulkbar [data-all]")

function show() {
  const all = isAll()
  for (const tick of ticks()) {
    if (all) tick.checked = true
    tick.closest("tbody").classList.toggle("picked", tick.checked)
  }
  const any = all || ticks().some((tick) => tick.checked)
  document.documentElement.classList.toggle("has-bulkbar", Boolean(any))
}

function ask() {
  show()
  document.body.dispatchEvent(new Event("picked"))
}

addEventListener("click", (event) => {
  const tick = event.target.closest(".picking .tick input")
  if (tick) {
    const rows = ticks()
    const [from, to] = [rows.indexOf(last), rows.indexOf(tick)].sort((a, b) => a - b)
    if (event.shiftKey && from >= 0) for (const row of rows.slice(from, to + 1)) row.checked = tick.checked
    last = tick
    isAll()?.querySelector("[name=all]").remove()
    isAll()?.removeAttribute("data-all")
    ask()
  }
  if (event.target.closest("[data-let-go]") && document.querySelector(".picking")) {
    event.preventDefault()
    for (const row of ticks()) row.checked = false
    isAll()?.querySelector("[name=all]").remove()
    isAll()?.removeAttribute("data-all")
    ask()
  }
})

addEventListener("htmx:afterSettle", show)
