package com.terrifictotes.etl.local.quarantine;

import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.common.runlog.ObjectKeys;
import com.terrifictotes.etl.common.storage.ObjectStore;
import com.terrifictotes.etl.local.CommandRuns;
import com.terrifictotes.etl.loopback.Fault;
import com.terrifictotes.etl.loopback.Operation;
import com.terrifictotes.etl.testsupport.TestServers;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class QuarantineCommandIT {

    private static final LocalDate FIRST = LocalDate.of(2026, 1, 2);
    private static final LocalDate SECOND = LocalDate.of(2026, 1, 3);

    private static final String ORDER = """
            {"target":"fact_sales_order","table":"sales_order","run":1,"object":"s3://i/data/sales_order/a.csv",\
            "record":6,"offset":1234,"column":"staff_id","reason":"is NULL, which the star schema does not allow",\
            "values":{"sales_order_id":"6","staff_id":null,"units_sold":""}}""";
    private static final String OLDER_ORDER = """
            {"target":"fact_sales_order","table":"sales_order","run":1,"object":"s3://i/data/sales_order/b.csv",\
            "record":9,"column":"staff_id","reason":"is NULL, which the star schema does not allow",\
            "values":{"sales_order_id":"9","staff_id":null,"units_sold":"\\u001b[2J"}}""";
    private static final String SHORT_ORDER = """
            {"target":"fact_sales_order","table":"sales_order","run":1,"object":"s3://i/data/sales_order/b.csv",\
            "record":10,"offset":99,"reason":"has 2 fields, expected 3","values":{"sales_order_id":"10"},\
            "truncated":true}""";
    private static final String STAFF = """
            {"target":"dim_staff","table":"staff","run":1,"object":"s3://i/data/staff/a.csv","record":1,"offset":70,\
            "column":"department_id","reason":"refers to a row of department that the run does not carry",\
            "values":{"staff_id":"5","department_id":"77"}}""";
    private static final String LATER_STAFF = STAFF.replace("\"run\":1", "\"run\":2");

    private static final String ORDERS_1 = ObjectKeys.quarantine("fact_sales_order", FIRST, 1, 1);
    private static final String ORDERS_2 = ObjectKeys.quarantine("fact_sales_order", FIRST, 1, 2);
    private static final String STAFF_1 = ObjectKeys.quarantine("dim_staff", FIRST, 1, 3);
    private static final String STAFF_2 = ObjectKeys.quarantine("dim_staff", SECOND, 2, 1);

    private final TestServers servers = TestServers.shared();
    private final ObjectStore store = new ObjectStore(servers.s3(), servers.createBucket("processed"));

    @RegisterExtension
    private final CommandRuns command = new CommandRuns();

    @BeforeEach
    void fillTheQuarantine() {
        put(ORDERS_1, ORDER + "\n");
        put(ORDERS_2, OLDER_ORDER + "\n" + SHORT_ORDER + "\n");
        put(STAFF_1, STAFF + "\n");
        put(STAFF_2, LATER_STAFF + "\n");
        put("quarantine/dim_staff/note.txt", "not an object of the quarantine");
    }

    @Test
    void listHasEveryObjectNewestFirst() {
        assertThat(run("list")).as(command.error()).isZero();

        assertThat(command.output()).isEqualToNormalizingNewlines("""
                run 2  2026-01-03  dim_staff  1 row
                    1 row: department_id refers to a row of department that the run does not carry
                    quarantine/dim_staff/2026/01/03/0000000002-00001.jsonl (%d bytes)
                run 1  2026-01-02  dim_staff  1 row
                    1 row: department_id refers to a row of department that the run does not carry
                    quarantine/dim_staff/2026/01/02/0000000001-00003.jsonl (%d bytes)
                run 1  2026-01-02  fact_sales_order  1 row
                    1 row: staff_id is NULL, which the star schema does not allow
                    quarantine/fact_sales_order/2026/01/02/0000000001-00001.jsonl (%d bytes)
                run 1  2026-01-02  fact_sales_order  2 rows
                    1 row: has 2 fields, expected 3
                    1 row: staff_id is NULL, which the star schema does not allow
                    quarantine/fact_sales_order/2026/01/02/0000000001-00002.jsonl (%d bytes)

                Total: 5 rows in 4 objects.
                The rows themselves, and what to do: totesys quarantine show --run 2 --processed-bucket %s
                """.formatted(
                        LATER_STAFF.length() + 1,
                        STAFF.length() + 1,
                        ORDER.length() + 1,
                        OLDER_ORDER.length() + 1 + SHORT_ORDER.length() + 1,
                        store.bucket()));
        assertThat(command.error()).isEmpty();
    }

    @Test
    void listIsLimitedAndFiltered() {
        assertThat(run("list", "--limit=1")).isZero();
        assertThat(command.output())
                .contains(STAFF_2, "Total: 1 row in 1 object. 3 older objects not listed; see --limit.");

        assertThat(listed("--run=1", "--table=staff")).containsExactly(STAFF_1);
        assertThat(listed("--table=dim_staff")).containsExactly(STAFF_2, STAFF_1);
        assertThat(listed("--since=2026-01-03")).containsExactly(STAFF_2);
        assertThat(listed("--since=2026-01-02")).hasSize(4);
        assertThat(listed("--since=2026-01-04")).isEmpty();
        assertThat(command.output())
                .isEqualToNormalizingNewlines(
                        "Nothing that was asked for is in the quarantine of s3://" + store.bucket() + ".\n");
    }

    @Test
    void showHasTheRowsOfARunAndWhatToDo() {
        assertThat(run("show", "--run=1", "--table=sales_order"))
                .as(command.error())
                .isZero();

        assertThat(command.output())
                .isEqualToNormalizingNewlines("""
                in %1$s

                sales_order, record 6 at byte 1234 of s3://i/data/sales_order/a.csv
                  staff_id is NULL, which the star schema does not allow
                    sales_order_id  "6"
                    staff_id        NULL
                    units_sold      ""

                in %2$s

                sales_order, record 9 of s3://i/data/sales_order/b.csv
                  staff_id is NULL, which the star schema does not allow
                    sales_order_id  "9"
                    staff_id        NULL
                    units_sold      "\\u001b[2J"

                sales_order, record 10 at byte 99 of s3://i/data/sales_order/b.csv
                  has 2 fields, expected 3
                    sales_order_id  "10"
                    (long values are cut; the object named above has them whole)

                3 rows shown.

                What to do
                  Correct the rows in Totesys (for "refers to a row of ...": add that row, or correct the reference).
                  The correction travels with the next tick by itself; the lines here stay as a record. To see that it
                  arrived (a fact has a new version then, with the later etl_run):
                    SELECT * FROM fact_sales_order WHERE sales_order_id IN (6, 9, 10) ORDER BY sales_record_id DESC;
                """.formatted(store.locate(ORDERS_1), store.locate(ORDERS_2)));
        assertThat(command.error()).isEmpty();
    }

    @Test
    void showStopsAtTheLimitAndSaysSo() {
        assertThat(run("show", "--run=1", "--limit=2")).isZero();
        assertThat(command.output())
                .contains("record 1 at", "record 6 at", "2 rows shown, and there are more; see --limit.");
        command.forget();

        assertThat(run("show", "--run=1", "--limit=4")).isZero();
        assertThat(command.output()).contains("4 rows shown.");
    }

    @Test
    void jsonIsTheLinesThemselves() {
        assertThat(run("show", "--run=1", "--format=json")).isZero();

        assertThat(command.output()).isEqualTo(String.join("\n", STAFF, ORDER, OLDER_ORDER, SHORT_ORDER) + "\n");
        assertThat(command.error().lines())
                .containsExactly("Long values of some rows are cut; the objects that the rows name have them whole.");
        command.forget();

        assertThat(run("show", STAFF_2, "--format=json")).isZero();
        assertThat(command.output()).isEqualTo(LATER_STAFF + "\n");
    }

    @Test
    void csvHasTheColumnsOfOneTable() {
        assertThat(run("show", "--run=1", "--table=fact_sales_order", "--format=csv"))
                .as(command.error())
                .isZero();

        assertThat(command.output()).isEqualTo("""
                "run","object","record","offset","column","reason","sales_order_id","staff_id","units_sold"
                "1","s3://i/data/sales_order/a.csv","6","1234","staff_id",\
                "is NULL, which the star schema does not allow","6",,""
                "1","s3://i/data/sales_order/b.csv","9",,"staff_id",\
                "is NULL, which the star schema does not allow","9",,"\u001b[2J"
                "1","s3://i/data/sales_order/b.csv","10","99",,"has 2 fields, expected 3","10",,
                """);
    }

    @Test
    void csvOfSeveralTablesIsRefused() {
        put("copies.jsonl", STAFF + "\n" + ORDER + "\n");

        assertThat(run("show", "--run=1", "--format=csv")).isEqualTo(2);
        assertThat(run("show", "copies.jsonl", "--format=csv")).isEqualTo(2);

        String refusal = "The rows are of several tables, and CSV has the columns of one; choose one with --table:"
                + " dim_staff, fact_sales_order";
        String hint = "Try 'totesys quarantine show --help'";
        assertThat(command.error().lines()).containsExactly(refusal, hint, refusal, hint);
        assertThat(command.output()).isEmpty();
    }

    @Test
    void addressNamesItsBucket() {
        assertThat(command.run("quarantine", "show", store.locate(STAFF_1), "--format=json"))
                .as(command.error())
                .isZero();

        assertThat(command.output()).isEqualTo(STAFF + "\n");
    }

    @Test
    void lineThatIsNoRowIsToldAndTheOthersAreShown() {
        String key = ObjectKeys.quarantine("fact_payment", SECOND, 3, 1);
        put(key, "{\"target\":\n" + STAFF + "\n\nnull\n[]\nx\n" + STAFF + "\n");
        String reason = " of " + store.locate(key) + " is left out: it is no JSON object of a quarantined row";

        assertThat(run("show", "--run=3", "--format=json")).isEqualTo(1);

        assertThat(command.output()).isEqualTo(STAFF + "\n" + STAFF + "\n");
        assertThat(command.error().lines())
                .containsExactly(
                        "line 1" + reason,
                        "line 3" + reason,
                        "line 4" + reason,
                        "2 more lines of " + store.locate(key) + " are left out");
        assertThat(run("list", "--run=3")).isEqualTo(1);
        assertThat(command.output()).contains("Total: 2 rows in 1 object.");
    }

    @Test
    void nothingToShowIsNoError() {
        assertThat(run("show", "--run=9")).isZero();
        assertThat(command.output().lines())
                .containsExactly("Nothing that was asked for is in the quarantine of s3://" + store.bucket() + ".");
    }

    @Test
    void whatIsNotThereIsOneLine() {
        assertThat(run("show", "quarantine/none.jsonl")).isEqualTo(1);
        assertThat(command.run("quarantine", "list", "--processed-bucket=no-such-bucket"))
                .isEqualTo(1);
        System.setProperty("aws.endpointUrl", "http://127.0.0.1:1");
        assertThat(run("list")).isEqualTo(1);

        assertThat(command.error().lines())
                .containsExactly(
                        "OBJECT_MISSING: " + store.locate("quarantine/none.jsonl") + " does not exist",
                        "BUCKET_MISSING: cannot list s3://no-such-bucket/quarantine/dim_currency/: AWS answered 404"
                                + " NoSuchBucket; check the bucket's name and region",
                        "AWS_UNAVAILABLE: cannot list " + store.locate("quarantine/dim_currency/")
                                + ": AWS cannot be reached or broke off; it is tried again by itself");
    }

    @Test
    void brokenConnectionIsOneLine() {
        servers.requireLoopback().faults().next(Operation.GET_OBJECT, STAFF_2, new Fault.CutBody(100));

        assertThat(run("show", STAFF_2)).isEqualTo(1);

        assertThat(command.error().lines())
                .singleElement()
                .asString()
                .startsWith("AWS_UNAVAILABLE: cannot read " + store.locate(STAFF_2) + ": ");
    }

    @Test
    void wrongCommandLineIsTold() {
        assertThat(wrong("list", "--table=sales"))
                .startsWith("Invalid value for option '--table': \"sales\" is no table with a quarantine;"
                        + " expected one of dim_currency, ");
        assertThat(wrong("list", "--run=0"))
                .isEqualTo("Invalid value for option '--run': \"0\" is no whole number from 1 to 9999999999");
        assertThat(wrong("show")).isEqualTo("Which rows? Give either --run or the key of one object");
        assertThat(wrong("show", "--run=1", STAFF_1))
                .isEqualTo("Which rows? Give either --run or the key of one object");
        assertThat(wrong("show", STAFF_1, "--table=staff"))
                .isEqualTo("--table goes with --run; an object is of one table");
        assertThat(wrong("show", "s3://bucket"))
                .isEqualTo("\"s3://bucket\" is no address of an object; expected s3://bucket/key");
        assertThat(wrong("show", "--run=1", "--format=xml"))
                .isEqualTo("Invalid value for option '--format': \"xml\" is none; expected text, json or csv");
        assertThat(command.run("quarantine")).isEqualTo(2);
        assertThat(command.error()).startsWith("Which command? list, or show");
        command.forget();
        assertThat(command.run("quarantine", "list")).isEqualTo(2);
        assertThat(command.error().lines())
                .containsExactly(
                        "Missing required option: '--processed-bucket=BUCKET'", "Try 'totesys quarantine list --help'");
    }

    @Test
    void everyCommandExplainsItselfWithExamples() {
        for (List<String> arguments : List.of(
                List.of("quarantine", "--help"),
                List.of("quarantine", "list", "--help"),
                List.of("quarantine", "show", "--help"))) {
            assertThat(command.run(arguments.toArray(String[]::new))).isZero();
        }
        assertThat(command.output())
                .contains(
                        "Examples:", "totesys quarantine show --run 7 --format json | jq .reason", "PROCESSED_BUCKET");
    }

    private List<String> listed(String... options) {
        command.forget();
        String[] arguments =
                Stream.concat(Stream.of("list"), Stream.of(options)).toArray(String[]::new);
        assertThat(run(arguments)).as(command.error()).isZero();
        return command.output()
                .lines()
                .filter(line -> line.startsWith("    quarantine/"))
                .map(line -> line.strip().split(" ", 2)[0])
                .toList();
    }

    private String wrong(String... arguments) {
        command.forget();
        assertThat(run(arguments)).isEqualTo(2);
        assertThat(command.error().lines())
                .hasSize(2)
                .last()
                .isEqualTo("Try 'totesys quarantine " + arguments[0] + " --help'");
        String message = command.error().lines().findFirst().orElseThrow();
        command.forget();
        return message;
    }

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("quarantine"));
        all.addAll(List.of(arguments));
        all.add("--processed-bucket=" + store.bucket());
        return command.run(all.toArray(String[]::new));
    }

    private void put(String key, String lines) {
        store.putIfAbsent(key, lines.getBytes(StandardCharsets.UTF_8), "application/x-ndjson");
    }
}
