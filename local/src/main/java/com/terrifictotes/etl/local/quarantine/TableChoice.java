package com.terrifictotes.etl.local.quarantine;

import com.terrifictotes.etl.common.catalogue.Catalogue;
import com.terrifictotes.etl.common.catalogue.TargetTable;
import com.terrifictotes.etl.common.catalogue.Totesys;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The warehouse tables whose quarantine is looked at.
 *
 * @param targets their names, in the order of the catalogue
 */
record TableChoice(List<String> targets) {

    TableChoice {
        targets = List.copyOf(targets);
    }

    /** Every table that is made from rows; the calendar is not. */
    static TableChoice all(Catalogue catalogue) {
        return new TableChoice(madeFromRows(catalogue).map(TargetTable::name).toList());
    }

    /**
     * The warehouse table of that name, or those that are made from the source table of that name.
     *
     * @throws IllegalArgumentException if there is none; it lists the names that there are
     */
    static TableChoice named(Catalogue catalogue, String name) {
        List<String> chosen = madeFromRows(catalogue)
                .filter(target ->
                        target.name().equals(name) || target.sourceTable().equals(Optional.of(name)))
                .map(TargetTable::name)
                .toList();
        if (chosen.isEmpty()) {
            throw new IllegalArgumentException("\"" + name + "\" is no table with a quarantine; expected one of "
                    + madeFromRows(catalogue).map(TargetTable::name).collect(Collectors.joining(", "))
                    + ", or the source table of one: "
                    + madeFromRows(catalogue)
                            .map(TargetTable::requireSource)
                            .distinct()
                            .collect(Collectors.joining(", ")));
        }
        return new TableChoice(chosen);
    }

    private static Stream<TargetTable> madeFromRows(Catalogue catalogue) {
        return catalogue.targets().stream()
                .filter(target -> target.sourceTable().isPresent());
    }

    /** The option {@code --table}. */
    static final class Converter implements ITypeConverter<TableChoice> {
        @Override
        public TableChoice convert(String value) {
            try {
                return named(Totesys.CATALOGUE, value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
