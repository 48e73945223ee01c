-- What the warehouse's user needs on Redshift: an administrator runs it once, with that user's name. JSON keys with capitals
-- (CleverTap's properties) are null to every other user. The rehearsal's stand-in runs it at each start.
alter user headwater set enable_case_sensitive_super_attribute to true;
alter user headwater set enable_case_sensitive_identifier to true;
