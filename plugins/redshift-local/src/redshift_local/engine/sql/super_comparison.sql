-- SUPER against SUPER and against scalars. Values of different kinds are not equal, which is
-- false; asked for an order they give null (AWS: Querying semistructured data, "Dynamic typing").
CREATE FUNCTION redshift.value_kind(redshift.super_value) RETURNS text
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'jsonb_typeof';
CREATE FUNCTION redshift.same(redshift.super_value, redshift.super_value) RETURNS boolean
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'jsonb_eq';
CREATE FUNCTION redshift.different(redshift.super_value, redshift.super_value) RETURNS boolean
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'jsonb_ne';
CREATE FUNCTION redshift.value_order(redshift.super_value, redshift.super_value) RETURNS integer
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'jsonb_cmp';
CREATE FUNCTION redshift.value_hash(redshift.super_value) RETURNS integer
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'jsonb_hash';
CREATE FUNCTION redshift.value_hash_extended(redshift.super_value, bigint) RETURNS bigint
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'jsonb_hash_extended';

CREATE OPERATOR pg_catalog.= (
    FUNCTION = redshift.same,
    LEFTARG = redshift.super_value,
    RIGHTARG = redshift.super_value,
    COMMUTATOR = OPERATOR(pg_catalog.=),
    NEGATOR = OPERATOR(pg_catalog.<>),
    RESTRICT = eqsel,
    JOIN = eqjoinsel,
    HASHES,
    MERGES
);
CREATE OPERATOR pg_catalog.<> (
    FUNCTION = redshift.different,
    LEFTARG = redshift.super_value,
    RIGHTARG = redshift.super_value,
    COMMUTATOR = OPERATOR(pg_catalog.<>),
    NEGATOR = OPERATOR(pg_catalog.=),
    RESTRICT = neqsel,
    JOIN = neqjoinsel
);

-- ORDER BY, and GROUP BY or DISTINCT by sorting: boolean, number, string, array, object
-- (AWS: Querying semistructured data, "Order by").
CREATE FUNCTION redshift.kind_order(redshift.super_value) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE redshift.value_kind($1)
    WHEN 'boolean' THEN 1 WHEN 'number' THEN 2 WHEN 'string' THEN 3 WHEN 'array' THEN 4 WHEN 'object' THEN 5
    ELSE 6
END;
-- Not SQL: sorting calls it, and does not inline it.
CREATE FUNCTION redshift.total_order(redshift.super_value, redshift.super_value) RETURNS integer
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    IF redshift.value_kind($1) = redshift.value_kind($2) THEN
        RETURN redshift.value_order($1, $2);
    END IF;
    RETURN redshift.kind_order($1) - redshift.kind_order($2);
END
$$;

DO $$
DECLARE
    name text;
    sign text;
    opposite text;
    negation text;
BEGIN
    FOR name, sign, opposite, negation IN VALUES
        ('sorts_before', '<', '>', '>='), ('sorts_before_or_with', '<=', '>=', '>'),
        ('sorts_after', '>', '<', '<='), ('sorts_after_or_with', '>=', '<=', '<')
    LOOP
        EXECUTE format($operator$
            CREATE FUNCTION redshift.%1$s(redshift.super_value, redshift.super_value) RETURNS boolean
            LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
            RETURN redshift.total_order($1, $2) %2$s 0;
            CREATE OPERATOR redshift.%2$s (
                FUNCTION = redshift.%1$s,
                LEFTARG = redshift.super_value, RIGHTARG = redshift.super_value,
                COMMUTATOR = OPERATOR(redshift.%3$s), NEGATOR = OPERATOR(redshift.%4$s),
                RESTRICT = scalarltsel, JOIN = scalarltjoinsel
            )
        $operator$, name, sign, opposite, negation);
    END LOOP;
END
$$;

CREATE OPERATOR CLASS redshift.super_order DEFAULT FOR TYPE redshift.super_value USING btree AS
    OPERATOR 1 redshift.<,
    OPERATOR 2 redshift.<=,
    OPERATOR 3 pg_catalog.=,
    OPERATOR 4 redshift.>=,
    OPERATOR 5 redshift.>,
    FUNCTION 1 redshift.total_order(redshift.super_value, redshift.super_value);
CREATE OPERATOR CLASS redshift.super_hash DEFAULT FOR TYPE redshift.super_value USING hash AS
    OPERATOR 1 pg_catalog.=,
    FUNCTION 1 redshift.value_hash(redshift.super_value),
    FUNCTION 2 redshift.value_hash_extended(redshift.super_value, bigint);

-- What a client writes as < between two values: null unless they are of one kind.
DO $$
DECLARE
    name text;
    sign text;
    opposite text;
BEGIN
    FOR name, sign, opposite IN VALUES
        ('less', '<', '>'), ('less_or_same', '<=', '>='), ('more', '>', '<'), ('more_or_same', '>=', '<=')
    LOOP
        EXECUTE format($operator$
            CREATE FUNCTION redshift.%1$s(redshift.super_value, redshift.super_value) RETURNS boolean
            LANGUAGE sql IMMUTABLE PARALLEL SAFE
            RETURN CASE
                WHEN redshift.value_kind($1) = redshift.value_kind($2)
                    AND redshift.value_kind($1) IN ('boolean', 'number', 'string')
                    THEN redshift.value_order($1, $2) %2$s 0
            END;
            CREATE OPERATOR pg_catalog.%2$s (
                FUNCTION = redshift.%1$s,
                LEFTARG = redshift.super_value, RIGHTARG = redshift.super_value,
                COMMUTATOR = OPERATOR(pg_catalog.%3$s)
            )
        $operator$, name, sign, opposite);
    END LOOP;
END
$$;

-- Against text, a number or a boolean, from both sides.
DO $$
DECLARE
    name text;
    sign text;
    opposite text;
    otherwise text;
    kind text;
    scalar_type text;
    reader text;
BEGIN
    FOR name, sign, opposite, otherwise, kind, scalar_type, reader IN
        SELECT *
        FROM (
            VALUES
            ('same', '=', '=', 'false'), ('different', '<>', '<>', 'true'),
            ('less', '<', '>', 'null::boolean'), ('less_or_same', '<=', '>=', 'null::boolean'),
            ('more', '>', '<', 'null::boolean'), ('more_or_same', '>=', '<=', 'null::boolean')
        ) AS signs
        CROSS JOIN (
            VALUES
            ('string', 'text', $t$redshift.text_at(%1$s, '{}')$t$),
            ('number', 'numeric', 'redshift.number(%1$s)'),
            ('boolean', 'boolean', $b$(redshift.text_at(%1$s, '{}') = 'true')$b$)
        ) AS kinds
    LOOP
        EXECUTE format($operator$
            CREATE FUNCTION redshift.%1$s(super, %5$s) RETURNS boolean
            LANGUAGE sql IMMUTABLE PARALLEL SAFE
            RETURN CASE redshift.kind($1) WHEN %4$L THEN %6$s %2$s $2 ELSE %8$s END;
            CREATE FUNCTION redshift.%1$s(%5$s, super) RETURNS boolean
            LANGUAGE sql IMMUTABLE PARALLEL SAFE
            RETURN CASE redshift.kind($2) WHEN %4$L THEN $1 %2$s %7$s ELSE %8$s END;
            CREATE OPERATOR pg_catalog.%2$s (
                FUNCTION = redshift.%1$s, LEFTARG = super, RIGHTARG = %5$s,
                COMMUTATOR = OPERATOR(pg_catalog.%3$s)
            );
            CREATE OPERATOR pg_catalog.%2$s (
                FUNCTION = redshift.%1$s, LEFTARG = %5$s, RIGHTARG = super,
                COMMUTATOR = OPERATOR(pg_catalog.%3$s)
            )
        $operator$,
            name, sign, opposite, kind, scalar_type, format(reader, '$1'), format(reader, '$2'),
            format('CASE WHEN $1 IS NOT NULL AND $2 IS NOT NULL THEN %s END', otherwise)
        );
    END LOOP;
END
$$;
