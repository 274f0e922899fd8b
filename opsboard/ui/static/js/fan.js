// Unfolds a cause; its rows come by hx-get of the same address.
addEventListener("click", (event) => {
  const fan = event.target.closest("[aria-controls][aria-expanded]")
  if (!fan) return

  event.preventDefault()
  const open = fan.getAttribute("aria-expanded") !== "true"
  fan.setAttribute("aria-expanded", open)
  document.getElementById(fan.getAttribute("aria-controls")).hidden = !open
})
