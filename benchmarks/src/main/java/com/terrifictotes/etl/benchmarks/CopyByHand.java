package com.terrifictotes.etl.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;

/** Somebody brings rows into a fact with a client and a script, each time into an equal warehouse. */
final class CopyByHand implements Contender {

    private final String name;
    private final SqlClient client;
    private final CopyScript script;
    private final Path rows;
    private final Warehouses warehouses;
    private final Warehouse template;
    private final FactCheck check;
    private Optional<Warehouse> warehouse = Optional.empty();

    /**
     * @param rows the file that the script copies
     * @param template the warehouse before; stays as it is
     * @param check of the warehouse afterwards
     */
    CopyByHand(
            String name,
            SqlClient client,
            CopyScript script,
            Path rows,
            Warehouses warehouses,
            Warehouse template,
            FactCheck check) {
        this.name = name;
        this.client = client;
        this.script = script;
        this.rows = rows;
        this.warehouses = warehouses;
        this.template = template;
        this.check = check;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void prepare() throws SQLException {
        warehouse = Optional.of(warehouses.copyOf(template));
        warehouses.checkpoint();
    }

    @Override
    public void run() throws SQLException, IOException, InterruptedException {
        client.run(warehouse.orElseThrow().login(), script, rows);
    }

    @Override
    public void cleanUp() throws SQLException {
        check.require(warehouse.orElseThrow(), name);
        warehouses.drop(warehouse.orElseThrow());
    }
}
