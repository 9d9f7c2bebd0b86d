package com.terrifictotes.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.common.runlog.RunManifest.Reading;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.PGConnection;

/** What the upkeep of a source does to its rows, and what looks like upkeep and is a change. */
class FrozenRowsIT {

    private static final String DESIGN = "INSERT INTO design (design_name, file_location, file_name, last_updated)"
            + " VALUES ('Bag', '/designs', 'bag.json', now())";

    /**
     * What upkeep may change of a table.
     *
     * @param oid the table's number
     * @param file the number of its file
     * @param writer the transaction that wrote its latest row, as the row says
     * @param frozen whether the table has no row that is not frozen
     */
    private record State(long oid, long file, long writer, boolean frozen) {}

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    VACUUM (FREEZE) design           | false
                    VACUUM (FULL) design             | true
                    CLUSTER design USING design_pkey | true
                    """)
    void rowsThatAreFrozenTravelNeitherLessNorMore(String upkeep, boolean rewrites) throws Exception {
        Ticks ticks = Ticks.onSharedServer();
        ticks.tick();
        ticks.source().execute(DESIGN);
        State before = state(ticks);

        ticks.source().execute(upkeep);

        State after = state(ticks);
        assertThat(before.frozen()).isFalse();
        assertThat(after.frozen()).isTrue();
        assertThat(after.writer()).isEqualTo(before.writer());
        assertThat(after.oid()).isEqualTo(before.oid());
        assertThat(after.file() != before.file()).isEqualTo(rewrites);
        OptionalLong run = ticks.tick();
        ticks.assertReading(run, Reading.CHANGES);
        assertThat(ticks.designs(run)).containsExactly(2);
        ticks.source().execute(upkeep);
        assertThat(ticks.tick()).isEmpty();
        ticks.assertNothingLost();
    }

    @Test
    void rowsThatWereFrozenFromTheStartTravel() throws Exception {
        Ticks ticks = Ticks.onSharedServer();
        ticks.tick();
        try (Connection connection = ticks.source().connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("TRUNCATE payment");
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn(
                            "COPY payment FROM STDIN (FORMAT csv, FREEZE)",
                            new StringReader("7,2024-01-01,2024-01-01,1,1,9.99,1,1,f,2024-03-01,12345678,87654321\n"));
            connection.commit();
        }

        ticks.assertReading(ticks.tick(), Reading.CHANGES);

        ticks.assertNothingLost();
        assertThat(ticks.tick()).isEmpty();
    }

    /** A default that differs from row to row is written into every row at once. */
    @Test
    void rowsThatAChangeOfTheSchemaWritesAnewTravel() throws Exception {
        Ticks ticks = Ticks.onSharedServer();
        ticks.tick();
        State before = state(ticks);

        ticks.source().execute("ALTER TABLE design ADD checked timestamptz DEFAULT clock_timestamp()");

        assertThat(state(ticks).writer()).isNotEqualTo(before.writer());
        OptionalLong run = ticks.tick();
        ticks.assertReading(run, Reading.CHANGES);
        assertThat(ticks.designs(run)).containsExactly(1);
        ticks.assertNothingLost();
        assertThat(ticks.tick()).isEmpty();
    }

    private static State state(Ticks ticks) throws SQLException {
        try (Connection connection = ticks.source().connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("""
                        SELECT oid::bigint, relfilenode::bigint, latest.xmin::text::bigint,
                               age(relfrozenxid) < age(latest.xmin)
                        FROM pg_class, (SELECT xmin FROM design ORDER BY design_id DESC LIMIT 1) latest
                        WHERE oid = 'design'::regclass
                        """)) {
            row.next();
            return new State(row.getLong(1), row.getLong(2), row.getLong(3), row.getBoolean(4));
        }
    }
}
