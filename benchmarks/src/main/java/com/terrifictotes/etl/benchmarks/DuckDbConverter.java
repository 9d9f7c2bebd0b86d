package com.terrifictotes.etl.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/** DuckDB, which converts the sales orders only, of all CSV files into one Parquet file. */
final class DuckDbConverter implements Converter {

    private final List<Path> firstRun;
    private final List<Path> everyRun;
    private final DuckDb duckDb;
    private final DuckDb.ParquetVersion version;

    /** @param duckDb is closed with this */
    DuckDbConverter(CsvStore store, DuckDb duckDb, DuckDb.ParquetVersion version) throws IOException {
        this.firstRun = store.salesOrdersOfFirstRun();
        this.everyRun = store.salesOrders();
        this.duckDb = duckDb;
        this.version = version;
    }

    /** The file that is made in an output folder. */
    static Path file(Path output) {
        return output.resolve(Transformation.LARGE_TARGET + ".parquet");
    }

    @Override
    public void convertFirstRun(Path output) throws SQLException {
        duckDb.convert(firstRun, file(output), version);
    }

    @Override
    public void convert(Path output) throws SQLException {
        duckDb.convert(everyRun, file(output), version);
    }

    @Override
    public void close() throws SQLException {
        duckDb.close();
    }
}
