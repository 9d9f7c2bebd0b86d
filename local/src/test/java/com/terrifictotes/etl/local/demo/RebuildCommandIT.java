package com.terrifictotes.etl.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.common.Deadline;
import com.terrifictotes.etl.common.runlog.ObjectKeys;
import com.terrifictotes.etl.common.runlog.RunLogs;
import com.terrifictotes.etl.extract.ExtractRequest;
import com.terrifictotes.etl.local.CommandRuns;
import com.terrifictotes.etl.testsupport.TestServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RebuildCommandIT {

    @RegisterExtension
    private final CommandRuns command = new CommandRuns();

    private final PipelineFixture fixture = PipelineFixture.filled();

    RebuildCommandIT() throws SQLException {}

    /** Three runs: everything, changes, and the way back. */
    @BeforeEach
    void load() throws SQLException {
        tick();
        fixture.source.execute("UPDATE sales_order SET units_sold = units_sold # 1 WHERE sales_order_id % 3 = 0");
        fixture.source.execute("UPDATE department SET location = 'Hull' WHERE department_id = 1");
        tick();
        fixture.source.execute("UPDATE sales_order SET units_sold = units_sold # 1 WHERE sales_order_id % 3 = 0");
        tick();
    }

    @Test
    void emptySchemaEndsEqualAndADifferenceIsTold() throws SQLException {
        assertThat(rebuild("rebuilt", fixture.processedBucket, "--compare-with=public"))
                .as(command.error())
                .isZero();

        assertThat(command.output())
                .containsPattern("run 3 of 3: [0-9,]+ rows in [0-9]+\\.[0-9] s, [0-9]+\\.[0-9] s per million");
        assertThat(command.output())
                .contains("\nfact_sales_order: ")
                .doesNotContain("differ")
                .endsWith("EQUAL: schemas rebuilt and public" + System.lineSeparator());

        fixture.warehouse.execute("UPDATE dim_staff SET first_name = 'Mallory' WHERE staff_id = 1;"
                + " INSERT INTO dim_currency VALUES (99, 'XXX', 'No currency')");
        command.forget();
        assertThat(rebuild("rebuilt", fixture.processedBucket, "--compare-with=public"))
                .isEqualTo(1);

        assertThat(command.output())
                .contains(
                        "schema public has rows from before the pipeline (etl_run 0), dim_currency among others; no log"
                                + " has them, so schema rebuilt lacks them")
                .containsPattern("dim_staff: [0-9,]+ rows, of which 1 differ; public has 1 others")
                .contains("DIFFERENT: schemas rebuilt and public");
    }

    @Test
    void rebuildThatWasStoppedGoesOn() {
        fixture.cold(fixture.warehouse, "rebuilt").load().loadPending(new Deadline(() -> Duration.ZERO));

        assertThat(rebuild("rebuilt", fixture.processedBucket, "--compare-with=public"))
                .as(command.error())
                .isZero();
        command.forget();
        assertThat(rebuild("rebuilt", fixture.processedBucket)).isZero();

        assertThat(command.output().strip())
                .isEqualTo(
                        "nothing to do: warehouse schema rebuilt has all runs of the log, 3; to build it from nothing,"
                                + " give an empty schema");
    }

    @Test
    void lakeThatIsLostIsMadeAgain() {
        String processed = TestServers.shared().createBucket("again");

        assertThat(rebuild("rebuilt", processed, "--compare-with=public"))
                .as(command.error())
                .isZero();

        assertThat(command.output()).contains("EQUAL");
    }

    /** The log of loaded runs is about the pipeline's own warehouse: what it says is what the extraction takes for loaded. */
    @Test
    void runThatOnlyTheRebuiltSchemaHasIsStillPendingAndNotCompared() throws SQLException {
        fixture.source.execute("UPDATE sales_order SET units_sold = units_sold # 1 WHERE sales_order_id = 1");
        fixture.cold().extract().extract(ExtractRequest.changes(), Deadline.none());
        fixture.cold().transform().transformPending(Deadline.none());

        assertThat(rebuild("rebuilt", fixture.processedBucket, "--compare-with=public"))
                .isEqualTo(1);

        assertThat(command.output())
                .contains("cannot compare: schema rebuilt ends with run 4, schema public with run 3");
        assertThat(fixture.cold().logs().pending()).containsExactly(4L);
        assertThat(fixture.cold().pipeline().tick().loaded()).containsExactly(4L);
    }

    @Test
    void bucketsOfAnotherLogAreRefused() throws SQLException {
        fixture.warehouse.execute("UPDATE etl_run SET extract_attempt = 'of another log'");

        assertThat(rebuild("public", fixture.processedBucket)).isEqualTo(1);

        RunLogs logs = fixture.cold().logs();
        assertThat(command.error().strip())
                .isEqualTo("RUN_LOG_CORRUPT: warehouse schema public has been loaded up to run 3 from another log: "
                        + logs.committed().locate(3) + " is of attempt "
                        + logs.committed().read(3).attempt() + ", in the ledger it is of another log; give the function"
                        + " the buckets that the warehouse was loaded from, or an empty schema");

        command.forget();
        String empty = fixture.servers.createBucket("empty");
        assertThat(rebuildFrom(empty, "rebuilt", fixture.processedBucket)).isEqualTo(1);

        assertThat(command.error().strip())
                .isEqualTo("CONFIGURATION_INVALID: there is nothing to build a warehouse from: s3://" + empty + "/"
                        + ObjectKeys.manifest(1) + " does not exist; expected the bucket that extract writes to as"
                        + " --ingestion-bucket");
        assertThat(command.output()).isEmpty();
    }

    @Test
    void rowsOfNoRunAreRefused() throws SQLException {
        fixture.warehouse.execute("CREATE SCHEMA mine; CREATE TABLE mine.dim_currency (currency_id int PRIMARY KEY,"
                + " currency_code varchar NOT NULL, currency_name varchar NOT NULL);"
                + " INSERT INTO mine.dim_currency VALUES (1, 'GBP', 'Pound')");

        assertThat(rebuild("mine", fixture.processedBucket)).isEqualTo(1);

        assertThat(command.error().strip())
                .isEqualTo("CONFIGURATION_INVALID: table mine.dim_currency has rows that no run of the log has brought;"
                        + " a rebuild wants an empty schema: give another name as --warehouse-schema");
        try (Connection connection = fixture.warehouse.connect()) {
            assertThat(connection
                            .getMetaData()
                            .getTables(null, "mine", "etl_run", null)
                            .next())
                    .isFalse();
        }
    }

    @Test
    void boundThatIsNoPercentageIsRefused() {
        assertThat(rebuild("rebuilt", fixture.processedBucket, "--mass-deletion-percent=101"))
                .isEqualTo(2);

        assertThat(command.error()).startsWith("--mass-deletion-percent is 101; expected a number from 0 to 100");
    }

    private void tick() {
        fixture.cold().pipeline().tick();
    }

    private int rebuild(String schema, String processedBucket, String... more) {
        return rebuildFrom(fixture.ingestionBucket, schema, processedBucket, more);
    }

    private int rebuildFrom(String ingestionBucket, String schema, String processedBucket, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "rebuild",
                "--ingestion-bucket=" + ingestionBucket,
                "--processed-bucket=" + processedBucket,
                "--warehouse-url=" + CommandRuns.url(fixture.warehouse.owner()),
                "--warehouse-schema=" + schema));
        arguments.addAll(List.of(more));
        return command.run(arguments.toArray(String[]::new));
    }
}
