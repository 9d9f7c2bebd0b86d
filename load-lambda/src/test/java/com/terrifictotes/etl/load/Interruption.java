package com.terrifictotes.etl.load;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.terrifictotes.etl.common.Deadline;
import com.terrifictotes.etl.common.PipelineException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Something that happens in the middle of a load: when it has come to a table, which a lock keeps it from writing. */
final class Interruption implements AutoCloseable {

    /** What happens to the server process of the load. */
    @FunctionalInterface
    interface Event {
        void happensTo(String process) throws Exception;
    }

    private static final long LONGEST_WAIT_NANOS = 20_000_000_000L;

    private final Warehouse warehouse;
    private final Connection somebody;

    /**
     * Locks the table against writing, until this is closed.
     *
     * @param table one that comes late in a run
     */
    Interruption(Warehouse warehouse, String table) throws SQLException {
        this.warehouse = warehouse;
        somebody = warehouse.database().connect();
        somebody.setAutoCommit(false);
        somebody.setSchema(warehouse.schema());
        try (Statement statement = somebody.createStatement()) {
            statement.execute("LOCK TABLE " + table + " IN SHARE MODE");
        }
    }

    /** Interrupts a load, and returns how it fails. */
    PipelineException of(Event event) throws Exception {
        LoadStage loader = warehouse.loader();
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<PipelineException> failure = thread.submit(
                    () -> catchThrowableOfType(PipelineException.class, () -> loader.loadPending(Deadline.none())));
            event.happensTo(waitingProcess());
            return failure.get();
        }
    }

    @Override
    public void close() throws SQLException {
        somebody.close();
    }

    private String waitingProcess() {
        long start = System.nanoTime();
        List<String> waiting = List.of();
        while (waiting.isEmpty()) {
            if (System.nanoTime() - start > LONGEST_WAIT_NANOS) {
                throw new IllegalStateException("no load came to the lock");
            }
            waiting = warehouse.rows("SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                    + " AND wait_event_type = 'Lock'");
        }
        return waiting.getFirst().replaceAll("[()]", "");
    }
}
