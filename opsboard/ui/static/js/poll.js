// Sends "poll" to what asks for it: data-poll holds the seconds; twenty times slower while nobody looks,
// and not at all while somebody is at work in it: what has the focus or was unfolded must not vanish.
setInterval(() => {
  const now = Date.now()
  for (const place of document.querySelectorAll("[data-poll]")) {
    place.dataset.polled ??= now
    const pause = place.dataset.poll * 1_000 * (document.hidden ? 20 : 1)
    if (now - place.dataset.polled < pause) continue
    if (place.contains(document.activeElement) || place.querySelector("details[open]")) continue

    place.dataset.polled = now
    place.dispatchEvent(new Event("poll"))
  }
}, 1_000)
