-- Date and time functions with Redshift's names and meaning. A date part comes as text.

-- A date part by any of its names (AWS: Date parts for date or timestamp functions).
CREATE FUNCTION redshift.unknown_date_part(text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RAISE EXCEPTION USING
        MESSAGE = 'date part "' || $1 || '" is not known', ERRCODE = 'invalid_parameter_value';
END
$$;

CREATE FUNCTION redshift.date_part_name(text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN lower($1) IN ('day', 'days', 'd') THEN 'day'
    WHEN lower($1) IN ('second', 'seconds', 's', 'sec', 'secs') THEN 'second'
    WHEN lower($1) IN ('minute', 'minutes', 'm', 'min', 'mins') THEN 'minute'
    WHEN lower($1) IN ('hour', 'hours', 'h', 'hr', 'hrs') THEN 'hour'
    WHEN lower($1) IN ('week', 'weeks', 'w') THEN 'week'
    WHEN lower($1) IN ('month', 'months', 'mon', 'mons') THEN 'month'
    WHEN lower($1) IN ('quarter', 'quarters', 'qtr', 'qtrs') THEN 'quarter'
    WHEN lower($1) IN ('year', 'years', 'y', 'yr', 'yrs') THEN 'year'
    WHEN lower($1) = 'epoch' THEN 'epoch'
    WHEN lower($1) IN ('dayofweek', 'dow', 'dw', 'weekday') THEN 'dow'
    WHEN lower($1) IN ('dayofyear', 'doy', 'dy', 'yearday') THEN 'doy'
    WHEN lower($1) IN (
        'millisecond', 'milliseconds', 'ms', 'msec', 'msecs', 'msecond', 'mseconds', 'millisec', 'millisecs', 'millisecon'
    ) THEN 'millisecond'
    WHEN lower($1) IN (
        'microsecond', 'microseconds', 'us', 'usec', 'usecs', 'usecond', 'useconds', 'microsec', 'microsecs', 'microsecon'
    ) THEN 'microsecond'
    WHEN lower($1) IN ('decade', 'decades', 'dec', 'decs') THEN 'decade'
    WHEN lower($1) IN ('century', 'centuries', 'c', 'cent', 'cents') THEN 'century'
    WHEN lower($1) IN ('millennium', 'millennia', 'mil', 'mils') THEN 'millennium'
    WHEN lower($1) IN ('timezone', 'timezone_hour', 'timezone_minute') THEN lower($1)
    ELSE redshift.unknown_date_part($1)
END;

-- The number of boundaries of a part that lie before a moment; weeks begin on Sunday
-- (`datediff(week, ...)` and date_trunc, which begins on Monday, differ in that).
CREATE FUNCTION redshift.boundaries(part text, moment timestamp) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE part
    WHEN 'second' THEN floor(extract(epoch FROM moment))::bigint
    WHEN 'day' THEN moment::date - '1970-01-01'::date
    WHEN 'minute' THEN floor(extract(epoch FROM moment) / 60)::bigint
    WHEN 'hour' THEN floor(extract(epoch FROM moment) / 3600)::bigint
    WHEN 'week' THEN floor((moment::date - '1970-01-04'::date) / 7.0)::bigint
    WHEN 'month' THEN extract(year FROM moment)::bigint * 12 + extract(month FROM moment)::bigint
    WHEN 'quarter' THEN extract(year FROM moment)::bigint * 4 + extract(quarter FROM moment)::bigint
    WHEN 'year' THEN extract(year FROM moment)::bigint
    WHEN 'millisecond' THEN floor(extract(epoch FROM moment) * 1000)::bigint
    WHEN 'microsecond' THEN (extract(epoch FROM moment) * 1000000)::bigint
    WHEN 'decade' THEN extract(decade FROM moment)::bigint
    WHEN 'century' THEN extract(century FROM moment)::bigint
    WHEN 'millennium' THEN extract(millennium FROM moment)::bigint
END;

CREATE FUNCTION pg_catalog.datediff(text, timestamp, timestamp) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN redshift.boundaries(redshift.date_part_name($1), $3) - redshift.boundaries(redshift.date_part_name($1), $2);

CREATE FUNCTION pg_catalog.datediff(text, date, date) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN redshift.boundaries(redshift.date_part_name($1), $3::timestamp)
    - redshift.boundaries(redshift.date_part_name($1), $2::timestamp);

-- Instants are counted in UTC, the session's zone.
CREATE FUNCTION pg_catalog.datediff(text, timestamptz, timestamptz) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN redshift.boundaries(redshift.date_part_name($1), $3 AT TIME ZONE 'UTC')
    - redshift.boundaries(redshift.date_part_name($1), $2 AT TIME ZONE 'UTC');

CREATE FUNCTION pg_catalog.datediff(text, time, time) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN redshift.boundaries(redshift.date_part_name($1), '2000-01-01'::date + $3)
    - redshift.boundaries(redshift.date_part_name($1), '2000-01-01'::date + $2);

-- A year after 29 February is 1 March, twelve months after it 28 February (AWS: DATEADD).
CREATE FUNCTION redshift.moved(part text, amount bigint, moment timestamp) RETURNS timestamp
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE part
    WHEN 'day' THEN moment + make_interval(days => amount::integer)
    WHEN 'hour' THEN moment + amount * interval '1 hour'
    WHEN 'minute' THEN moment + amount * interval '1 minute'
    WHEN 'second' THEN moment + amount * interval '1 second'
    WHEN 'month' THEN moment + make_interval(months => amount::integer)
    WHEN 'week' THEN moment + make_interval(weeks => amount::integer)
    WHEN 'year' THEN
        moment + make_interval(years => amount::integer)
        + make_interval(
            days => (
                extract(day FROM moment) = 29
                AND extract(day FROM moment + make_interval(years => amount::integer)) = 28
            )::integer
        )
    WHEN 'quarter' THEN moment + make_interval(months => amount::integer * 3)
    WHEN 'millisecond' THEN moment + amount * interval '1 millisecond'
    WHEN 'microsecond' THEN moment + amount * interval '1 microsecond'
    WHEN 'decade' THEN moment + make_interval(years => amount::integer * 10)
    WHEN 'century' THEN moment + make_interval(years => amount::integer * 100)
    WHEN 'millennium' THEN moment + make_interval(years => amount::integer * 1000)
END;

CREATE FUNCTION pg_catalog.dateadd(text, bigint, timestamp) RETURNS timestamp
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN redshift.moved(redshift.date_part_name($1), $2, $3);

CREATE FUNCTION pg_catalog.dateadd(text, bigint, date) RETURNS timestamp
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN redshift.moved(redshift.date_part_name($1), $2, $3::timestamp);

CREATE FUNCTION pg_catalog.dateadd(text, bigint, timestamptz) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN redshift.moved(redshift.date_part_name($1), $2, $3 AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';

CREATE FUNCTION pg_catalog.dateadd(text, bigint, time) RETURNS time
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN redshift.moved(redshift.date_part_name($1), $2, '2000-01-01'::date + $3)::time;

-- Now: to the second, and without a zone (AWS: GETDATE); SYSDATE when the transaction began.
CREATE FUNCTION pg_catalog.getdate() RETURNS timestamp
LANGUAGE sql STABLE PARALLEL SAFE
RETURN date_trunc('second', statement_timestamp() AT TIME ZONE 'UTC');

CREATE FUNCTION pg_catalog.sysdate() RETURNS timestamp
LANGUAGE sql STABLE PARALLEL SAFE
RETURN transaction_timestamp() AT TIME ZONE 'UTC';

CREATE FUNCTION pg_catalog.convert_timezone(text, text, timestamp) RETURNS timestamp
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ($3 AT TIME ZONE $1) AT TIME ZONE $2;

CREATE FUNCTION pg_catalog.convert_timezone(text, timestamp) RETURNS timestamp
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ($2 AT TIME ZONE 'UTC') AT TIME ZONE $1;

CREATE FUNCTION pg_catalog.convert_timezone(text, timestamptz) RETURNS timestamp
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN $2 AT TIME ZONE $1;

CREATE FUNCTION pg_catalog.last_day(timestamp) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (date_trunc('month', $1) + interval '1 month' - interval '1 day')::date;

CREATE FUNCTION pg_catalog.last_day(date) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (date_trunc('month', $1::timestamp) + interval '1 month' - interval '1 day')::date;

-- From a month's last day to a month's last day (AWS: ADD_MONTHS).
CREATE FUNCTION pg_catalog.add_months(timestamp, bigint) RETURNS timestamp
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN $1::date = last_day($1)
        THEN last_day($1 + make_interval(months => $2::integer)) + $1::time
    ELSE $1 + make_interval(months => $2::integer)
END;

CREATE FUNCTION pg_catalog.add_months(date, bigint) RETURNS timestamp
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN add_months($1::timestamp, $2);

CREATE FUNCTION pg_catalog.trunc(timestamp) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN $1::date;

CREATE FUNCTION pg_catalog.date_trunc(text, date) RETURNS timestamp
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN date_trunc($1, $2::timestamp);

-- EXTRACT gives whole numbers, and of a part nothing of the parts above or below it; of an
-- instant with a zone a double (AWS: EXTRACT).
CREATE FUNCTION redshift.extracted(part text, moment timestamp) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE redshift.date_part_name(part)
    WHEN 'millisecond' THEN floor(extract(millisecond FROM moment))::bigint % 1000
    WHEN 'microsecond' THEN extract(microsecond FROM moment)::bigint % 1000000
    -- the first decade is that of the years 1 to 9
    WHEN 'decade' THEN extract(decade FROM moment)::bigint + 1
    ELSE floor(pg_catalog.extract(redshift.date_part_name(part), moment))::bigint
END;
