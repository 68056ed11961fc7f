// A form with data-popup opens the vendor's sign-in in a window of its own; the page asks every second how it stands,
// and says each outcome in words that are on the page as templates. The page within the window closes it at the end.

const EVERY_MS = 1000;
const CLOSED_AFTER = 3;
const SIZE = "popup,width=560,height=760";

const says = document.getElementById("sign-in-says");

function say(outcome, said = "") {
  if (!says || says.dataset.shown === outcome + said) return;
  const template = document.querySelector(`template[data-outcome="${outcome}"]`);
  if (!template) return;
  says.dataset.shown = outcome + said;
  says.replaceChildren(template.content.cloneNode(true));
  const place = says.querySelector("[data-said]");
  if (place) place.textContent = said;
}

class Follower {
  constructor(form, opened) {
    this.form = form;
    this.opened = opened;
    this.unseen = 0;
    this.timer = setInterval(() => this.look(), EVERY_MS);
    say("waiting");
  }

  stop() {
    clearInterval(this.timer);
    if (Follower.current === this) Follower.current = null;
  }

  async look() {
    if (this.asking) return;
    this.asking = true;
    try {
      const reply = await fetch(this.form.dataset.state, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (reply.status === 401 || reply.redirected) return this.end("signed_out");
      if (!reply.ok) throw new Error(String(reply.status));
      const { outcome, said } = await reply.json();
      if (outcome === "granted") return this.granted();
      if (outcome !== "waiting") return this.end(outcome, said);
      // A window that is gone may still have sent the answer on its way: look a few times more.
      this.unseen = this.opened.closed ? this.unseen + 1 : 0;
      if (this.unseen >= CLOSED_AFTER) this.end("closed");
      else say("waiting");
    } catch {
      say("away");
    } finally {
      this.asking = false;
    }
  }

  end(outcome, said) {
    this.stop();
    if (!this.opened.closed) this.opened.close();
    say(outcome, said);
    says?.focus();
  }

  granted() {
    this.stop();
    if (!this.opened.closed) this.opened.close();
    location.reload();
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.matches("[data-popup]")) return;
  Follower.current?.stop();
  const opened = window.open("", form.target, SIZE);
  if (!opened || opened.closed) {
    event.preventDefault();
    say("blocked");
    says?.focus();
    return;
  }
  opened.focus();
  Follower.current = new Follower(form, opened);
});

// Within the window, when all is said.
if (document.querySelector("[data-popup-ends]") && window.opener) setTimeout(() => window.close(), 1500);
