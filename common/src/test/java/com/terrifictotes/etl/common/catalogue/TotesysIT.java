package com.terrifictotes.etl.common.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.testsupport.TestServers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The catalogue against the operational schema on a real server, as the server itself describes it. */
class TotesysIT {

    private static final String COLUMNS = """
            SELECT c.table_name, c.column_name, c.is_nullable = 'YES', c.data_type, c.numeric_precision, c.numeric_scale,
                   format_type(a.atttypid, a.atttypmod), t.typtype = 'e'
            FROM information_schema.columns c
            JOIN pg_attribute a ON a.attrelid = format('%I.%I', c.table_schema, c.table_name)::regclass
                               AND a.attname = c.column_name
            JOIN pg_type t ON t.oid = a.atttypid
            WHERE c.table_schema = 'public' AND c.table_name <> '_prisma_migrations'
            ORDER BY c.table_name, c.ordinal_position
            """;

    private static final String KEYS = """
            SELECT t.table_name, k.column_name, p.table_name
            FROM information_schema.table_constraints t
            JOIN information_schema.key_column_usage k USING (constraint_schema, constraint_name)
            LEFT JOIN information_schema.referential_constraints r USING (constraint_schema, constraint_name)
            LEFT JOIN information_schema.table_constraints p ON p.constraint_name = r.unique_constraint_name
            WHERE t.table_schema = 'public' AND t.table_name <> '_prisma_migrations' AND t.constraint_type = '%s'
            """;

    private record Found(String name, boolean nullable, String sql, String formatted, boolean enumeration) {}

    private static final Map<String, List<Found>> TABLES = new LinkedHashMap<>();
    private static final List<String> PRIMARY_KEYS = new ArrayList<>();
    private static final List<Join> FOREIGN_KEYS = new ArrayList<>();

    @BeforeAll
    static void readTheSchema() throws SQLException {
        try (Connection connection =
                        TestServers.shared().createTotesysDatabase("catalogue").connect();
                Statement statement = connection.createStatement()) {
            try (ResultSet rows = statement.executeQuery(COLUMNS)) {
                while (rows.next()) {
                    TABLES.computeIfAbsent(rows.getString(1), table -> new ArrayList<>())
                            .add(new Found(
                                    rows.getString(2),
                                    rows.getBoolean(3),
                                    sql(rows),
                                    rows.getString(7),
                                    rows.getBoolean(8)));
                }
            }
            try (ResultSet rows = statement.executeQuery(KEYS.formatted("PRIMARY KEY"))) {
                while (rows.next()) {
                    PRIMARY_KEYS.add(rows.getString(1) + "." + rows.getString(2));
                }
            }
            try (ResultSet rows = statement.executeQuery(KEYS.formatted("FOREIGN KEY"))) {
                while (rows.next()) {
                    FOREIGN_KEYS.add(new Join(rows.getString(1), rows.getString(2), rows.getString(3)));
                }
            }
        }
    }

    @Test
    void everyTableOfTheSourceIsDeclaredAndNoOther() {
        assertThat(Totesys.CATALOGUE.sources())
                .extracting(SourceTable::name)
                .containsExactlyInAnyOrderElementsOf(TABLES.keySet())
                .hasSize(11);
    }

    @Test
    void columnsHaveTheOrderTypeAndNullabilityOfTheSource() {
        for (SourceTable table : Totesys.CATALOGUE.sources()) {
            assertThat(table.columns().stream()
                            .map(column -> column.name() + " " + column.type().sql() + " " + column.nullable()))
                    .as(table.name())
                    .containsExactlyElementsOf(TABLES.getOrDefault(table.name(), List.of()).stream()
                            .map(found -> found.name() + " " + found.sql() + " " + found.nullable())
                            .toList());
        }
    }

    @Test
    void declaredTypesAcceptTheTypesOfTheSource() {
        for (SourceTable table : Totesys.CATALOGUE.sources()) {
            for (Found found : TABLES.getOrDefault(table.name(), List.of())) {
                assertThat(table.column(found.name())
                                .orElseThrow()
                                .type()
                                .accepts(found.formatted(), found.enumeration()))
                        .as(table.name() + "." + found.name() + " " + found.formatted())
                        .isTrue();
            }
        }
    }

    @Test
    void keysAreThePrimaryKeysOfTheSource() {
        assertThat(Totesys.CATALOGUE.sources().stream().map(table -> table.name() + "." + table.key()))
                .containsExactlyInAnyOrderElementsOf(PRIMARY_KEYS);
    }

    @Test
    void joinsFollowForeignKeysOfTheSource() {
        assertThat(FOREIGN_KEYS).containsAll(Totesys.CATALOGUE.joins()).hasSize(17);
    }

    @Test
    void referencesOfFactsFollowForeignKeysOfTheSource() {
        for (TargetTable target : Totesys.CATALOGUE.targets()) {
            for (TargetColumn column : target.columns()) {
                if (column.expression() instanceof Expression.Value value
                        && column.type().equals(TargetType.INTEGER)
                        && column.references().isPresent()) {
                    String parent = Totesys.CATALOGUE
                            .target(column.references().orElseThrow())
                            .requireSource();
                    assertThat(FOREIGN_KEYS).contains(new Join(value.table(), value.column(), parent));
                }
            }
        }
    }

    /** In the words of the catalogue: character data is text whatever its bound, an enum is its label. */
    private static String sql(ResultSet row) throws SQLException {
        return switch (row.getString(4)) {
            case "character varying", "USER-DEFINED" -> "text";
            case "numeric" -> "numeric(" + row.getInt(5) + "," + row.getInt(6) + ")";
            default -> row.getString(4);
        };
    }
}
