package com.terrifictotes.etl.parquet;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.catalogue.TargetTable;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;

/**
 * What a file and a table have in common. Files are written once and tables change, so they need not be equal: columns
 * are matched by name, and the table may have gained nullable columns, lost columns, and become nullable.
 */
final class SchemaMatch {

    private SchemaMatch() {}

    /**
     * The columns of the file that the table has as well, as they are in the file.
     *
     * @param location where the file is, for messages
     * @throws PipelineException {@link ErrorCode#OBJECT_CORRUPT} if the table cannot hold the rows of the file
     */
    static MessageType commonColumns(MessageType file, TargetTable table, String location) {
        List<Type> common = new ArrayList<>();
        for (Type expected : ParquetSchemas.of(table).getFields()) {
            if (file.containsField(expected.getName())) {
                Type found = file.getType(expected.getName());
                requireReadable(found, expected, table, location);
                common.add(found);
            } else if (!expected.isRepetition(Repetition.OPTIONAL)) {
                throw unfit(
                        location,
                        table,
                        "lacks the column " + describe(expected)
                                + "; declare it nullable, for older objects never get a new column");
            }
        }
        return new MessageType(table.name(), common);
    }

    private static void requireReadable(Type found, Type expected, TargetTable table, String location) {
        if (!describeType(found).equals(describeType(expected)) || found.isRepetition(Repetition.REPEATED)) {
            throw unfit(
                    location,
                    table,
                    "has " + describe(found) + "; expected " + describe(expected)
                            + "; a column never changes its type, declare a new one beside it");
        }
        if (found.isRepetition(Repetition.OPTIONAL) && expected.isRepetition(Repetition.REQUIRED)) {
            throw unfit(
                    location,
                    table,
                    "has " + describe(found) + "; expected " + describe(expected)
                            + "; declare it nullable, for older objects may have NULL in it");
        }
    }

    private static String describe(Type type) {
        return "\"" + type.getRepetition() + " " + describeType(type) + "\"";
    }

    /** Like Parquet's own schema language, which depends on the default locale. */
    private static String describeType(Type type) {
        String physical = type.isPrimitive()
                ? type.asPrimitiveType().getPrimitiveTypeName().name()
                : "GROUP";
        String logical = type.getLogicalTypeAnnotation() == null ? "" : " (" + type.getLogicalTypeAnnotation() + ")";
        return physical + " " + type.getName() + logical;
    }

    private static PipelineException unfit(String location, TargetTable table, String problem) {
        return new PipelineException(
                ErrorCode.OBJECT_CORRUPT, location + " cannot be read as " + table.name() + ": it " + problem);
    }
}
