// A form of several answers stands in the page; with script it comes before it. Escape keeps
// nothing, and says so where something was written.
let opener

const written = (dialog) =>
  [...dialog.querySelectorAll("textarea, input:not([type=hidden])")].some(
    (field) => field.value !== field.defaultValue,
  )

function say(words) {
  const toast = document.getElementById("unanswered").content.firstElementChild.cloneNode(true)
  toast.classList.remove("wrong")
  toast.setAttribute("role", "status")
  toast.querySelector("span").textContent = words
  document.getElementById("toasts").append(toast)
}

function leave(dialog) {
  const flow = dialog.parentElement
  if (written(dialog)) say("Nothing was sent; what was written is gone.")
  dialog.close()
  flow.remove()
  opener?.focus()
}

function raise() {
  const dialog = document.querySelector(".flow > dialog[open]:not(:modal)")
  if (!dialog) return
  dialog.parentElement.classList.remove("flow")
  dialog.close()
  dialog.showModal()
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault()
    leave(dialog)
  })
}

addEventListener("click", (event) => {
  opener = event.target.closest("[hx-target='#acting']") ?? opener
  const way = event.target.closest("[data-leave]")
  const dialog = way?.closest("dialog:modal")
  if (!dialog) return
  event.preventDefault()
  leave(dialog)
})

addEventListener("htmx:afterSettle", raise)
raise()
