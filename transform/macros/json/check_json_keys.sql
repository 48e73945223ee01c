{#-
    On-run-start: that the engine finds a JSON key as it is written, which Redshift does only where the user's settings say so. It
    would otherwise read most properties as null, without an error.
-#}
{% macro check_json_keys() -%}
    {{ return(adapter.dispatch('check_json_keys')()) }}
{%- endmacro %}

{% macro default__check_json_keys() -%}
{%- endmacro %}

{% macro redshift__check_json_keys() -%}
    {%- if execute -%}
        {%- set query -%}
select {{ json_string('probe', 'Mixed Case') }} as found
from (select json_parse('{"Mixed Case": 1}') as probe) as probes
        {%- endset -%}
        {%- if run_query(query).rows[0]['found'] != '1' -%}
            {{ exceptions.raise_compiler_error(
                'Redshift reads JSON keys with capitals as null for this user (enable_case_sensitive_super_attribute is off): run as an'
                ~ ' administrator `alter user <dbt_user> set enable_case_sensitive_super_attribute to true; alter user <dbt_user> set'
                ~ ' enable_case_sensitive_identifier to true;` and connect again.'
            ) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
