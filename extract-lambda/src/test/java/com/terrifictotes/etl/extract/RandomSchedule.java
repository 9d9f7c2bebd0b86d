package com.terrifictotes.etl.extract;

import com.terrifictotes.etl.testsupport.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Transactions of several connections on the tables department and staff, one step at a time: the same seed gives the same
 * statements in the same order. No statement waits for another transaction, because a row that one has written is left alone
 * by the others until it is over. Nothing is deleted.
 */
final class RandomSchedule implements AutoCloseable {

    private static final int CONNECTIONS = 5;
    private static final int MOST_PREPARED = 4;

    /** What one connection does; its transaction, if it is in one, with the rows that it has locked. */
    private static final class Session {
        private final Connection connection;
        private final Statement statement;
        private final Deque<String> savepoints = new ArrayDeque<>();
        private Set<String> rows = new HashSet<>();
        private boolean inTransaction;

        private Session(Connection connection) throws SQLException {
            this.connection = connection;
            this.statement = connection.createStatement();
        }
    }

    private record Prepared(String name, Set<String> rows) {}

    private final TestDatabase database;
    private final long seed;
    private final Random random;
    private final List<Session> sessions = new ArrayList<>();
    private final List<Prepared> prepared = new ArrayList<>();
    private final Set<String> locked = new HashSet<>();
    private final List<String> log = new ArrayList<>();
    private int counter;

    RandomSchedule(TestDatabase database, long seed) throws SQLException {
        this.database = database;
        this.seed = seed;
        this.random = new Random(seed);
        for (int i = 0; i < CONNECTIONS; i++) {
            sessions.add(new Session(database.connect()));
        }
    }

    /**
     * Does one thing in one of the connections.
     *
     * @return whether it is time for a tick instead
     */
    boolean step() throws SQLException {
        Session session = sessions.get(random.nextInt(sessions.size()));
        int dice = random.nextInt(100);
        if (dice < 8) {
            log.add("tick");
            return true;
        }
        if (dice < 12 && !prepared.isEmpty()) {
            endPrepared(session, random.nextInt(prepared.size()));
        } else if (!session.inTransaction) {
            if (dice < 70) {
                execute(session, "BEGIN");
                session.inTransaction = true;
            } else {
                write(session);
                release(session);
            }
        } else if (dice < 60) {
            write(session);
        } else if (dice < 72) {
            String name = "s" + counter++;
            execute(session, "SAVEPOINT " + name);
            session.savepoints.push(name);
        } else if (dice < 80 && !session.savepoints.isEmpty()) {
            execute(session, "ROLLBACK TO SAVEPOINT " + session.savepoints.pop());
        } else if (dice < 85 && !session.savepoints.isEmpty()) {
            execute(session, "RELEASE SAVEPOINT " + session.savepoints.pop());
        } else {
            end(session);
        }
        return false;
    }

    /** Ends everything that is open. */
    void end() throws SQLException {
        for (Session session : sessions) {
            if (session.inTransaction) {
                end(session);
            }
        }
        while (!prepared.isEmpty()) {
            endPrepared(sessions.getFirst(), 0);
        }
    }

    private void end(Session session) throws SQLException {
        int dice = random.nextInt(10);
        if (dice < 2 && prepared.size() < MOST_PREPARED) {
            String name = database.name() + "-" + counter++;
            execute(session, "PREPARE TRANSACTION '" + name + "'");
            prepared.add(new Prepared(name, session.rows));
            session.rows = new HashSet<>();
        } else {
            execute(session, dice < 7 ? "COMMIT" : "ROLLBACK");
        }
        release(session);
        session.inTransaction = false;
        session.savepoints.clear();
    }

    private void endPrepared(Session session, int number) throws SQLException {
        if (session.inTransaction) {
            end(session);
        }
        Prepared transaction = prepared.remove(number);
        execute(session, (random.nextInt(10) < 7 ? "COMMIT" : "ROLLBACK") + " PREPARED '" + transaction.name() + "'");
        locked.removeAll(transaction.rows());
    }

    /** A row that a savepoint has given back counts as locked until the transaction ends: simpler, and never wrong. */
    private void write(Session session) throws SQLException {
        String table = random.nextBoolean() ? "staff" : "department";
        if (random.nextInt(3) == 0) {
            execute(
                    session,
                    table.equals("staff")
                            ? "INSERT INTO staff (first_name, last_name, department_id, email_address, last_updated)"
                                    + " VALUES ('New', 'w" + counter++ + "', 1 + " + random.nextInt(2)
                                    + ", 'new@example.com', now())"
                            : "INSERT INTO department (department_name, last_updated) VALUES ('w" + counter++
                                    + "', now())");
            return;
        }
        int key = 1 + random.nextInt(12);
        String row = table + " " + key;
        if (session.rows.contains(row) || locked.add(row)) {
            session.rows.add(row);
            String column = table.equals("staff") ? "last_name" : "department_name";
            execute(
                    session,
                    "UPDATE " + table + " SET " + column + " = 'w" + counter++ + "' WHERE " + table + "_id = " + key);
        }
    }

    private void release(Session session) {
        locked.removeAll(session.rows);
        session.rows.clear();
    }

    private void execute(Session session, String sql) throws SQLException {
        log.add(sessions.indexOf(session) + ": " + sql);
        session.statement.execute(sql);
    }

    /** The seed, and what was done so far. */
    @Override
    public String toString() {
        return "seed " + seed + ", after\n" + String.join("\n", log);
    }

    @Override
    public void close() throws SQLException {
        for (Prepared transaction : prepared) {
            database.execute("ROLLBACK PREPARED '" + transaction.name() + "'");
        }
        for (Session session : sessions) {
            session.connection.close();
        }
    }
}
