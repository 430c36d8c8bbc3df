-- For wrk: searches over all sites and days, each connection through all baskets in turn.
local services = {
  "identity-card", "passport", "registration", "family-registration", "deregistration",
  "conduct-certificate", "registration-certificate", "resident-parking", "certification",
  "document-collection", "vehicle-registration", "vehicle-deregistration", "driving-licence",
  "trade-registration",
}

local number = 0

function request()
  number = number + 1
  local persons = number % 7 == 0 and 2 or 1
  local service = services[number % #services + 1]
  if service:find("vehicle") or service:find("parking") or service == "certification"
    or service:find("licence") or service:find("trade") then
    persons = 1
  end
  local body = string.format(
    '{"basket":[{"service":"%s","persons":%d}],"limit":20}', service, persons)
  return wrk.format("POST", "/v1/slots/search", { ["content-type"] = "application/json" }, body)
end

local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function response(status)
  if status ~= 200 then
    failed = (failed or 0) + 1
  end
end

function done()
  local failed = 0
  for _, thread in ipairs(threads) do
    failed = failed + (thread:get("failed") or 0)
  end
  print(string.format("answers other than 200: %d", failed))
end
