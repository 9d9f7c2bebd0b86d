package com.terrifictotes.etl.benchmarks;

import static java.util.stream.Collectors.joining;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * DuckDB in this process, in memory, with one thread for each processor that the process may use and everything else as
 * it comes.
 *
 * @see <a href="https://duckdb.org/docs/stable/data/csv/overview">DuckDB: CSV import</a>
 * @see <a href="https://duckdb.org/docs/stable/data/parquet/overview">DuckDB: reading and writing Parquet files</a>
 */
final class DuckDb implements AutoCloseable {

    /** How data pages are encoded; DuckDB's default is V1. */
    enum ParquetVersion {
        V1,
        V2
    }

    private final Connection connection;

    private DuckDb(Connection connection) {
        this.connection = connection;
    }

    /** Loads the library and opens an empty database. */
    static DuckDb open() throws SQLException {
        DuckDb duckDb = new DuckDb(DriverManager.getConnection("jdbc:duckdb:"));
        duckDb.execute("SET threads = " + Runtime.getRuntime().availableProcessors());
        return duckDb;
    }

    /**
     * Makes one Parquet file of the sales orders in CSV files: the columns of the source table as they are, those of the
     * warehouse in its order.
     *
     * @param csv files as the extraction writes them
     * @param parquet a file that does not exist
     */
    void convert(List<Path> csv, Path parquet, ParquetVersion version) throws SQLException {
        String files = csv.stream().map(file -> literal(file.toString())).collect(joining(", ", "[", "]"));
        execute("""
            COPY (
              SELECT sales_order_id,
                     created_at::DATE AS created_date, created_at::TIME AS created_time,
                     last_updated::DATE AS last_updated_date, last_updated::TIME AS last_updated_time,
                     staff_id AS sales_staff_id, counterparty_id, units_sold, unit_price, currency_id, design_id,
                     agreed_payment_date, agreed_delivery_date, agreed_delivery_location_id
              FROM read_csv(%s,
                     auto_detect = false, header = true, delim = ',', quote = '"', escape = '"',
                     nullstr = '', allow_quoted_nulls = false,
                     columns = {
                       'sales_order_id': 'INTEGER', 'created_at': 'TIMESTAMP', 'last_updated': 'TIMESTAMP',
                       'design_id': 'INTEGER', 'staff_id': 'INTEGER', 'counterparty_id': 'INTEGER',
                       'units_sold': 'INTEGER', 'unit_price': 'DECIMAL(10,2)', 'currency_id': 'INTEGER',
                       'agreed_delivery_date': 'DATE', 'agreed_payment_date': 'DATE',
                       'agreed_delivery_location_id': 'INTEGER'})
            ) TO %s (FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION %s)""".formatted(files, literal(parquet.toString()), version));
    }

    /** The rows that a query finds, as DuckDB writes them; NULL as the text {@code null}. */
    List<List<String>> query(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            int width = found.getMetaData().getColumnCount();
            List<List<String>> rows = new ArrayList<>();
            while (found.next()) {
                List<String> row = new ArrayList<>(width);
                for (int column = 1; column <= width; column++) {
                    row.add(String.valueOf(found.getString(column)));
                }
                rows.add(row);
            }
            return rows;
        }
    }

    /** The text as a literal of SQL. */
    static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
