package com.terrifictotes.etl.local.quarantine;

import com.terrifictotes.etl.common.catalogue.Catalogue;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which part of the quarantine a command looks at. */
final class SelectionOptions {

    private static final long LAST_RUN = 9_999_999_999L;

    @Option(names = "--run", paramLabel = "NUMBER", converter = Run.class, description = "Only this run.")
    private @Nullable Long run;

    @Option(
            names = "--table",
            paramLabel = "TABLE",
            converter = TableChoice.Converter.class,
            description = "Only this table: its name in the warehouse, or in Totesys.")
    private @Nullable TableChoice tables;

    SelectionOptions() {}

    OptionalLong run() {
        return run == null ? OptionalLong.empty() : OptionalLong.of(run);
    }

    boolean choosesTable() {
        return tables != null;
    }

    TableChoice tables(Catalogue catalogue) {
        return tables == null ? TableChoice.all(catalogue) : tables;
    }

    /** The number of a run. */
    static final class Run implements ITypeConverter<Long> {
        @Override
        public Long convert(String value) {
            return number(value, LAST_RUN);
        }
    }

    /** A limit. */
    static final class AtLeastOne implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return Math.toIntExact(number(value, Integer.MAX_VALUE));
        }
    }

    private static long number(String text, long largest) {
        try {
            long number = Long.parseLong(text);
            if (number >= 1 && number <= largest) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Answered below, in the same words.
        }
        throw new TypeConversionException("\"" + text + "\" is no whole number from 1 to " + largest);
    }
}
