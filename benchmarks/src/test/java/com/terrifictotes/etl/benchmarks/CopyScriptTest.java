package com.terrifictotes.etl.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.benchmarks.FactTable.Extra;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class CopyScriptTest {

    private static final Path ROWS = Path.of("/it's/rows");
    private static final FactTable FACT = new FactTable(
            "fact",
            "id",
            List.of("size", "etl_run"),
            List.of(
                    new Extra("DROP INDEX by_size", "CREATE INDEX by_size ON fact (size)"),
                    new Extra(
                            "ALTER TABLE fact DROP CONSTRAINT a", "ALTER TABLE fact ADD CONSTRAINT a UNIQUE (size)")));

    @Test
    void plainCopyGoesStraightIntoFact() {
        CopyScript script = CopyScript.plain(FACT);

        assertThat(script.copy()).isEqualTo("COPY fact (size, etl_run) FROM STDIN");
        assertThat(script.psql(ROWS)).isEqualTo("\\copy fact (size, etl_run) FROM '/it''s/rows'\n");
    }

    @Test
    void bareCopyDropsBackwardsAndMakesAgainForwards() {
        assertThat(CopyScript.bare(FACT).psql(ROWS)).isEqualTo("""
                ALTER TABLE fact DROP CONSTRAINT a;
                DROP INDEX by_size;
                \\copy fact (size, etl_run) FROM '/it''s/rows'
                CREATE INDEX by_size ON fact (size);
                ALTER TABLE fact ADD CONSTRAINT a UNIQUE (size);
                """);
    }

    @Test
    void changesGoThroughTemporaryTable() {
        assertThat(CopyScript.throughTemporaryTable(FACT).psql(ROWS)).isEqualTo("""
                CREATE TEMPORARY TABLE incoming ON COMMIT DROP AS SELECT size, etl_run FROM fact WITH NO DATA;
                \\copy incoming (size, etl_run) FROM '/it''s/rows'
                INSERT INTO fact (size, etl_run) SELECT size, etl_run FROM incoming;
                """);
    }
}
