package com.terrifictotes.etl.load;

import com.terrifictotes.etl.testsupport.TestDatabase;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Connections of a loader that another one overtakes, right before it asks for the lock that keeps them apart. */
final class OvertakenConnections implements Supplier<Connection> {

    private final TestDatabase database;
    private @Nullable Runnable next;

    OvertakenConnections(TestDatabase database) {
        this.database = database;
    }

    /** What the other one does, once. */
    void overtake(Runnable work) {
        next = work;
    }

    @Override
    public Connection get() {
        try {
            Connection real = database.connect();
            return (Connection) Proxy.newProxyInstance(
                    OvertakenConnections.class.getClassLoader(),
                    new Class<?>[] {Connection.class},
                    (self, method, arguments) -> {
                        if (method.getName().equals("prepareStatement")
                                && ((String) arguments[0]).contains("pg_advisory_xact_lock")) {
                            overtakeNow();
                        }
                        try {
                            return method.invoke(real, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void overtakeNow() {
        Runnable work = next;
        next = null;
        if (work != null) {
            work.run();
        }
    }
}
