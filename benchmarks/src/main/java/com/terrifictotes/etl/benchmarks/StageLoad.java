package com.terrifictotes.etl.benchmarks;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The load stage, each time into an equal warehouse; a function that has just started, in a JVM that has not. */
final class StageLoad implements Contender {

    private final Function<Warehouse, Loading> function;
    private final Warehouses warehouses;
    private final Optional<Warehouse> template;
    private final long runsBefore;
    private final FactCheck check;
    private final List<Double> secondsOfFact = new ArrayList<>();
    private Optional<Warehouse> warehouse = Optional.empty();
    private Optional<Loading> loading = Optional.empty();

    /**
     * @param function builds the stage for a warehouse
     * @param template the warehouse before, which stays as it is; an empty database if there is none
     * @param runsBefore how many runs are in it
     * @param check of the warehouse afterwards
     */
    StageLoad(
            Function<Warehouse, Loading> function,
            Warehouses warehouses,
            Optional<Warehouse> template,
            long runsBefore,
            FactCheck check) {
        this.function = function;
        this.warehouses = warehouses;
        this.template = template;
        this.runsBefore = runsBefore;
        this.check = check;
    }

    @Override
    public String name() {
        return "load stage";
    }

    /** What the fact took of each round so far, by the ledger. */
    Timings ofFact() {
        return new Timings(name() + ": fact", secondsOfFact);
    }

    @Override
    public void prepare() throws SQLException {
        Warehouse prepared = template.isPresent() ? warehouses.copyOf(template.get()) : warehouses.create();
        warehouse = Optional.of(prepared);
        loading = Optional.of(function.apply(prepared));
        warehouses.checkpoint();
    }

    @Override
    public void run() {
        loading.orElseThrow().everything();
    }

    @Override
    public void cleanUp() throws SQLException {
        Warehouse loaded = warehouse.orElseThrow();
        check.require(loaded, name());
        secondsOfFact.add(Loading.secondsOf(check.fact().name(), runsBefore, loaded));
        warehouses.drop(loaded);
    }
}
