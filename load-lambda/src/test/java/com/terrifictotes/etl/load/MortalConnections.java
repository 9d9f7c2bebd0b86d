package com.terrifictotes.etl.load;

import com.terrifictotes.etl.testsupport.TestDatabase;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Supplier;
import org.postgresql.PGConnection;

/**
 * Connections whose server process is terminated at the n-th step: before a statement, a COPY or a commit is sent, or
 * after a commit was done and before its answer arrives.
 */
final class MortalConnections implements Supplier<Connection> {

    private final TestDatabase database;
    private final int fatalStep;
    private int steps;

    MortalConnections(TestDatabase database, int fatalStep) {
        this.database = database;
        this.fatalStep = fatalStep;
    }

    /** Whether a process was terminated. */
    boolean killed() {
        return steps >= fatalStep;
    }

    /** How many steps there were. */
    int steps() {
        return steps;
    }

    @Override
    public Connection get() {
        try {
            Connection real = database.connect();
            int process = real.unwrap(PGConnection.class).getBackendPID();
            return proxy(Connection.class, (self, method, arguments) -> call(real, process, method, arguments));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Object call(Object real, int process, Method method, Object[] arguments) throws Throwable {
        String name = method.getName();
        if (name.startsWith("execute") || name.equals("commit") || name.equals("unwrap")) {
            step(process);
        }
        Object result;
        try {
            result = method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
        if (name.equals("commit") && step(process)) {
            throw new SQLException("the answer was lost", "08006");
        }
        return switch (result) {
            case PreparedStatement statement ->
                proxy(PreparedStatement.class, (self, called, with) -> call(statement, process, called, with));
            case Statement statement ->
                proxy(Statement.class, (self, called, with) -> call(statement, process, called, with));
            case null, default -> result;
        };
    }

    private boolean step(int process) throws SQLException {
        steps++;
        if (steps != fatalStep) {
            return false;
        }
        try (Connection superuser = database.connectAsSuperuser();
                Statement statement = superuser.createStatement()) {
            // The function can wait for the end by itself, but looks for it ten times a second only.
            statement.execute("""
                    DO $$ BEGIN
                        PERFORM pg_terminate_backend(%1$d);
                        WHILE EXISTS (SELECT FROM pg_stat_activity WHERE pid = %1$d) LOOP
                            PERFORM pg_sleep(0.001), pg_stat_clear_snapshot();
                        END LOOP;
                    END $$""".formatted(process));
        }
        return true;
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(MortalConnections.class.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
