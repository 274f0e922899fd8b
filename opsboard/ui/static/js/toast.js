// A toast leaves after ten seconds, not while it is looked at; what went wrong stays until closed.
const LIFE = 10_000

function live(toast) {
  toast.dataset.lives = ""
  if (toast.matches("[role=alert]")) return

  let leaving
  const leave = () => (leaving = setTimeout(() => toast.remove(), LIFE))
  const stay = () => clearTimeout(leaving)
  for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, stay)
  for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, leave)
  leave()
}

const all = () => document.querySelectorAll(".toasts .toast:not([data-lives])").forEach(live)

addEventListener("click", (event) => {
  if (event.target.closest("[data-dismiss]")) event.target.closest(".toast").remove()
})

function unanswered() {
  const toast = document.getElementById("unanswered").content.cloneNode(true)
  document.getElementById("toasts").append(toast)
  all()
}

addEventListener("htmx:sendError", unanswered)
addEventListener("htmx:timeout", unanswered)
addEventListener("htmx:responseError", (event) => {
  if (!event.detail.xhr.getResponseHeader("X-Said")) unanswered()
})
addEventListener("htmx:afterSettle", all)
addEventListener("htmx:oobAfterSwap", all)
all()
