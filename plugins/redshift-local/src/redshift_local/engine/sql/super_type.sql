-- SUPER stores what jsonb stores, by jsonb's own functions: path access costs what it costs there.
CREATE TYPE pg_catalog.super;

CREATE FUNCTION redshift.super_in(cstring) RETURNS super
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'jsonb_in';
CREATE FUNCTION redshift.super_out(super) RETURNS cstring
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'jsonb_out';
CREATE FUNCTION redshift.super_recv(internal) RETURNS super
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'jsonb_recv';
CREATE FUNCTION redshift.super_send(super) RETURNS bytea
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'jsonb_send';

CREATE TYPE pg_catalog.super (
    INPUT = redshift.super_in,
    OUTPUT = redshift.super_out,
    RECEIVE = redshift.super_recv,
    SEND = redshift.super_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = int4,
    STORAGE = extended,
    CATEGORY = 'U'
);
-- Redshift has no arrays of types. Without one, `s IN ('a', 'b')` compares one by one, by the
-- operators below, where Postgres would read 'a' and 'b' as JSON.
DELETE FROM pg_depend WHERE objid = 'super[]'::regtype AND refobjid = 'super'::regtype;
UPDATE pg_type SET typarray = 0 WHERE oid = 'super'::regtype;
DROP TYPE pg_catalog._super;

-- What two SUPER values are compared as. The operators are not SUPER's own, because Postgres
-- takes an untyped literal to be of the type on the operator's other side: `s = 'P'` would have
-- to be JSON. So it finds the operator for text, and two values of SUPER find this type's.
CREATE TYPE redshift.super_value;

CREATE FUNCTION redshift.super_value_in(cstring) RETURNS redshift.super_value
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'jsonb_in';
CREATE FUNCTION redshift.super_value_out(redshift.super_value) RETURNS cstring
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'jsonb_out';

CREATE TYPE redshift.super_value (
    INPUT = redshift.super_value_in,
    OUTPUT = redshift.super_value_out,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = int4,
    STORAGE = extended,
    CATEGORY = 'U'
);
CREATE CAST (super AS redshift.super_value) WITHOUT FUNCTION AS IMPLICIT;

-- The parts that all else is made of: jsonb's C functions under SUPER's name.
CREATE FUNCTION redshift.kind(super) RETURNS text
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'jsonb_typeof';
CREATE FUNCTION redshift.attribute(super, text) RETURNS super
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'jsonb_object_field';
CREATE FUNCTION redshift.array_item(super, integer) RETURNS super
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'jsonb_array_element';
CREATE FUNCTION redshift.array_items(super) RETURNS SETOF super
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE ROWS 10 AS 'jsonb_array_elements';
CREATE FUNCTION redshift.array_size(super) RETURNS integer
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'jsonb_array_length';
-- The text at a path: a string without its quotes, anything else as JSON, JSON's null as null.
CREATE FUNCTION redshift.text_at(super, text[]) RETURNS text
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'jsonb_extract_path_text';
CREATE FUNCTION redshift.from_text(text) RETURNS super
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN redshift.super_in(textout($1));
-- By this cast Postgres' own builders of JSON know a SUPER among their arguments.
CREATE FUNCTION redshift.to_json(super) RETURNS json
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN textin(redshift.super_out($1))::json;
CREATE CAST (super AS json) WITH FUNCTION redshift.to_json(super);

-- Invalid navigation gives null. An index from the end does not exist, and a scalar, which
-- jsonb stores as an array of one, has no elements.
CREATE FUNCTION redshift.element(super, bigint) RETURNS super
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN $2 BETWEEN 0 AND 2147483647 AND redshift.kind($1) = 'array'
        THEN redshift.array_item($1, $2::integer)
END;

CREATE FUNCTION redshift.elements(super) RETURNS TABLE (element super, "position" bigint)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 10
BEGIN ATOMIC
    SELECT items.element, items.ordinal - 1
    FROM redshift.array_items(CASE WHEN redshift.kind($1) = 'array' THEN $1 END)
        WITH ORDINALITY AS items (element, ordinal);
END;
