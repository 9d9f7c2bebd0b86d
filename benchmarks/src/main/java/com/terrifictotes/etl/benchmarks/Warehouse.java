package com.terrifictotes.etl.benchmarks;

import com.terrifictotes.etl.common.database.Database;
import com.terrifictotes.etl.common.database.DatabaseSecret;
import java.sql.Connection;

/**
 * A database for a warehouse.
 *
 * @param login how its loader logs in
 */
record Warehouse(DatabaseSecret login) {

    /** The database's name. */
    String name() {
        return login.database();
    }

    /** The database, as a function has it. */
    Database database() {
        return BenchmarkServers.database(Secrets.json(login));
    }

    /** A new connection as the loader, which the caller closes. */
    Connection connect() {
        return database().connect();
    }
}
