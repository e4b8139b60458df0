"""Verbs on constraints: primary key, foreign key, unique, check, exclude; drop and validate."""

from __future__ import annotations

from collections.abc import Sequence

from alembic.operations.host import DialectKeyword
from alembic.operations.ops.constraint import (
    Condition,
    CreateCheckConstraintOp,
    CreateExcludeConstraintOp,
    CreateForeignKeyOp,
    CreatePrimaryKeyOp,
    CreateUniqueConstraintOp,
    DropConstraintOp,
    ExcludeElement,
    ValidateConstraintOp,
)
from alembic.operations.verbs.arguments import (
    CONSTRAINT_KEYWORDS,
    EXCLUDE_KEYWORDS,
    FOREIGN_KEY_KEYWORDS,
    check_condition,
    check_exclude_elements,
    check_name,
    check_names,
    check_pairs,
    check_schema_keywords,
)
from alembic.operations.verbs.base import BatchVerbs, PlainVerbs


class ConstraintVerbs(PlainVerbs):
    """Verbs on constraints of a table by name.

    A name of None is filled in by the naming convention of ``target_metadata``, else by the
    database; a name in ``op.f()`` is taken as it is.
    """

    def create_primary_key(
        self,
        constraint_name: str | None,
        table_name: str,
        columns: Sequence[str],
        *,
        schema: str | None = None,
        **kw: DialectKeyword,
    ) -> None:
        """Create a primary key on a table that is there.

        ::

            op.create_primary_key("pk_account", "account", ["bank", "number"])

        :param constraint_name: name of the constraint, or None.
        :param table_name: name of the table.
        :param columns: names of its columns.
        :param schema: schema of the table.
        :param kw: ``deferrable``, ``initially``, ``comment``, and what dialects understand.
        """
        check_name("create_primary_key", "table_name", table_name)
        check_names("create_primary_key", "columns", columns)
        check_schema_keywords("create_primary_key", kw, CONSTRAINT_KEYWORDS)
        return self._carry_out(
            CreatePrimaryKeyOp(constraint_name, table_name, columns, schema=schema, **kw)
        )

    def create_unique_constraint(
        self,
        constraint_name: str | None,
        table_name: str,
        columns: Sequence[str],
        *,
        schema: str | None = None,
        **kw: DialectKeyword,
    ) -> None:
        """Create a unique constraint on a table that is there.

        ::

            op.create_unique_constraint("uq_account_name", "account", ["name"])

        :param constraint_name: name of the constraint, or None.
        :param table_name: name of the table.
        :param columns: names of its columns.
        :param schema: schema of the table.
        :param kw: ``deferrable`` and ``initially``; ``postgresql_using_index``, the name of a
            unique index to make the constraint of; what other dialects understand.
        """
        check_name("create_unique_constraint", "table_name", table_name)
        check_names("create_unique_constraint", "columns", columns)
        check_schema_keywords("create_unique_constraint", kw, CONSTRAINT_KEYWORDS)
        op = CreateUniqueConstraintOp(constraint_name, table_name, columns, schema=schema, **kw)
        return self._carry_out(op)

    def create_foreign_key(
        self,
        constraint_name: str | None,
        source_table: str,
        referent_table: str,
        local_cols: Sequence[str],
        remote_cols: Sequence[str],
        *,
        onupdate: str | None = None,
        ondelete: str | None = None,
        deferrable: bool | None = None,
        initially: str | None = None,
        match: str | None = None,
        source_schema: str | None = None,
        referent_schema: str | None = None,
        **dialect_kw: DialectKeyword,
    ) -> None:
        """Create a foreign key between tables that are there.

        ::

            op.create_foreign_key("fk_account_owner", "account", "person", ["owner_id"], ["id"])

        :param constraint_name: name of the constraint, or None.
        :param source_table: name of the table that refers.
        :param referent_table: name of the table that is referred to.
        :param local_cols: names of the columns that refer.
        :param remote_cols: names of the columns that are referred to, in the same order.
        :param onupdate: action ON UPDATE: ``CASCADE``, ``SET NULL`` …
        :param ondelete: action ON DELETE.
        :param deferrable: True for DEFERRABLE, False for NOT DEFERRABLE.
        :param initially: ``DEFERRED`` or ``IMMEDIATE``.
        :param match: ``FULL``, ``PARTIAL`` or ``SIMPLE``.
        :param source_schema: schema of the table that refers.
        :param referent_schema: schema of the table that is referred to.
        :param dialect_kw: ``postgresql_not_valid=True``, to leave the rows that are there
            unchecked until :meth:`validate_constraint`; what other dialects understand.
        """
        verb = "create_foreign_key"
        check_name(verb, "source_table", source_table)
        check_name(verb, "referent_table", referent_table)
        check_names(verb, "local_cols", local_cols)
        check_names(verb, "remote_cols", remote_cols)
        check_pairs(verb, local_cols, remote_cols)
        check_schema_keywords(verb, dialect_kw, FOREIGN_KEY_KEYWORDS)
        return self._carry_out(
            CreateForeignKeyOp(
                constraint_name,
                source_table,
                referent_table,
                local_cols,
                remote_cols,
                onupdate=onupdate,
                ondelete=ondelete,
                deferrable=deferrable,
                initially=initially,
                match=match,
                source_schema=source_schema,
                referent_schema=referent_schema,
                **dialect_kw,
            )
        )

    def create_check_constraint(
        self,
        constraint_name: str | None,
        table_name: str,
        condition: Condition,
        *,
        schema: str | None = None,
        **kw: DialectKeyword,
    ) -> None:
        """Create a check constraint on a table that is there.

        ::

            op.create_check_constraint("ck_name", "account", func.length(column("name")) > 5)

        :param constraint_name: name of the constraint, or None.
        :param table_name: name of the table.
        :param condition: text, or an expression over ``sqlalchemy.column()``.
        :param schema: schema of the table.
        :param kw: ``deferrable`` and ``initially``; ``postgresql_not_valid=True``, to leave the
            rows that are there unchecked until :meth:`validate_constraint`; what other dialects
            understand.
        """
        check_name("create_check_constraint", "table_name", table_name)
        check_condition("create_check_constraint", condition)
        check_schema_keywords("create_check_constraint", kw, CONSTRAINT_KEYWORDS)
        op = CreateCheckConstraintOp(constraint_name, table_name, condition, schema=schema, **kw)
        return self._carry_out(op)

    def create_exclude_constraint(
        self,
        constraint_name: str | None,
        table_name: str,
        *elements: ExcludeElement,
        **kw: DialectKeyword,
    ) -> None:
        """Create an exclude constraint (PostgreSQL).

        ::

            op.create_exclude_constraint(
                "no_overlap", "booking", ("period", "&&"), ("room", "="), where="room > 0"
            )

        :param constraint_name: name of the constraint, or None.
        :param table_name: name of the table.
        :param elements: (column name or expression, operator), several.
        :param kw: ``where``, ``using``, ``ops``, ``deferrable``, ``initially``, ``schema``.
        """
        check_name("create_exclude_constraint", "table_name", table_name)
        check_exclude_elements("create_exclude_constraint", elements)
        check_schema_keywords("create_exclude_constraint", kw, EXCLUDE_KEYWORDS)
        return self._carry_out(
            CreateExcludeConstraintOp(constraint_name, table_name, elements, **kw)
        )

    def drop_constraint(
        self,
        constraint_name: str,
        table_name: str,
        type_: str | None = None,
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
    ) -> None:
        """Drop a constraint.

        :param constraint_name: name of the constraint.
        :param table_name: name of the table.
        :param type_: ``foreignkey``, ``primary``, ``unique`` or ``check``: MySQL drops each kind
            with a statement of its own.
        :param schema: schema of the table.
        :param if_exists: add IF EXISTS, where the database knows it for constraints.
        """
        check_name("drop_constraint", "table_name", table_name)
        return self._carry_out(
            DropConstraintOp(constraint_name, table_name, type_, schema=schema, if_exists=if_exists)
        )

    def validate_constraint(
        self, constraint_name: str, table_name: str, *, schema: str | None = None
    ) -> None:
        """Check the rows that were left unchecked by ``postgresql_not_valid`` (PostgreSQL).

        Unlike adding the constraint, which locks the table against writers, this runs beside
        them::

            op.create_check_constraint("ck", "account", "sum > 0", postgresql_not_valid=True)
            op.validate_constraint("ck", "account")

        :param constraint_name: name of the constraint.
        :param table_name: name of the table.
        :param schema: schema of the table.
        """
        check_name("validate_constraint", "constraint_name", constraint_name)
        check_name("validate_constraint", "table_name", table_name)
        return self._carry_out(ValidateConstraintOp(constraint_name, table_name, schema=schema))


class BatchConstraintVerbs(BatchVerbs):
    """Verbs on constraints of the table of a batch."""

    def create_primary_key(
        self, constraint_name: str | None, columns: Sequence[str], **kw: DialectKeyword
    ) -> None:
        """Create the primary key.

        :param constraint_name: name of the constraint, or None.
        :param columns: names of its columns.
        :param kw: ``deferrable``, ``initially``, ``comment``, and what dialects understand.
        """
        check_names("create_primary_key", "columns", columns)
        check_schema_keywords("create_primary_key", kw, CONSTRAINT_KEYWORDS)
        kw["schema"] = self.impl.schema
        return self._carry_out(
            CreatePrimaryKeyOp(constraint_name, self.impl.table_name, columns, **kw)
        )

    def create_unique_constraint(
        self, constraint_name: str | None, columns: Sequence[str], **kw: DialectKeyword
    ) -> None:
        """Create a unique constraint.

        :param constraint_name: name of the constraint; SQLite can't drop one without.
        :param columns: names of its columns.
        :param kw: ``deferrable``, ``initially``, and what dialects understand.
        """
        check_names("create_unique_constraint", "columns", columns)
        check_schema_keywords("create_unique_constraint", kw, CONSTRAINT_KEYWORDS)
        kw["schema"] = self.impl.schema
        return self._carry_out(
            CreateUniqueConstraintOp(constraint_name, self.impl.table_name, columns, **kw)
        )

    def create_foreign_key(
        self,
        constraint_name: str | None,
        referent_table: str,
        local_cols: Sequence[str],
        remote_cols: Sequence[str],
        *,
        referent_schema: str | None = None,
        onupdate: str | None = None,
        ondelete: str | None = None,
        deferrable: bool | None = None,
        initially: str | None = None,
        match: str | None = None,
        **dialect_kw: DialectKeyword,
    ) -> None:
        """Create a foreign key from the table.

        :param constraint_name: name of the constraint; SQLite can't drop one without.
        :param referent_table: name of the table that is referred to.
        :param local_cols: names of the columns that refer.
        :param remote_cols: names of the columns that are referred to, in the same order.
        :param referent_schema: schema of the table that is referred to.
        :param onupdate: action ON UPDATE: ``CASCADE``, ``SET NULL`` …
        :param ondelete: action ON DELETE.
        :param deferrable: True for DEFERRABLE, False for NOT DEFERRABLE.
        :param initially: ``DEFERRED`` or ``IMMEDIATE``.
        :param match: ``FULL``, ``PARTIAL`` or ``SIMPLE``.
        :param dialect_kw: what dialects understand.
        """
        verb = "create_foreign_key"
        check_name(verb, "referent_table", referent_table)
        check_names(verb, "local_cols", local_cols)
        check_names(verb, "remote_cols", remote_cols)
        check_pairs(verb, local_cols, remote_cols)
        check_schema_keywords(verb, dialect_kw, FOREIGN_KEY_KEYWORDS)
        return self._carry_out(
            CreateForeignKeyOp(
                constraint_name,
                self.impl.table_name,
                referent_table,
                local_cols,
                remote_cols,
                onupdate=onupdate,
                ondelete=ondelete,
                deferrable=deferrable,
                initially=initially,
                match=match,
                source_schema=self.impl.schema,
                referent_schema=referent_schema,
                **dialect_kw,
            )
        )

    def create_check_constraint(
        self, constraint_name: str | None, condition: Condition, **kw: DialectKeyword
    ) -> None:
        """Create a check constraint.

        :param constraint_name: name of the constraint; SQLite can't drop one without.
        :param condition: text, or an expression over ``sqlalchemy.column()``.
        :param kw: what dialects understand.
        """
        check_condition("create_check_constraint", condition)
        check_schema_keywords("create_check_constraint", kw, CONSTRAINT_KEYWORDS)
        kw["schema"] = self.impl.schema
        return self._carry_out(
            CreateCheckConstraintOp(constraint_name, self.impl.table_name, condition, **kw)
        )

    def create_exclude_constraint(
        self, constraint_name: str | None, *elements: ExcludeElement, **kw: DialectKeyword
    ) -> None:
        """Create an exclude constraint (PostgreSQL).

        :param constraint_name: name of the constraint, or None.
        :param elements: (column name or expression, operator), several.
        :param kw: ``where``, ``using``, ``ops``, ``deferrable``, ``initially``.
        """
        check_exclude_elements("create_exclude_constraint", elements)
        check_schema_keywords("create_exclude_constraint", kw, EXCLUDE_KEYWORDS)
        kw["schema"] = self.impl.schema
        return self._carry_out(
            CreateExcludeConstraintOp(constraint_name, self.impl.table_name, elements, **kw)
        )

    def drop_constraint(self, constraint_name: str, type_: str | None = None) -> None:
        """Drop a constraint.

        :param constraint_name: name of the constraint; ``naming_convention`` of the batch gives
            names to those that have none in the database.
        :param type_: ``foreignkey``, ``primary``, ``unique`` or ``check``.
        """
        return self._carry_out(
            DropConstraintOp(constraint_name, self.impl.table_name, type_, schema=self.impl.schema)
        )

    def validate_constraint(self, constraint_name: str) -> None:
        """Check the rows that were left unchecked by ``postgresql_not_valid`` (PostgreSQL).

        :param constraint_name: name of the constraint.
        """
        check_name("validate_constraint", "constraint_name", constraint_name)
        return self._carry_out(
            ValidateConstraintOp(constraint_name, self.impl.table_name, schema=self.impl.schema)
        )
