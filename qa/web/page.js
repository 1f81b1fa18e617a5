// What the page does in the browser: it sends what buttons say, shows the panel, copies, saves.
// Nothing here is built from data: buttons carry a name and a value, and are only read.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  let opener = "";

  // Told to screen readers; it must be there before it says anything.
  const status = document.createElement("div");
  status.id = "qa-status";
  status.className = "qa-hidden";
  status.setAttribute("role", "status");
  let told = null;
  const tell = (words) => { status.textContent = words; };

  // Gradio shows nothing at all when an event of its page is refused: it must be said here, but
  // not of what nobody did, such as its looks at what is indexed.
  let acted = 0;
  for (const kind of ["click", "keydown"]) {
    document.addEventListener(kind, () => { acted = Date.now(); }, true);
  }
  const refusals = { 413: ".too-large", 503: ".busy" };
  const refused = (code) => {
    const words = byId("qa-words");
    if (!words || !refusals[code] || Date.now() - acted > 3000) return;
    tell(words.querySelector(refusals[code]).textContent);
    status.className = "qa-toast";
    setTimeout(() => { status.className = "qa-hidden"; }, 8000);
  };
  const request = window.fetch;
  window.fetch = async (...what) => {
    const answer = await request(...what);
    const address = String(what[0] && what[0].url || what[0]);
    if (address.includes("/gradio_api/queue/join")) refused(answer.status);
    return answer;
  };

  const send = (value, by) => {
    const box = document.querySelector("#qa-act textarea, #qa-act input");
    const button = byId(by);
    if (!box || !button) return;
    box.value = value;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    setTimeout(() => button.click(), 0);  // once the box has taken it up
  };

  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {  // no permission, or no secure connection
      const area = document.createElement("textarea");
      area.value = text;
      area.className = "qa-hidden";
      document.body.append(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      return done;
    }
  };

  const copied = async (button, text) => {
    const done = await copy(text);
    const words = byId("qa-words");
    const said = words ? words.querySelector(done ? ".copied" : ".not-copied").textContent : "";
    tell(said);
    const before = button.dataset.words || button.textContent;
    button.dataset.words = before;
    button.textContent = said;
    setTimeout(() => { button.textContent = before; }, 1500);
  };

  const panel = () => byId("qa-source");
  const isOpen = () => document.body.classList.contains("qa-reading");
  const buttonOf = (value) => [...document.querySelectorAll("#qa-chat button[name=qa-act]")]
    .find((button) => button.value === value);
  const closePanel = () => {
    if (!isOpen()) return;
    document.body.classList.remove("qa-reading");
    const back = buttonOf(opener) || document.querySelector("#qa-question textarea");
    if (back) back.focus();
  };
  const showPanel = () => {
    const place = panel();
    place.setAttribute("role", "dialog");
    place.setAttribute("aria-labelledby", "qa-panel-title");
    document.body.classList.add("qa-reading");
    const here = place.querySelector(".qa-here mark, .qa-here, mark");
    if (here) here.scrollIntoView({ block: "center" });
    const title = byId("qa-panel-title");
    if (title) title.focus({ preventScroll: true });
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[name^=qa-]");
    if (!button) return;
    const { name, value } = button;
    if (name === "qa-act") {
      if (value.startsWith("open ")) {
        if (button.closest("#qa-chat")) opener = value;
        send(value, "qa-do-show");
      } else if (value.startsWith("save ")) send(value, "qa-do-save");
      else send(value, "qa-do-ask");
    } else if (name === "qa-copy") copied(button, value);
    else if (name === "qa-link") copied(button, location.origin + location.pathname + value);
    else if (name === "qa-close") closePanel();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isOpen()) closePanel();
  });
  document.addEventListener("change", async (event) => {
    if (event.target.id !== "qa-file-of-questions" || !event.target.files.length) return;
    const box = document.querySelector("#qa-several textarea");
    box.value = (await event.target.files[0].text()).slice(0, 1000000);
    box.dispatchEvent(new Event("input", { bubbles: true }));
  });

  const scroll = () => {
    // The chat component scrolls to the end of an answer; people start reading at the question.
    const log = document.querySelector("#qa-chat [role=log]");
    if (!log) return;
    log.setAttribute("aria-live", "off");  // it would read out all of an answer; see tell
    const rows = log.querySelectorAll(".user-row");
    const asked = rows.length + ":" + log.querySelectorAll(".qa-answer, .qa-notice").length;
    if (!rows.length || log.dataset.asked === asked) return;
    log.dataset.asked = asked;
    const last = rows[rows.length - 1];
    log.scrollTop += last.getBoundingClientRect().top - log.getBoundingClientRect().top;
    const said = [...log.querySelectorAll(".qa-say")].pop();
    if (said && said !== told) tell(said.textContent);
    told = said;
  };
  const save = () => {
    const file = document.querySelector("#qa-file .qa-file");
    if (!file || file.id === save.last) return;
    save.last = file.id;
    const bytes = Uint8Array.from(atob(file.textContent), (c) => c.charCodeAt(0));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([bytes]));
    link.download = file.title;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };
  const read = () => {
    const shown = document.querySelector("#qa-source .qa-say");
    if (!shown || shown === read.last) return;
    read.last = shown;
    showPanel();
    tell(shown.textContent);
  };
  const language = () => {
    const marked = byId("qa-language");
    if (marked && document.documentElement.lang !== marked.lang) {
      document.documentElement.lang = marked.lang;
    }
  };
  new MutationObserver(() => {
    if (document.body && !status.isConnected) document.body.append(status);
    scroll(); save(); read(); language();
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
