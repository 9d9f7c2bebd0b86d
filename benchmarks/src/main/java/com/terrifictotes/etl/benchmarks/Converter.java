package com.terrifictotes.etl.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;

/** Makes Parquet of the CSV of a store. */
interface Converter extends AutoCloseable {

    /** Which there are. */
    enum Kind {
        STAGE("stage"),
        DUCKDB("DuckDB"),
        DUCKDB_V2("DuckDB v2");

        private final String title;

        Kind(String title) {
            this.title = title;
        }

        /** What it is, in a few words. */
        String title() {
            return title;
        }

        /**
         * Makes it ready.
         *
         * @param store what it is to convert
         */
        Converter open(CsvStore store) throws IOException, SQLException {
            return switch (this) {
                case STAGE -> new StageConverter(store);
                case DUCKDB -> new DuckDbConverter(store, DuckDb.open(), DuckDb.ParquetVersion.V1);
                case DUCKDB_V2 -> new DuckDbConverter(store, DuckDb.open(), DuckDb.ParquetVersion.V2);
            };
        }
    }

    /**
     * Converts the first run.
     *
     * @param output an existing folder, empty
     */
    void convertFirstRun(Path output) throws IOException, SQLException;

    /**
     * Converts every run.
     *
     * @param output an existing folder, empty
     */
    void convert(Path output) throws IOException, SQLException;

    @Override
    void close() throws SQLException;
}
