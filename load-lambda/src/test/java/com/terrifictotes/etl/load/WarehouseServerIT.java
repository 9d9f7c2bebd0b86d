package com.terrifictotes.etl.load;

import com.terrifictotes.etl.common.PipelineException;
import com.terrifictotes.etl.common.TransientPipelineException;
import com.terrifictotes.etl.common.database.Database;
import com.terrifictotes.etl.testsupport.TestCluster;
import com.terrifictotes.etl.testsupport.TestDatabase;
import com.terrifictotes.etl.testsupport.TestServers;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a load when the server of the warehouse stops, crashes, comes back, or turns out to be a standby. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WarehouseServerIT {

    private static final String SCHEMA = "star";

    private final TestCluster server;
    private final TestDatabase database;
    private final Warehouse warehouse;
    private final LoadStage loader;
    private final Setback setback;
    private TestDatabase whereTheSecretLeads;

    WarehouseServerIT(@TempDir Path folder) throws SQLException {
        server = TestServers.shared().startCluster();
        database = server.createTotesysDatabase();
        Lake lake = new Lake(folder.resolve("lake"));
        warehouse = new Warehouse(lake, folder.resolve("work"), SCHEMA, database);
        whereTheSecretLeads = database;
        loader = loader();
        setback = new Setback(folder, lake, warehouse);
    }

    @AfterAll
    void stopServer() {
        server.close();
    }

    @Test
    void goesOnAfterAServerThatStoppedOrCrashedInTheMiddle() throws Exception {
        setback.commitTwo();
        interrupted(server::stop);
        setback.stopsAt(setback.late(), loader)
                .isInstanceOf(TransientPipelineException.class)
                .hasMessageStartingWith("DATABASE_UNAVAILABLE: cannot connect to 127.0.0.1:" + database.port()
                        + "/totesys (secret warehouse): SQLState 08001, Connection to 127.0.0.1:" + database.port()
                        + " refused.")
                .hasMessageEndingWith("; if it lasts, check host and port of the secret, the network and the server");
        server.start();
        setback.leftNoTrace();

        interrupted(server::crash);
        server.start();
        setback.isOvercomeBy(loader);
    }

    @Test
    void writesNothingToAStandbyUntilThePrimaryIsFound() throws SQLException {
        setback.commitTwo();
        LoadStage warm = loader();
        try (TestCluster standby = server.standby()) {
            standby.awaitReplayOf(server);

            whereTheSecretLeads = standby.sameDatabase(database);
            setback.stopsAt(setback.early(), warm)
                    .hasMessage("DATABASE_ACCESS_DENIED: cannot load run " + setback.early()
                            + " into warehouse schema star: SQLState 25006,"
                            + " cannot execute INSERT in a read-only transaction; the secret must lead to the primary,"
                            + " and default_transaction_read_only be off");

            whereTheSecretLeads = database;
            setback.isOvercomeBy(warm);
        }
    }

    private LoadStage loader() {
        return warehouse.loader(
                new Database(name -> whereTheSecretLeads.secretJson(), "warehouse", "totesys-etl load"));
    }

    /** Whether the server manages to say why, or the connection just breaks off, is a race between two processes. */
    private void interrupted(Runnable event) throws Exception {
        try (Interruption interruption = new Interruption(warehouse, "fact_purchase_order")) {
            PipelineException failure = interruption.of(process -> event.run());

            setback.stoppedAt(setback.late(), failure)
                    .isInstanceOf(TransientPipelineException.class)
                    .hasMessageStartingWith("DATABASE_UNAVAILABLE: cannot load run " + setback.late()
                            + " into star.fact_purchase_order: SQLState ")
                    .hasMessageEndingWith("; the next tick tries again");
        }
    }
}
