// The list of keys is read from the page, so it cannot lie.
function told(control) {
  return control.dataset.says ?? control.getAttribute("aria-label") ?? control.textContent.replace(/\s+/g, " ").trim()
}

function line(key, says) {
  const row = document.createElement("div")
  const name = row.appendChild(document.createElement("dt"))
  const value = row.appendChild(document.createElement("dd"))
  name.textContent = says
  for (const one of key.split(" ")) {
    value.append(Object.assign(document.createElement("kbd"), { textContent: one }), " ")
  }
  return row
}

function fill(list) {
  const found = new Map()
  if (document.querySelector("[data-row]")) found.set("j k", "Next, previous row")
  for (const control of document.querySelectorAll("[data-bulk-key], [data-key], [data-page-key]")) {
    const key = control.dataset.bulkKey ?? control.dataset.key ?? control.dataset.pageKey
    if (!found.has(key)) found.set(key, control.dataset.key ? control.dataset.says ?? "Open the row" : told(control))
  }
  list.replaceChildren(...[...found].map(([key, says]) => line(key, says)))
}

addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]")
  if (!opener) return

  const dialog = document.getElementById(opener.dataset.opens)
  const list = dialog.querySelector(".keys")
  if (list) fill(list)
  dialog.addEventListener("close", () => opener.focus(), { once: true })
  dialog.showModal()
})
