{#- Post-hook: events that were loaded before their device's user was known, or while it was another's, move to that user. -#}
{% macro rekey_users() %}
    {%- if is_incremental() %}
update {{ this }}
set user_key = users.user_key
from {{ ref('int_identity__user_xref') }} as users
where
    users.device_key = {{ this }}.device_key
    and users.user_key <> {{ this }}.user_key
    {%- endif -%}
{% endmacro %}
