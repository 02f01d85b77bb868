/**
 * One tip for the whole page, for whatever has `data-tip`. Thousands of rows may have one: they cost nothing until they are
 * pointed at or focused. What it says must never be the only way to learn it.
 */
export function startTooltips(): void {
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.setAttribute("role", "tooltip");
  tip.hidden = true;
  tip.id = "tip";
  document.body.append(tip);
  let owner: Element | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function show(target: Element): void {
    const text = target.getAttribute("data-tip");
    if (!text || !target.isConnected) return;
    tip.textContent = text;
    tip.hidden = false;
    const { left, top, bottom, width } = target.getBoundingClientRect();
    const size = tip.getBoundingClientRect();
    const x = Math.min(Math.max(8, left + width / 2 - size.width / 2), innerWidth - size.width - 8);
    const above = top - size.height - 6;
    tip.style.left = `${Math.round(x)}px`;
    tip.style.top = `${Math.round(above < 8 ? bottom + 6 : above)}px`;
  }

  function hide(): void {
    clearTimeout(timer);
    owner = undefined;
    tip.hidden = true;
  }

  function over(event: Event): void {
    const target = event.target instanceof Element ? event.target.closest("[data-tip]") : null;
    if (target === (owner ?? null)) return;
    hide();
    if (!target) return;
    owner = target;
    timer = setTimeout(() => show(target), event.type === "focusin" ? 0 : 350);
  }

  document.addEventListener("pointerover", over);
  document.addEventListener("focusin", (event) => {
    if (event.target instanceof Element && event.target.matches(":focus-visible")) over(event);
  });
  for (const name of ["pointerdown", "keydown", "scroll", "focusout"])
    document.addEventListener(name, hide, { capture: true, passive: true });
}
