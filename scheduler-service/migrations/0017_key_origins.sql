-- Origins of the pages that may use a key, separated by spaces; all where there are none.
ALTER TABLE api_key ADD COLUMN origins TEXT;
