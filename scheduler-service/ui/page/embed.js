// <appointment-booking>: the booking page inside a page of somebody else. One script, loaded from the
// service, which must list the page's origin with --cors:
//
//   <script src="https://termine.example.org/ui/embed.js" defer></script>
//   <appointment-booking key="sk_…" lang="de" service="passport" site="mitte"></appointment-booking>
//
// All attributes may be left out. What is given stays behind the # of the address: no server and no log
// sees it.
(() => {
  const script = /** @type {HTMLScriptElement} */ (document.currentScript);
  const service = new URL(script.src).origin;
  const GIVEN = ['key', 'service', 'site'];

  class AppointmentBooking extends HTMLElement {
    static observedAttributes = [...GIVEN, 'lang'];

    constructor() {
      super();
      this.frame = document.createElement('iframe');
      const style = new CSSStyleSheet();
      style.replaceSync(':host { display: block } iframe { inline-size: 100%; block-size: 40rem; border: 0; display: block; color-scheme: normal }');
      const root = this.attachShadow({ mode: 'open' });
      root.adoptedStyleSheets = [style];
      root.append(this.frame);
      this.frame.referrerPolicy = 'no-referrer';
      this.frame.allow = 'clipboard-write';
    }

    connectedCallback() {
      this.show();
      addEventListener('message', this);
    }

    disconnectedCallback() {
      removeEventListener('message', this);
    }

    attributeChangedCallback() {
      if (this.isConnected) this.show();
    }

    show() {
      const lang = (this.getAttribute('lang') ?? document.documentElement.lang).startsWith('en') ? 'en' : 'de';
      const given = new URLSearchParams();
      for (const name of GIVEN) if (this.getAttribute(name)) given.set(name, /** @type {string} */ (this.getAttribute(name)));
      this.frame.title = lang === 'en' ? 'Book an appointment' : 'Termin buchen';
      const address = `${service}/book?lang=${lang}#${given}`;
      if (this.frame.src !== address) this.frame.src = address;
    }

    /** The page says how high it is, so that there is one scroll bar and not two. @param {MessageEvent} event */
    handleEvent({ origin, source, data }) {
      if (origin !== service || source !== this.frame.contentWindow || typeof data?.appointmentBookingHeight !== 'number') return;
      this.frame.style.blockSize = `${Math.min(20_000, Math.max(200, Math.ceil(data.appointmentBookingHeight)))}px`;
    }
  }

  if (!customElements.get('appointment-booking')) customElements.define('appointment-booking', AppointmentBooking);
})();
