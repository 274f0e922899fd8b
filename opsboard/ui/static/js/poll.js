// Sends "poll" to what asks for it (hx-trigger="poll"): every few seconds, once a minute while nobody looks.
const SEEN = 3_000
const HIDDEN = 60_000
let last = Date.now()

setInterval(() => {
  const pause = document.hidden ? HIDDEN : SEEN
  if (Date.now() - last < pause) return

  last = Date.now()
  for (const place of document.querySelectorAll("[data-poll]")) place.dispatchEvent(new Event("poll"))
}, 1_000)
