// Sends "poll" to what asks for it: data-poll holds the seconds; twenty times slower while nobody looks.
setInterval(() => {
  const now = Date.now()
  for (const place of document.querySelectorAll("[data-poll]")) {
    place.dataset.polled ??= now
    const pause = place.dataset.poll * 1_000 * (document.hidden ? 20 : 1)
    if (now - place.dataset.polled < pause) continue

    place.dataset.polled = now
    place.dispatchEvent(new Event("poll"))
  }
}, 1_000)
