"""The columns that the loader adds to what the source gave."""

from dataclasses import dataclass

from target_redshift.schema import Kind, Property


@dataclass(frozen=True)
class Metadata(Property):
    """A column of the loader; never equal to a property that the source calls the same."""


# Of each record.
EXTRACTED_AT = Metadata("_sdc_extracted_at", Kind.INSTANT)
TABLE_VERSION = Metadata("_sdc_table_version", Kind.INTEGER)
DELETED_AT = Metadata("_sdc_deleted_at", Kind.INSTANT)
CHANGES = Metadata("_sdc_meta", Kind.JSON)
# The same for all rows of a block, in this order at the end of each.
BLOCK_METADATA = (
    Metadata("_sdc_received_at", Kind.INSTANT),
    Metadata("_sdc_batched_at", Kind.INSTANT),
    Metadata("_sdc_sequence", Kind.INTEGER),
    Metadata("_sdc_sync_started_at", Kind.INTEGER),
)
METADATA_NAMES = frozenset(
    each.name for each in (EXTRACTED_AT, TABLE_VERSION, DELETED_AT, CHANGES, *BLOCK_METADATA)
)
