package com.terrifictotes.etl.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.local.Pipeline;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every number of every revenue view is what Totesys itself says, after every day of business. */
class RevenueViewsIT {

    /** What the business days do not do: a sale in another currency, on another day, by staff who move to no location. */
    private static final List<String> CORRECTIONS = List.of(
            "UPDATE sales_order SET currency_id = 4 - currency_id WHERE sales_order_id IN (80, 81, 82)",
            "UPDATE sales_order SET created_at = timestamp '2023-01-01 00:00:00' WHERE sales_order_id = 83",
            "UPDATE department SET location = NULL WHERE department_id = 2",
            "UPDATE staff SET department_id = 2 WHERE staff_id IN (1, 3)",
            "UPDATE design SET design_name = (SELECT design_name FROM design WHERE design_id = 2) WHERE design_id = 1",
            "UPDATE address SET country = 'Brobdingnag' WHERE address_id IN (2, 4)",
            "UPDATE sales_order SET staff_id = 1, units_sold = 0 WHERE sales_order_id = 84");

    @Test
    void viewsSayWhatTheSourceSays() throws Exception {
        PipelineFixture fixture = PipelineFixture.filled();
        Pipeline pipeline = fixture.cold().pipeline();
        pipeline.tick();
        assertEqual(fixture, "the first load");

        try (SourceConnections users = fixture.users()) {
            for (BusinessDay day : BusinessDays.script()) {
                day.play(users);
                pipeline.tick();
                assertEqual(fixture, day.title());
            }
        }
        fixture.source.execute(String.join(";", CORRECTIONS));
        pipeline.tick();
        assertEqual(fixture, "corrections");
    }

    private static void assertEqual(PipelineFixture fixture, String after) throws SQLException {
        try (Connection source = fixture.source.connect();
                Connection warehouse = fixture.warehouse.connect()) {
            RevenueOracle oracle = RevenueOracle.observe(source);
            for (RevenueOracle.Question question : RevenueOracle.Question.values()) {
                assertThat(question.ask(warehouse))
                        .as("%s after %s", question.view(), after)
                        .containsExactlyInAnyOrderElementsOf(oracle.answer(question));
            }
        }
    }
}
