-- Numbers and aggregates where Redshift's differ from Postgres' or Postgres has none.

-- ROUND and TRUNC of a double to some places.
CREATE FUNCTION pg_catalog.round(double precision, integer) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN round($1::numeric, $2)::double precision;
CREATE FUNCTION pg_catalog.trunc(double precision, integer) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN trunc($1::numeric, $2)::double precision;

-- The average of whole numbers is a whole number, cut off (AWS: AVG, "BIGINT for any integer
-- type argument").
CREATE FUNCTION redshift.whole_average(bigint[]) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN $1[1] > 0 THEN $1[2] / $1[1] END;
CREATE FUNCTION redshift.add_to_average(state numeric[], value bigint) RETURNS numeric[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    IF value IS NOT NULL THEN
        state[1] := state[1] + 1;
        state[2] := state[2] + value;
    END IF;
    RETURN state;
END
$$;
CREATE FUNCTION redshift.whole_average(numeric[]) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN $1[1] > 0 THEN trunc($1[2] / $1[1])::bigint END;

CREATE AGGREGATE redshift.average(smallint) (
    SFUNC = int2_avg_accum, STYPE = bigint[], FINALFUNC = redshift.whole_average, INITCOND = '{0,0}'
);
CREATE AGGREGATE redshift.average(integer) (
    SFUNC = int4_avg_accum, STYPE = bigint[], FINALFUNC = redshift.whole_average, INITCOND = '{0,0}'
);
CREATE AGGREGATE redshift.average(bigint) (
    SFUNC = redshift.add_to_average, STYPE = numeric[],
    FINALFUNC = redshift.whole_average, INITCOND = '{0,0}'
);

-- What aggregates call is not SQL, which is slow where it cannot be inlined.
-- FIRST_VALUE and LAST_VALUE ... IGNORE NULLS, as aggregates over the frame.
CREATE FUNCTION redshift.keep_first(anyelement, anyelement) RETURNS anyelement
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$ BEGIN RETURN $1; END $$;
CREATE FUNCTION redshift.keep_last(anyelement, anyelement) RETURNS anyelement
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$ BEGIN RETURN $2; END $$;
CREATE AGGREGATE redshift.first_not_null(anyelement) (SFUNC = redshift.keep_first, STYPE = anyelement);
CREATE AGGREGATE redshift.last_not_null(anyelement) (SFUNC = redshift.keep_last, STYPE = anyelement);

-- What the session tells of its COPYs.
CREATE FUNCTION redshift.told(name text) RETURNS integer
LANGUAGE sql STABLE
RETURN coalesce(nullif(current_setting('redshift.' || name, true), '')::integer, -1);
CREATE FUNCTION pg_catalog.pg_last_copy_count() RETURNS integer
LANGUAGE sql STABLE
RETURN redshift.told('last_copy_count');
CREATE FUNCTION pg_catalog.pg_last_copy_id() RETURNS integer
LANGUAGE sql STABLE
RETURN redshift.told('last_copy_id');

CREATE FUNCTION redshift.version() RETURNS text
LANGUAGE sql IMMUTABLE
RETURN 'PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC gcc (GCC) 3.4.2 20041017 '
    '(Red Hat 3.4.2-6.fc3), Redshift 1.0.0 (redshift-local)';
