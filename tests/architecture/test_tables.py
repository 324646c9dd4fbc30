from sqlalchemy import DateTime, MetaData
from talent_kit import tables
from talent_kit.reviews import tables as reviews
from talent_kit.tables import RETENTION


def metadatas(modules):
    """Every metadata with tables that a module holds, itself or through a declarative base."""
    found = {}
    for module in modules:
        for value in vars(module).values():
            metadata = value if isinstance(value, MetaData) else getattr(value, "metadata", None)
            if isinstance(metadata, MetaData) and metadata.tables:
                found[id(metadata)] = metadata
    return list(found.values())


def test_every_table_declares_how_long_its_rows_are_kept(platform_modules):
    tables = [table for metadata in metadatas(platform_modules) for table in metadata.sorted_tables]
    assert {"outbox", "booking", "talent", "payment"} <= {table.name for table in tables}
    bare = [table.fullname for table in tables if table.info.get("retention") not in RETENTION]
    assert not bare, (
        "nobody can say when these rows may go: give each table info={'retention': ...}, one of "
        f"{sorted(RETENTION)}: {bare}"
    )


def test_services_do_not_share_a_metadata(service_modules):
    kit = (tables.metadata, reviews.Base.metadata)
    owned = {
        # The kit's own tables stand in services' databases, each under its own engine.
        package: {id(found) for found in metadatas(modules) if found not in kit}
        for package, modules in service_modules.items()
    }
    shared = [
        (one, other)
        for one in owned
        for other in owned
        if one < other and owned[one] & owned[other]
    ]
    assert not shared, f"two services in one process would mix their tables: {shared}"


def test_every_instant_has_a_time_zone(platform_modules):
    naive = [
        f"{table.name}.{column.name}"
        for metadata in metadatas(platform_modules)
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, DateTime) and not column.type.timezone
    ]
    assert not naive, f"instants are UTC with their zone; use DateTime(timezone=True): {naive}"
