-- Functions on SUPER, with Redshift's names.
-- What is not plainly a value: with its error, if it has one.
CREATE FUNCTION redshift.parse_carefully(text) RETURNS super
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    parsed super;
BEGIN
    IF octet_length($1) > 16777216 THEN
        RAISE EXCEPTION USING
            MESSAGE = 'Value too long for type super', ERRCODE = 'string_data_right_truncation';
    END IF;
    parsed := redshift.from_text($1);
    IF NOT $1 IS JSON WITH UNIQUE KEYS THEN
        RAISE EXCEPTION USING
            MESSAGE = 'Invalid JSON: an attribute is there more than once in an object',
            ERRCODE = 'invalid_text_representation';
    END IF;
    PERFORM redshift.super_fits(parsed, '');
    RETURN parsed;
END
$$;

-- Attributes that repeat and strings longer than a VARCHAR are errors (AWS: SUPER
-- configurations, "Parsing options for SUPER": both options are off by default).
CREATE FUNCTION pg_catalog.json_parse(varchar) RETURNS super
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN octet_length($1) <= 65535 AND $1 IS JSON WITH UNIQUE KEYS THEN redshift.from_text($1)
    ELSE redshift.parse_carefully($1)
END;

CREATE FUNCTION pg_catalog.can_json_parse(varchar) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN pg_input_is_valid($1, 'super');

-- True for an object, false for an array or a scalar, unlike CAN_JSON_PARSE.
CREATE FUNCTION pg_catalog.is_valid_json(varchar) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN pg_input_is_valid($1, 'super') AND ltrim($1, E' \t\r\n') LIKE '{%';

CREATE FUNCTION pg_catalog.is_valid_json_array(varchar) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN pg_input_is_valid($1, 'super') AND ltrim($1, E' \t\r\n') LIKE '[%';

-- Without the blanks that jsonb prints after separators. json_strip_nulls prints none and is
-- quick, but good only where there is no null to strip; else a string matches as a whole and stays.
CREATE FUNCTION redshift.stripped(text) RETURNS text
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'json_strip_nulls';
CREATE FUNCTION redshift.compacted(text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN strpos($1, ': null') = 0 THEN redshift.stripped($1)
    ELSE regexp_replace($1, '("(?:[^"\\]|\\.)*")|([,:]) ', '\1\2', 'g')
END;

CREATE FUNCTION pg_catalog.json_serialize(super) RETURNS varchar
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    serialized text := textin(redshift.super_out($1));
BEGIN
    IF redshift.kind($1) IN ('object', 'array') THEN
        serialized := redshift.compacted(serialized);
    END IF;
    IF octet_length(serialized) > 65535 THEN
        RAISE EXCEPTION USING
            MESSAGE = 'JSON_SERIALIZE: the result exceeds the maximum VARCHAR size of 65535 bytes',
            ERRCODE = 'string_data_right_truncation';
    END IF;
    RETURN serialized;
END
$$;

CREATE FUNCTION pg_catalog.json_typeof(super) RETURNS varchar
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN redshift.kind($1);

-- All of these are false for null (AWS: "Types of introspection"). A number here is never a
-- float: jsonb keeps decimals only, so is_decimal holds for every number.
CREATE FUNCTION pg_catalog.is_array(super) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(redshift.kind($1) = 'array', false);

CREATE FUNCTION pg_catalog.is_object(super) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(redshift.kind($1) = 'object', false);

CREATE FUNCTION pg_catalog.is_scalar(super) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(redshift.kind($1) IN ('string', 'number', 'boolean'), false);

CREATE FUNCTION pg_catalog.is_varchar(super) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(redshift.kind($1) = 'string', false);

CREATE FUNCTION pg_catalog.is_char(super) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(redshift.kind($1) = 'string', false);

CREATE FUNCTION pg_catalog.is_boolean(super) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(redshift.kind($1) = 'boolean', false);

CREATE FUNCTION pg_catalog.is_decimal(super) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(redshift.kind($1) = 'number', false);

CREATE FUNCTION pg_catalog.is_float(super) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN false;

CREATE FUNCTION redshift.is_whole(super, bound numeric) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE redshift.kind($1)
    WHEN 'number'
        THEN scale(redshift.number($1)) = 0 AND redshift.number($1) >= - bound AND redshift.number($1) < bound
    ELSE false
END;

CREATE FUNCTION pg_catalog.is_smallint(super) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN redshift.is_whole($1, 32768);

CREATE FUNCTION pg_catalog.is_integer(super) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN redshift.is_whole($1, 2147483648);

CREATE FUNCTION pg_catalog.is_bigint(super) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN redshift.is_whole($1, 9223372036854775808);

CREATE FUNCTION pg_catalog.get_array_length(super) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE redshift.kind($1) WHEN 'array' THEN redshift.array_size($1) END;

-- ARRAY(...), which is other syntax in Postgres, and OBJECT(...).
CREATE FUNCTION redshift.array_of() RETURNS super
LANGUAGE internal IMMUTABLE PARALLEL SAFE AS 'jsonb_build_array_noargs';
CREATE FUNCTION redshift.array_of(VARIADIC "any") RETURNS super
LANGUAGE internal STABLE PARALLEL SAFE AS 'jsonb_build_array';
CREATE FUNCTION pg_catalog.object() RETURNS super
LANGUAGE internal IMMUTABLE PARALLEL SAFE AS 'jsonb_build_object_noargs';
CREATE FUNCTION pg_catalog.object(VARIADIC "any") RETURNS super
LANGUAGE internal STABLE PARALLEL SAFE AS 'jsonb_build_object';

CREATE FUNCTION redshift.joined(super, super) RETURNS super
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'jsonb_concat';
CREATE FUNCTION pg_catalog.array_concat(super, super) RETURNS super
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN redshift.kind($1) = 'array' AND redshift.kind($2) = 'array' THEN redshift.joined($1, $2)
END;

CREATE FUNCTION pg_catalog.subarray(super, start_position integer, size integer) RETURNS super
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT redshift.from_text(jsonb_agg(element::json::jsonb ORDER BY position)::text)
    FROM redshift.elements($1)
    WHERE position >= start_position AND position < start_position + size;
END;

CREATE FUNCTION pg_catalog.split_to_array(varchar, delimiter varchar DEFAULT ',') RETURNS super
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN redshift.from_text(to_json(string_to_array($1, delimiter))::text);

-- UNPIVOT of an object: its attributes, in no order that means anything.
CREATE FUNCTION redshift.members(super) RETURNS TABLE (element super, attribute varchar)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 10
BEGIN ATOMIC
    SELECT redshift.from_text(pair.value::text), pair.key
    FROM jsonb_each(CASE WHEN redshift.kind($1) = 'object' THEN $1::json::jsonb END) AS pair;
END;
