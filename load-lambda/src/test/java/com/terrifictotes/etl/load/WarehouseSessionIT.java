package com.terrifictotes.etl.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.terrifictotes.etl.testsupport.TestServers;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class WarehouseSessionIT {

    @Test
    void noStatementOutlivesTheFunction() throws SQLException {
        try (WarehouseSession session = new WarehouseSession(
                TestServers.shared().createDatabase("warehouse").connect(),
                new WarehouseSchema("public"),
                Duration.ofSeconds(1))) {
            String timeout = session.transaction("read a setting", connection -> {
                try (Statement statement = connection.createStatement();
                        ResultSet row = statement.executeQuery("SHOW statement_timeout")) {
                    row.next();
                    return row.getString(1);
                }
            });

            assertThat(timeout).isEqualTo("14min");
        }
    }
}
