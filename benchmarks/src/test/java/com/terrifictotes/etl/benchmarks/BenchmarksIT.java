package com.terrifictotes.etl.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terrifictotes.etl.common.catalogue.Totesys;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Every benchmark, tiny: that it measures what it says, not how fast anything is. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BenchmarksIT {

    private static final long ROWS = 2_000;
    private static final int ROUNDS = 2;

    private BenchmarkServers servers;
    private TotesysSource source;

    @BeforeAll
    void startServers() throws IOException, SQLException {
        servers = BenchmarkServers.start(Path.of("target", "servers"), null, false);
        source = TotesysSource.create(servers.database(), ROWS);
    }

    @AfterAll
    void stopServers() {
        servers.close();
    }

    @Test
    void firstLoadExtractsEveryRowInEveryRound() throws Exception {
        FirstLoad.Figures figures = FirstLoad.measure(servers, source, ROUNDS);

        assertThat(figures.extracted().salesOrders()).isEqualTo(ROWS);
        assertThat(figures.extracted().bytes()).isGreaterThan(100 * ROWS);
        assertThat(figures.copies()).extracting(Timings::contender).contains("JDBC COPY");
        assertThat(figures.copies()).allSatisfy(BenchmarksIT::hasTimes);
        hasTimes(figures.stage());
    }

    @Test
    void quietTickIsCheapAndComparedWithAsManyRoundTrips() throws Exception {
        QuietTick.Figures figures = QuietTick.measure(servers, source, 1, ROUNDS);

        assertThat(figures.cost().s3Requests())
                .as("requests of a warm function")
                .isEqualTo(1);
        assertThat(figures.cost().connections()).isEqualTo(1);
        assertThat(figures.cost().roundTrips()).as("for eleven tables").isBetween(1, 6);
        hasTimes(figures.bare());
        hasTimes(figures.tick());
    }

    @Test
    void loneExtractionTellsItsMemory() throws Exception {
        LoneExtraction.Outcome outcome = HeapCommand.measure(servers, source, 64);

        assertThat(outcome.extracted().salesOrders()).isEqualTo(ROWS);
        assertThat(outcome.seconds()).isPositive();
        assertThat(outcome.memory().heapAlive()).isPositive();
        assertThat(outcome.memory().heapCommitted()).isBetween(outcome.memory().heapUsed(), 64L << 20);
    }

    @Test
    void transformWritesWhatDuckDbWritesAndIsMeasuredBesideIt(@TempDir Path folder) throws Exception {
        CsvStore.ofSize(folder, ROWS).fill(source, servers.database());
        StringWriter output = new StringWriter();

        int code = BenchmarksCommand.commandLine()
                .setOut(new PrintWriter(output))
                .execute("transform", "--rows=" + ROWS, "--rounds=1", "--only=all-cores-primed", "--store=" + folder);

        assertThat(code).isZero();
        assertThat(output.toString()).startsWith("""
                        transform: 2,000 sales orders, 1 rounds
                          DuckDB reads the same in both, and the types of the catalogue
                        """).containsPattern("stage / DuckDB, rows/s( +\\d+\\.\\d\\d){4}\n");
        assertThat(folder).as("only the store is kept").isDirectoryNotContaining("glob:**/totesys-benchmark-*");
    }

    @Test
    void missingRowIsNoticed(@TempDir Path folder) throws Exception {
        CsvStore store = CsvStore.ofSize(folder, ROWS);
        store.fill(source, servers.database());
        List<String> lines = Files.readAllLines(store.salesOrders().getFirst());
        Path shorter = Files.write(folder.resolve("shorter.csv"), lines.subList(0, lines.size() - 1));
        Path whole = folder.resolve("whole.parquet");
        Path part = folder.resolve("part.parquet");
        try (DuckDb duckDb = DuckDb.open()) {
            duckDb.convert(store.salesOrders(), whole, DuckDb.ParquetVersion.V1);
            duckDb.convert(List.of(shorter), part, DuckDb.ParquetVersion.V2);

            assertThatThrownBy(() -> ParquetCheck.requireSameRows(
                            duckDb,
                            Totesys.CATALOGUE.target(Transformation.LARGE_TARGET),
                            whole.toString(),
                            part.toString()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("the rows of fact_sales_order in " + whole + " add up to [2000, ");
        }
    }

    @Test
    void loneTransformationTellsItsMemory(@TempDir Path folder) throws Exception {
        CsvStore store = CsvStore.ofSize(folder, ROWS);
        store.fill(source, servers.database());

        LoneTransformation.Outcome outcome = LoneTransformation.run(store, folder.resolve("work"), 128);

        assertThat(outcome.seconds()).isPositive();
        assertThat(outcome.memory().heapAlive()).isPositive();
        assertThat(outcome.memory().heapCommitted()).isBetween(outcome.memory().heapUsed(), 128L << 20);
    }

    @Test
    void oneRowIsTransformedFromFilesAndFromS3(@TempDir Path folder) throws Exception {
        OneRow.Figures figures = OneRow.measure(servers, source, folder, 1, ROUNDS);

        hasTimes(figures.files());
        hasTimes(figures.s3());
    }

    @Test
    void firstLoadIntoWarehouseIsMeasuredBesideCopiesByHand(@TempDir Path folder) throws Exception {
        CsvStore.ofSize(folder, ROWS).fill(source, servers.database());
        StringWriter output = new StringWriter();

        int code = BenchmarksCommand.commandLine()
                .setOut(new PrintWriter(output))
                .execute("load-first", "--rows=" + ROWS, "--rounds=1", "--store=" + folder);

        assertThat(code).isZero();
        assertThat(output.toString())
                .startsWith("load-first: 2,000 sales orders, 1 rounds\n")
                .containsPattern("load stage / \\w+ copy( +\\d+\\.\\d\\d){4}\n")
                .containsPattern("load stage / \\w+ copy, keys later( +\\d+\\.\\d\\d){4}\n");
        assertThat(folder).as("only the store is kept").isDirectoryNotContaining("glob:**/totesys-benchmark-*");
    }

    @Test
    void loadTickCostsTheSameForEveryNumberOfChanges(@TempDir Path folder) throws Exception {
        LoadTick.Figures figures =
                LoadTick.measure(servers, source, folder, new LoadTick.Plan(10, List.of(1, 100), 1, ROUNDS));

        assertThat(figures.costs()).containsOnlyKeys(1, 10, 100);
        assertThat(Set.copyOf(figures.costs().values()))
                .singleElement()
                .satisfies(cost -> assertThat(cost.connections()).isEqualTo(1));
        hasTimes(figures.bare());
        hasTimes(figures.tick());
    }

    @Test
    void changesAreLoadedAndBroughtByHandWithTheSameResult(@TempDir Path folder) throws Exception {
        LoadChanges.Figures figures = LoadChanges.measure(servers, source, folder, 100, SqlClient.JDBC, ROUNDS);

        assertThat(figures.rows()).as("every version").isEqualTo(ROWS + 100);
        hasTimes(figures.stage());
        hasTimes(figures.ofFact());
        hasTimes(figures.byHand());
    }

    @Test
    void lostRowAndLostIndexAreNoticed(@TempDir Path folder) throws Exception {
        Warehouses warehouses = servers.warehouses();
        Warehouse warehouse = warehouses.create();
        try (Connection connection = warehouse.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE fact (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, etl_run bigint,"
                    + " size int REFERENCES fact, UNIQUE (size))");
            statement.execute("CREATE INDEX by_size ON fact (size) WHERE size > 1");
            statement.execute("INSERT INTO fact (etl_run, size) VALUES (7, 1), (8, 2)");
            FactTable fact = FactTable.of(connection, "fact");
            FactCheck check = FactCheck.of(connection, fact);
            fact.export(connection, 0, 7, folder.resolve("rows"));

            assertThat(folder.resolve("rows")).hasContent("7\t1\n7\t2\n");
            statement.execute("UPDATE fact SET etl_run = 9");
            check.require(warehouse, "another number of the run");
            execute(statement, CopyScript.bare(fact).before());
            assertThatThrownBy(() -> check.require(warehouse, "lost indexes"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("lost indexes left FactTable[name=fact, ");
            execute(statement, CopyScript.bare(fact).after());
            check.require(warehouse, "indexes made again");
            statement.execute("DELETE FROM fact WHERE size = 2");
            assertThatThrownBy(() -> check.require(warehouse, "lost row"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("lost row left rows in fact that add up to Contents[rows=1, ");
        }
        warehouses.drop(warehouse);
    }

    @Test
    void commandMeasuresGivenEmptyDatabase(@TempDir Path folder) throws Exception {
        StringWriter output = new StringWriter();
        CommandLine command = BenchmarksCommand.commandLine().setOut(new PrintWriter(output));
        Path secret = Files.writeString(
                folder.resolve("secret.json"), servers.secret().replace("\"totesys\"", "\"given\""));
        execute("CREATE DATABASE given");

        int code = command.execute(
                "quiet-tick",
                "--database=" + secret,
                "--folder=" + folder,
                "--rows=100",
                "--rounds=1",
                "--large-rows=200",
                "--large-rounds=1");

        assertThat(code).isZero();
        assertThat(output.toString())
                .contains("quiet-tick: 100 sales orders, 1 rounds after 1 to warm up", "quiet-tick: 200 sales orders")
                .containsPattern("quiet tick / bare round trips( +\\d+\\.\\d\\d){4}\n");
    }

    @Test
    void loadIntoWarehousesLeavesNothingOnGivenServer(@TempDir Path folder) throws Exception {
        StringWriter output = new StringWriter();
        Path secret = Files.writeString(
                folder.resolve("secret.json"), servers.secret().replace("\"totesys\"", "\"given_for_load\""));
        execute("CREATE DATABASE given_for_load");
        List<String> before = rolesAndDatabases();

        int code = BenchmarksCommand.commandLine()
                .setOut(new PrintWriter(output))
                .execute("load-changes", "--database=" + secret, "--rows=200", "--changed=50", "--rounds=1");

        assertThat(code).isZero();
        assertThat(output.toString())
                .startsWith("load-changes: 50 of 200 sales orders, 1 rounds\n")
                .containsPattern("load stage / \\w+ copy and INSERT( +\\d+\\.\\d\\d){4}\n");
        assertThat(rolesAndDatabases()).isEqualTo(before);
    }

    @Test
    void numberBelowOneIsRefused() {
        StringWriter errors = new StringWriter();

        int code =
                BenchmarksCommand.commandLine().setErr(new PrintWriter(errors)).execute("heap", "--rows=5,0");

        assertThat(code).isEqualTo(2);
        assertThat(errors.toString())
                .startsWith("Invalid value for option '--rows' (N): expected a whole number from 1 to 2147483647, found"
                        + " '0'");
    }

    @Test
    void databaseWithTablesIsLeftAlone() {
        assertThatThrownBy(() -> TotesysSource.create(servers.database(), ROWS))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the database has 12 tables in its schema, and rows would be written there; name an empty"
                        + " database");
    }

    private List<String> rolesAndDatabases() throws SQLException {
        try (Connection connection = source.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT rolname FROM pg_roles UNION ALL SELECT datname FROM pg_database ORDER BY 1")) {
            List<String> names = new ArrayList<>();
            while (row.next()) {
                names.add(row.getString(1));
            }
            return names;
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = source.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void execute(Statement statement, List<String> statements) throws SQLException {
        for (String sql : statements) {
            statement.execute(sql);
        }
    }

    private static void hasTimes(Timings timings) {
        assertThat(timings.seconds())
                .as(timings.contender())
                .hasSize(ROUNDS)
                .allSatisfy(seconds -> assertThat(seconds).isPositive());
    }
}
