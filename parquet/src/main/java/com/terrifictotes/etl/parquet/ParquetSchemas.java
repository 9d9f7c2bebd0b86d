package com.terrifictotes.etl.parquet;

import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BOOLEAN;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT64;

import com.terrifictotes.etl.common.catalogue.TargetColumn;
import com.terrifictotes.etl.common.catalogue.TargetTable;
import com.terrifictotes.etl.common.catalogue.TargetType;
import java.math.BigInteger;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;
import org.apache.parquet.schema.Types.PrimitiveBuilder;

/**
 * Parquet schemas, derived from the catalogue.
 *
 * @see <a href="https://github.com/apache/parquet-format/blob/master/LogicalTypes.md">Parquet: logical types</a>
 */
final class ParquetSchemas {

    /** The most decimal digits that every INT32 holds. */
    private static final int INT32_DIGITS = 9;

    private ParquetSchemas() {}

    /** The schema of a table: its columns in their order, OPTIONAL where NULL is allowed. */
    static MessageType of(TargetTable table) {
        List<Type> fields = table.columns().stream().map(ParquetSchemas::field).toList();
        return new MessageType(table.name(), fields);
    }

    private static Type field(TargetColumn column) {
        Repetition repetition = column.nullable() ? Repetition.OPTIONAL : Repetition.REQUIRED;
        PrimitiveBuilder<PrimitiveType> builder = Types.primitive(physicalType(column.type()), repetition);
        return switch (column.type()) {
            case TargetType.Whole whole -> builder.named(column.name());
            case TargetType.Truth truth -> builder.named(column.name());
            case TargetType.Text text ->
                builder.as(LogicalTypeAnnotation.stringType()).named(column.name());
            case TargetType.Date date ->
                builder.as(LogicalTypeAnnotation.dateType()).named(column.name());
            case TargetType.Time time ->
                builder.as(LogicalTypeAnnotation.timeType(false, LogicalTypeAnnotation.TimeUnit.MICROS))
                        .named(column.name());
            case TargetType.Decimal decimal ->
                builder.as(LogicalTypeAnnotation.decimalType(decimal.scale(), decimal.precision()))
                        .named(column.name());
        };
    }

    /** The smallest physical type that holds every value of that type. */
    static PrimitiveTypeName physicalType(TargetType type) {
        return switch (type) {
            case TargetType.Whole whole -> INT32;
            case TargetType.Date date -> INT32;
            case TargetType.Time time -> INT64;
            case TargetType.Decimal decimal -> decimal.precision() <= INT32_DIGITS ? INT32 : INT64;
            case TargetType.Truth truth -> BOOLEAN;
            case TargetType.Text text -> BINARY;
        };
    }

    /** The smallest number that a column of that type holds, as {@link ColumnValues} has it. */
    static long smallest(TargetType type) {
        return switch (type) {
            case TargetType.Whole whole -> Integer.MIN_VALUE;
            case TargetType.Date date -> Integer.MIN_VALUE;
            case TargetType.Time time -> 0;
            case TargetType.Decimal decimal -> -largest(decimal);
            case TargetType.Truth truth -> 0;
            case TargetType.Text text -> throw noNumber();
        };
    }

    /** The largest number that a column of that type holds, as {@link ColumnValues} has it. */
    static long largest(TargetType type) {
        return switch (type) {
            case TargetType.Whole whole -> Integer.MAX_VALUE;
            case TargetType.Date date -> Integer.MAX_VALUE;
            case TargetType.Time time -> TimeUnit.DAYS.toMicros(1) - 1;
            case TargetType.Decimal decimal ->
                BigInteger.TEN.pow(decimal.precision()).longValueExact() - 1;
            case TargetType.Truth truth -> 1;
            case TargetType.Text text -> throw noNumber();
        };
    }

    private static IllegalArgumentException noNumber() {
        return new IllegalArgumentException("text is no number");
    }
}
