// Books the first appointment that is offered, and gives it back.
import createClient from "openapi-fetch";
import { randomUUID } from "node:crypto";
import type { paths } from "./generated/scheduler.js";

const { SCHEDULER: baseUrl = "http://127.0.0.1:8080", SCHEDULER_KEY: key } = process.env;
const api = createClient<paths>({ baseUrl, headers: key ? { Authorization: `Bearer ${key}` } : {} });

/** What was answered, or the problem as an error. */
function told<T>({ data, error }: { data?: T; error?: { code: string; detail: string } }): T {
  if (data === undefined) throw new Error(error ? `${error.code}: ${error.detail}` : "no answer");
  return data;
}

/** Each thing that is to be done has a key of its own: sent again with it, it is done once. */
const once = () => ({ "Idempotency-Key": randomUUID() });

const basket = [{ service: process.argv[2] ?? "passport" }];
const found = told(await api.POST("/v1/slots/search", { body: { basket, limit: 5 } }));
const slot = found.slots[0];
if (!slot) throw new Error(found.reasons.map(({ code, detail }) => `${code}: ${detail}`).join("\n"));
const { site, start } = slot;
const hold = told(await api.POST("/v1/holds", { params: { header: once() }, body: { basket, site, start } }));
const booked = told(
  await api.POST("/v1/appointments", { params: { header: once() }, body: { hold_id: hold.id, reference: "A-1" } }),
);
console.log(`${booked.status}: ${booked.site}, ${booked.start}`);
const gone = told(
  await api.POST("/v1/appointments/{id}/cancel", {
    params: { path: { id: booked.id }, header: once() },
    body: { reason: "only tried" },
  }),
);
console.log(gone.status);
