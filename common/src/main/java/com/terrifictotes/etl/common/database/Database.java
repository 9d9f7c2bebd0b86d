package com.terrifictotes.etl.common.database;

import static java.util.Objects.requireNonNull;

import com.terrifictotes.etl.common.ErrorCode;
import com.terrifictotes.etl.common.PipelineException;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Opens connections to the database that a secret describes. The secret is read once and kept; when the database
 * refuses the login, or is not trusted, it is read again at once, so that a rotated password or authority needs no
 * redeploy; after any other failure to connect the next call reads it again, so that neither does a database that moved.
 * Safe for use by several threads.
 */
public final class Database {

    private final SecretSource secrets;
    private final String secretName;
    private final String applicationName;
    private final Timeouts timeouts;
    private volatile @Nullable PGSimpleDataSource current;

    /**
     * @param secrets where the secret is read
     * @param secretName its name or ARN
     * @param applicationName shown in {@code pg_stat_activity} on the server
     */
    public Database(SecretSource secrets, String secretName, String applicationName) {
        this(secrets, secretName, applicationName, Timeouts.USUAL);
    }

    Database(SecretSource secrets, String secretName, String applicationName, Timeouts timeouts) {
        this.secrets = requireNonNull(secrets, "secrets is null");
        this.secretName = requireNonNull(secretName, "secretName is null");
        this.applicationName = requireNonNull(applicationName, "applicationName is null");
        this.timeouts = requireNonNull(timeouts, "timeouts is null");
    }

    /**
     * How long a server may leave the client waiting, in seconds.
     *
     * @param connect for TCP and TLS
     * @param login until the session is there: a server that accepts the connection and then says nothing counts as one
     *     that is not there
     * @param socket for any answer: longer than any statement may take, and shorter than Lambda's 15 minutes, since a
     *     dead peer must not cost an invocation
     */
    record Timeouts(int connect, int login, int socket) {
        static final Timeouts USUAL = new Timeouts(10, 30, 14 * 60 + 30);
    }

    /**
     * A new connection, which the caller closes.
     *
     * @throws PipelineException {@link ErrorCode#SECRET_INVALID}, {@link ErrorCode#DATABASE_LOGIN_REFUSED},
     *     {@link ErrorCode#DATABASE_NOT_TRUSTED} or {@link ErrorCode#DATABASE_UNAVAILABLE}
     */
    public Connection connect() {
        PGSimpleDataSource kept = current;
        if (kept != null) {
            try {
                return kept.getConnection();
            } catch (SQLException e) {
                // A database that has moved is found by the next try, which reads the secret again.
                current = null;
                PipelineException failure = translate(e, kept);
                if (!mayBeRotated(failure)) {
                    throw failure;
                }
            }
        }
        PGSimpleDataSource fresh = dataSource(DatabaseSecret.parse(secretName, secrets.read(secretName)));
        try {
            Connection connection = fresh.getConnection();
            current = fresh;
            return connection;
        } catch (SQLException e) {
            throw translate(e, fresh);
        }
    }

    /**
     * Makes the next connection read the secret again: for whoever finds that the database, although it answers, is not
     * the one that it should be.
     */
    public void forget() {
        current = null;
    }

    private static boolean mayBeRotated(PipelineException failure) {
        return failure.code() == ErrorCode.DATABASE_LOGIN_REFUSED || failure.code() == ErrorCode.DATABASE_NOT_TRUSTED;
    }

    private PipelineException translate(SQLException e, PGSimpleDataSource source) {
        String address = source.getServerNames()[0] + ":" + source.getPortNumbers()[0] + "/" + source.getDatabaseName();
        String action = "connect to " + address + " (secret " + secretName + ")";
        return TlsErrors.translate(e, source, action).orElseGet(() -> DatabaseErrors.translateConnect(e, action));
    }

    private PGSimpleDataSource dataSource(DatabaseSecret secret) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {secret.host()});
        source.setPortNumbers(new int[] {secret.port()});
        source.setDatabaseName(secret.database());
        source.setUser(secret.username());
        source.setPassword(secret.password());
        source.setApplicationName(applicationName);
        source.setConnectTimeout(timeouts.connect());
        source.setLoginTimeout(timeouts.login());
        source.setSocketTimeout(timeouts.socket());
        source.setTcpKeepAlive(true);
        // The details of an error quote row values, which must not reach a log.
        source.setLogServerErrorDetail(false);
        if (secret.sslMode() != null) {
            source.setSslMode(secret.sslMode());
        }
        if (secret.sslRootCertificates() != null) {
            source.setSslfactory(TrustedCertificates.class.getName());
            source.setSslFactoryArg(secret.sslRootCertificates());
        }
        return source;
    }
}
