package com.terrifictotes.etl.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terrifictotes.etl.common.Deadline;
import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.parquet.MetadataKeys;
import com.terrifictotes.etl.transform.TransformedBatch.TransformedTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransformStageIT {

    private static final String TIMES = "2022-11-03 14:20:49.962,2022-11-04 08:00:00";
    private static final String SALES_HEADER = "sales_order_id,created_at,last_updated,design_id,staff_id,"
            + "counterparty_id,units_sold,unit_price,currency_id,agreed_delivery_date,agreed_payment_date,"
            + "agreed_delivery_location_id";
    private static final String CURRENCY_HEADER = "currency_id,currency_code,created_at,last_updated";

    @TempDir
    private Path parent;

    private Path folder;
    private TestRun run;

    @BeforeEach
    void start() throws IOException {
        folder = Files.createDirectory(parent.resolve("work"));
        run = new TestRun(folder);
    }

    @AfterEach
    void temporaryFilesAreAlwaysRemoved() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void transformsEveryTable() {
        String currency = run.csv("currency", CURRENCY_HEADER, "1,GBP," + TIMES, "2,ZZZ," + TIMES);
        String type = run.csv(
                "payment_type",
                "payment_type_id,payment_type_name,created_at,last_updated",
                "1,SALES_RECEIPT," + TIMES);
        String department = run.csv(
                "department",
                "department_id,department_name,location,manager,created_at,last_updated",
                "7,Sales,,Ann," + TIMES,
                "8,Production,Leeds,\"\"," + TIMES);
        String staff = run.csv(
                "staff",
                "staff_id,first_name,last_name,department_id,email_address,created_at,last_updated",
                "1,Ada,Lovelace,8,ada@example.com," + TIMES,
                "2,Bob,Ross,7,bob@example.com," + TIMES);
        String address = run.csv(
                "address",
                "address_id,address_line_1,address_line_2,district,city,postal_code,country,phone,created_at,"
                        + "last_updated",
                "3,1 High St,,\"\",Leeds,LS1,England,0113 1," + TIMES);
        String counterparty = run.csv(
                "counterparty",
                "counterparty_id,counterparty_legal_name,legal_address_id,commercial_contact,delivery_contact,"
                        + "created_at,last_updated",
                "4,Totes & Sons,3,,," + TIMES);
        String design = run.csv(
                "design",
                "design_id,created_at,design_name,file_location,file_name,last_updated",
                "5,2022-11-03 14:20:49.962,Wooden,/usr,wooden.json,2022-11-03 14:20:49.962");
        String transaction = run.csv(
                "transaction",
                "transaction_id,transaction_type,sales_order_id,purchase_order_id,created_at,last_updated",
                "1,SALE,2,," + TIMES,
                "2,PURCHASE,,9," + TIMES);
        String sales =
                run.csv("sales_order", SALES_HEADER, "2," + TIMES + ",5,1,4,42972,3.94,1,2022-11-07,2022-11-08,3");
        String purchase = run.csv(
                "purchase_order",
                "purchase_order_id,created_at,last_updated,staff_id,counterparty_id,item_code,item_quantity,"
                        + "item_unit_price,currency_id,agreed_delivery_date,agreed_payment_date,"
                        + "agreed_delivery_location_id",
                "9," + TIMES + ",1,4,ZDOI5EA,371,361.39,2,2022-11-09,2022-11-07,3");
        String payment = run.csv(
                "payment",
                "payment_id,created_at,last_updated,transaction_id,counterparty_id,payment_amount,currency_id,"
                        + "payment_type_id,paid,payment_date,company_ac_number,counterparty_ac_number",
                "2," + TIMES + ",1,4,552548.09,1,1,f,2022-11-04,67305075,31622269");

        String dimCurrency = run.unit("dim_currency", currency);
        String dimType = run.unit("dim_payment_type", type);
        String dimStaff = run.unit("dim_staff", staff, department);
        String dimLocation = run.unit("dim_location", address);
        String dimCounterparty = run.unit("dim_counterparty", counterparty, address);
        String dimDesign = run.unit("dim_design", design);
        String dimTransaction = run.unit("dim_transaction", transaction);
        String factSales = run.unit("fact_sales_order", sales);
        String factPurchase = run.unit("fact_purchase_order", purchase);
        String factPayment = run.unit("fact_payment", payment);
        String dimDate = run.unit("dim_date", sales, purchase, payment);
        run.commit();

        TransformedBatch answer = run.stage.transform(1, 1);

        assertThat(answer.rows()).isEqualTo(18);
        assertThat(answer.quarantined()).isZero();
        assertThat(run.rows("dim_currency", dimCurrency)).containsExactly("1|GBP|British Pound", "2|ZZZ|ZZZ");
        assertThat(run.rows("dim_payment_type", dimType)).containsExactly("1|SALES_RECEIPT");
        assertThat(run.rows("dim_staff", dimStaff))
                .containsExactly(
                        "1|Ada|Lovelace|Production|Leeds|ada@example.com", "2|Bob|Ross|Sales|NULL|bob@example.com");
        assertThat(run.rows("dim_location", dimLocation)).containsExactly("3|1 High St|NULL||Leeds|LS1|England|0113 1");
        assertThat(run.rows("dim_counterparty", dimCounterparty))
                .containsExactly("4|Totes & Sons|1 High St|NULL||Leeds|LS1|England|0113 1");
        assertThat(run.rows("dim_design", dimDesign)).containsExactly("5|Wooden|/usr|wooden.json");
        assertThat(run.rows("dim_transaction", dimTransaction)).containsExactly("1|SALE|2|NULL", "2|PURCHASE|NULL|9");
        assertThat(run.rows("fact_sales_order", factSales))
                .containsExactly(
                        "2|2022-11-03|14:20:49.962|2022-11-04|08:00|1|4|42972|3.94|1|5|2022-11-08|2022-11-07|3");
        assertThat(run.rows("fact_purchase_order", factPurchase))
                .containsExactly(
                        "9|2022-11-03|14:20:49.962|2022-11-04|08:00|1|4|ZDOI5EA|371|361.39|2|2022-11-09|2022-11-07|3");
        assertThat(run.rows("fact_payment", factPayment))
                .containsExactly("2|2022-11-03|14:20:49.962|2022-11-04|08:00|1|4|552548.09|1|1|false|2022-11-04");
        assertThat(run.rows("dim_date", dimDate))
                .containsExactly(
                        "2022-11-03|2022|11|3|4|Thursday|November|4",
                        "2022-11-04|2022|11|4|5|Friday|November|4",
                        "2022-11-07|2022|11|7|1|Monday|November|4",
                        "2022-11-08|2022|11|8|2|Tuesday|November|4",
                        "2022-11-09|2022|11|9|3|Wednesday|November|4");
        assertThat(run.metadata("dim_staff", dimStaff))
                .containsEntry(MetadataKeys.RUN, "1")
                .containsEntry(MetadataKeys.TARGET, "dim_staff")
                .containsEntry(MetadataKeys.SCHEMA, "1")
                .containsEntry(MetadataKeys.QUARANTINED, "0")
                .containsEntry(MetadataKeys.INPUTS, "[\"" + staff + "\",\"" + department + "\"]");
        assertThat(run.metrics).hasSize(11).contains("ROWS_TRANSFORMED dim_date 5");
    }

    @Test
    void textArrivesUnchanged() {
        String object = run.csv(
                "design",
                "design_id,design_name,file_location,file_name",
                "1,\"say \"\"hi\"\", please\",\"two\r\nlines\rand\nmore\",\\N",
                "2,NULL,  ,👜 İstanbul",
                "3,\"\",'single',\"\\.\"");
        String output = run.unit("dim_design", object);
        run.commit();

        run.stage.transform(1, 1);

        assertThat(run.rows("dim_design", output))
                .containsExactly(
                        "1|say \"hi\", please|two\r\nlines\rand\nmore|\\N", "2|NULL|  |👜 İstanbul", "3||'single'|\\.");
    }

    @Test
    void columnsAreFoundByNameAndOthersIgnored() {
        String object = run.csv("currency", "brand_new,currency_code,currency_id", "x,EUR,3", ",USD,4");
        String output = run.unit("dim_currency", object);
        run.commit();

        run.stage.transform(1, 1);

        assertThat(run.rows("dim_currency", output)).containsExactly("3|EUR|Euro", "4|USD|US Dollar");
    }

    @Test
    void aColumnThatTheSourceDidNotHaveYetIsNullIfItMayBe() {
        String staff = run.unit(
                "dim_staff",
                run.csv(
                        "staff",
                        "staff_id,first_name,last_name,department_id,email_address",
                        "1,Ada,Lovelace,7,ada@example.com"),
                run.csv("department", "department_id,department_name", "7,Sales"));
        String transaction =
                run.unit("dim_transaction", run.csv("transaction", "transaction_id,transaction_type", "1,SALE"));
        run.commit();

        run.stage.transform(1, 1);

        assertThat(run.rows("dim_staff", staff)).containsExactly("1|Ada|Lovelace|Sales|NULL|ada@example.com");
        assertThat(run.rows("dim_transaction", transaction)).containsExactly("1|SALE|NULL|NULL");
    }

    @Test
    void rowsThatCannotBeRepresentedAreQuarantinedAndTheRestProceeds() {
        String object = run.csv(
                "sales_order",
                SALES_HEADER,
                "1," + TIMES + ",5,1,4,10,3.94,1,2022-11-07,2022-11-08,3",
                "2," + TIMES + ",5,1,4,10,3.94,1,2023-02-30,2022-12-08,3",
                "3," + TIMES + ",5,1,4,10,3.945,1,2022-11-07,2022-11-08,3",
                "4," + TIMES + ",5,1,4,99999999999,3.94,1,2022-11-07,2022-11-08,3",
                "5,infinity,2022-11-03 14:20:49.962,5,1,4,10,3.94,1,2022-11-07,2022-11-08,3",
                "6," + TIMES + ",5,,4,10,3.94,1,2022-11-07,2022-11-08,3",
                "7," + TIMES + ",5,1,4,10,3.94,1,\"\",2022-11-08,3",
                "8," + TIMES + ",5,1,4,10,3.94,1,2022-11-10,2022-11-08,3");
        String output = run.unit("fact_sales_order", object);
        String dates = run.unit("dim_date", object);
        run.commit();

        TransformedBatch answer = run.stage.transform(1, 1);

        assertThat(answer.quarantined()).isEqualTo(6);
        assertThat(run.rows("fact_sales_order", output))
                .extracting(row -> row.substring(0, 1))
                .containsExactly("1", "8");
        assertThat(run.rows("dim_date", dates))
                .as("a day that only a quarantined row mentions is none")
                .extracting(row -> row.substring(0, 10))
                .containsExactly("2022-11-03", "2022-11-04", "2022-11-07", "2022-11-08", "2022-11-10");
        assertThat(run.metadata("fact_sales_order", output)).containsEntry(MetadataKeys.QUARANTINED, "6");
        assertThat(run.metrics)
                .containsExactlyInAnyOrder(
                        "ROWS_TRANSFORMED fact_sales_order 2",
                        "ROWS_QUARANTINED fact_sales_order 6",
                        "ROWS_TRANSFORMED dim_date 5");
        String lines = run.text("quarantine/fact_sales_order/2024/11/21/0000000001-00001.jsonl");
        assertThat(lines.lines()
                        .map(line ->
                                line.replaceAll(".*\"record\":([0-9]),\"offset\":[0-9]+,(.*),\"values\".*", "$1 $2")))
                .containsExactly(
                        "2 "
                                + problem(
                                        "agreed_delivery_date",
                                        "is not a date from 0001-01-01 to 9999-12-31, written yyyy-mm-dd"),
                        "3 " + problem("unit_price", "does not fit numeric(10,2) exactly"),
                        "4 " + problem("units_sold", "is not a whole number of 32 bits"),
                        "5 "
                                + problem(
                                        "created_at",
                                        "is not a timestamp from 0001-01-01 to 9999-12-31, written yyyy-mm-dd hh:mm:ss with at"
                                                + " most 6 decimals"),
                        "6 " + problem("staff_id", "is NULL, which the star schema does not allow"),
                        "7 "
                                + problem(
                                        "agreed_delivery_date",
                                        "is not a date from 0001-01-01 to 9999-12-31, written yyyy-mm-dd"));
        assertThat(lines.lines().toList().get(4))
                .isEqualTo("{\"target\":\"fact_sales_order\",\"table\":\"sales_order\",\"run\":1,\"object\":\""
                        + run.ingestion.locate(object) + "\",\"record\":6,\"offset\":606,"
                        + problem("staff_id", "is NULL, which the star schema does not allow")
                        + ",\"values\":{\"sales_order_id\":\"6\",\"created_at\":\"2022-11-03 14:20:49.962\","
                        + "\"last_updated\":\"2022-11-04 08:00:00\",\"design_id\":\"5\",\"staff_id\":null,"
                        + "\"counterparty_id\":\"4\",\"units_sold\":\"10\",\"unit_price\":\"3.94\","
                        + "\"currency_id\":\"1\",\"agreed_delivery_date\":\"2022-11-07\","
                        + "\"agreed_payment_date\":\"2022-11-08\",\"agreed_delivery_location_id\":\"3\"}}");
    }

    @Test
    void aNullInAJoinedColumnNamesTheParent() {
        String department = run.csv("department", "department_id,department_name,location", "7,,Leeds");
        String staff = run.csv(
                "staff",
                "staff_id,first_name,last_name,department_id,email_address",
                "1,Ada,Lovelace,7,ada@example.com",
                "2,Bob,Ross,,bob@example.com");
        String output = run.unit("dim_staff", staff, department);
        run.commit();

        run.stage.transform(1, 1);

        assertThat(run.rows("dim_staff", output)).isEmpty();
        assertThat(run.text("quarantine/dim_staff/2024/11/21/0000000001-00001.jsonl")
                        .lines())
                .satisfiesExactly(
                        first -> assertThat(first)
                                .contains(problem(
                                        "department.department_name", "is NULL, which the star schema does not allow")),
                        second -> assertThat(second)
                                .contains(problem("department_id", "is NULL, which the star schema does not allow")));
    }

    @Test
    void aRowWithoutItsParentIsQuarantinedAndComesAgainWithIt() {
        String staffHeader = "staff_id,first_name,last_name,department_id,email_address";
        String departmentHeader = "department_id,department_name,location";
        String first = run.unit(
                "dim_staff",
                run.csv("staff", staffHeader, "1,Ada,Lovelace,7,ada@example.com", "2,Bob,Ross,8,bob@example.com"),
                run.csv("department", departmentHeader, "7,Sales,Leeds"));
        run.commit();
        String second = run.unit(
                "dim_staff",
                run.csv("staff", staffHeader, "2,Bob,Ross,8,bob@example.com"),
                run.csv("department", departmentHeader, "8,Production,York"));
        run.commit();

        TransformAnswer answer = run.stage.transformPending(Deadline.none());

        assertThat(answer.batches()).extracting(TransformedBatch::quarantined).containsExactly(1L, 0L);
        assertThat(run.rows("dim_staff", first)).containsExactly("1|Ada|Lovelace|Sales|Leeds|ada@example.com");
        assertThat(run.text("quarantine/dim_staff/2024/11/21/0000000001-00001.jsonl")
                        .lines())
                .singleElement()
                .asString()
                .contains("\"record\":2,\"offset\":91,"
                        + problem("department_id", "refers to a row of department that the run does not carry"));
        assertThat(run.rows("dim_staff", second)).containsExactly("2|Bob|Ross|Production|York|bob@example.com");
    }

    @Test
    void aRunWithoutAnyParentIsQuarantinedAsAWhole() {
        String output = run.unit(
                "dim_staff",
                run.csv(
                        "staff",
                        "staff_id,first_name,last_name,department_id,email_address",
                        "1,Ada,Lovelace,7,ada@example.com"));
        run.commit();

        assertThat(run.stage.transform(1, 1).quarantined()).isEqualTo(1);
        assertThat(run.rows("dim_staff", output)).isEmpty();
    }

    @Test
    void aSecondTransformationFindsWhatTheFirstWrote() {
        String currency = run.unit("dim_currency", run.csv("currency", CURRENCY_HEADER, "1,GBP," + TIMES, "x,USD,,"));
        String type = run.unit("dim_payment_type", run.csv("payment_type", "payment_type_id,payment_type_name", "1,A"));
        run.commit();

        TransformedBatch first = run.stage.transform(1, 1);
        byte[] content = run.bytes(currency);
        TransformedBatch second = run.stage.transform(1, 1);

        assertThat(first)
                .isEqualTo(new TransformedBatch(
                        1,
                        1,
                        false,
                        2,
                        1,
                        content.length + run.bytes(type).length,
                        List.of(
                                new TransformedTable("dim_currency", 1, 1, content.length),
                                new TransformedTable("dim_payment_type", 1, 0, run.bytes(type).length))));
        assertThat(second).isEqualTo(TransformedBatch.existing(1, 1));
        assertThat(run.bytes(currency)).isEqualTo(content);
        assertThat(run.metrics)
                .containsExactlyInAnyOrder(
                        "ROWS_TRANSFORMED dim_currency 1",
                        "ROWS_QUARANTINED dim_currency 1",
                        "ROWS_TRANSFORMED dim_payment_type 1");
    }

    @Test
    void sameInputsGiveTheSameBytesInAnotherPlace() {
        TestRun elsewhere = new TestRun(folder);
        String output = "";
        for (TestRun each : new TestRun[] {run, elsewhere}) {
            output = each.unit("dim_currency", each.csv("currency", CURRENCY_HEADER, "1,GBP," + TIMES));
            each.commit();
            each.stage.transform(1, 1);
        }

        assertThat(elsewhere.bytes(output)).isEqualTo(run.bytes(output));
    }

    @Test
    void transformsWhatIsPendingOldestFirstWhileThereIsTime() {
        for (int i = 1; i <= 3; i++) {
            run.unit("dim_currency", run.csv("currency", CURRENCY_HEADER, i + ",GBP," + TIMES));
            run.endBatch();
            run.unit("dim_payment_type", run.csv("payment_type", "payment_type_id,payment_type_name", "1,A"));
            run.commit();
        }
        var asked = new AtomicInteger();
        Deadline deadline = new Deadline(
                () -> asked.incrementAndGet() <= 3 ? TransformStage.TIME_FOR_A_BATCH : Duration.ofSeconds(119));

        TransformAnswer first = run.stage.transformPending(deadline);
        TransformAnswer second = run.stage.transformPending(Deadline.none());

        assertThat(first.more()).isTrue();
        assertThat(first.batches())
                .extracting(batch -> batch.run() + "." + batch.batch())
                .containsExactly("1.1", "1.2", "2.1");
        assertThat(second.more()).isFalse();
        assertThat(second.batches())
                .extracting(TransformedBatch::existed)
                .containsExactly(true, true, true, false, false, false);
        assertThat(second.batches())
                .extracting(batch -> batch.run() + "." + batch.batch())
                .containsExactly("1.1", "1.2", "2.1", "2.2", "3.1", "3.2");
    }

    @Test
    void namesTheRunOrBatchThatDoesNotExist() {
        assertThatThrownBy(() -> run.stage.transform(1, 1))
                .isInstanceOf(PipelineException.class)
                .hasMessage("REQUEST_INVALID: run 1 does not exist; no run does");

        run.unit("dim_currency", run.csv("currency", CURRENCY_HEADER, "1,GBP," + TIMES));
        run.commit();

        assertThatThrownBy(() -> run.stage.transform(2, 1))
                .isInstanceOf(PipelineException.class)
                .hasMessage("REQUEST_INVALID: run 2 does not exist; the last one is "
                        + run.ingestion.locate("runs/0000000001.json"));
        assertThatThrownBy(() -> run.stage.transform(0, 1))
                .isInstanceOf(PipelineException.class)
                .hasMessageStartingWith("REQUEST_INVALID: run 0 does not exist");
        assertThatThrownBy(() -> run.stage.transform(1, 2))
                .isInstanceOf(PipelineException.class)
                .hasMessage("REQUEST_INVALID: run 1 has no batch 2; " + run.ingestion.locate("runs/0000000001.json")
                        + " has 1");
    }

    private static String problem(String column, String reason) {
        return "\"column\":\"" + column + "\",\"reason\":\"" + reason + "\"";
    }
}
