// A control wears its key in data-key (of the picked row) or data-page-key (of the page).
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  if (document.body.dataset.keys === "off" || document.querySelector("dialog[open]")) return
  if (event.target.closest("input:not([type=checkbox]), select, textarea")) return
  // Enter already belongs to the link or button that has focus.
  if (event.key === "Enter" && event.target.closest("a, button, summary")) return

  const key = CSS.escape(event.key)
  const row = document.querySelector("[aria-selected=true]")
  // What was picked comes before the row under the cursor, and the row before the page.
  const control =
    document.querySelector(`[data-bulk-key="${key}"]`) ??
    row?.querySelector(`[data-key="${key}"]`) ??
    document.querySelector(`[data-page-key="${key}"]`)
  if (!control) return

  event.preventDefault()
  control.focus()
  control.click()
})
