package com.terrifictotes.etl.load;

import com.terrifictotes.etl.common.catalogue.TargetTable;
import com.terrifictotes.etl.common.catalogue.TargetType;
import com.terrifictotes.etl.parquet.ParquetTableReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Streams a Parquet file into a table: memory does not grow with the number of rows. */
final class ParquetCopy {

    private ParquetCopy() {}

    /**
     * Copies every row.
     *
     * @param connection inside a transaction
     * @param command a COPY … FROM STDIN (FORMAT binary) of the table's columns and, last, the row's position
     * @param table the table that the file is of
     * @param reader at its beginning
     * @param firstPosition the position of the first row; the others follow
     * @return how many rows the server took
     */
    static long copy(
            Connection connection, String command, TargetTable table, ParquetTableReader reader, long firstPosition)
            throws SQLException {
        List<TargetType> types =
                table.columns().stream().map(column -> column.type()).toList();
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(command);
        try {
            BinaryRows rows = new BinaryRows(copy);
            for (long position = firstPosition; reader.next(); position++) {
                rows.beginRow(types.size() + 1);
                for (int i = 0; i < types.size(); i++) {
                    write(rows, types.get(i), reader, i);
                }
                rows.large(position);
            }
            rows.end();
            return copy.endCopy();
        } catch (SQLException | RuntimeException e) {
            cancel(copy, e);
            throw e;
        }
    }

    private static void write(BinaryRows rows, TargetType type, ParquetTableReader reader, int column)
            throws SQLException {
        if (reader.isNull(column)) {
            rows.nothing();
            return;
        }
        switch (type) {
            case TargetType.Whole whole -> rows.whole(reader.intValue(column));
            case TargetType.Text text -> rows.text(reader.utf8(column));
            case TargetType.Truth truth -> rows.truth(reader.booleanValue(column));
            case TargetType.Date date -> rows.day(reader.intValue(column));
            case TargetType.Time time -> rows.time(reader.longValue(column));
            case TargetType.Decimal decimal -> rows.decimal(reader.unscaledDecimal(column), decimal.scale());
        }
    }

    private static void cancel(CopyIn copy, Exception failure) {
        try {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }
}
